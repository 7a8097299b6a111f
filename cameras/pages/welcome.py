"""Where links lead that are sent to people: to an account of their own, or to a new password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import account, audit, invitations, sign_in_links
from cameras.models import AuditKind, PersonInvitation, SignInLink
from cameras.pages.people_forms import NewAccountForm, NewPasswordForm
from cameras.pages.sign_in import begin
from cameras.users import User


@method_decorator(never_cache, name="dispatch")
class WelcomeView(View):
    """The secret stands in the fragment. A script puts it into a form, which sends it here: so
    programs that look at what an address leads to use nothing up."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "registration/welcome.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        secret = request.POST.get("secret", "")
        if secret.startswith(SignInLink.PREFIX):
            return self._new_password(secret)
        if (invitation := invitations.find(secret)) is None:
            return self._ended(PersonInvitation.PREFIX)
        return self._new_account(secret, invitation)

    @property
    def _is_filled_in(self) -> bool:
        return "password" in self.request.POST

    def _new_account(self, secret: str, invitation: PersonInvitation) -> HttpResponse:
        form = NewAccountForm(self.request.POST if self._is_filled_in else None)
        if not form.is_valid():
            return self._form(form, secret, invitation=invitation)
        if not invitations.accept(invitation, form.user(), self._sign_in):
            return self._ended(PersonInvitation.PREFIX)
        return self._enter(_("Welcome. Your account is ready."))

    def _new_password(self, secret: str) -> HttpResponse:
        user = sign_in_links.person_without_password(secret)
        if user is None:
            return self._ended(SignInLink.PREFIX)
        form = NewPasswordForm(user, self.request.POST if self._is_filled_in else None)
        if not form.is_valid():
            return self._form(form, secret, person=user, others=account.has_others(user))

        hashed = form.hashed()

        def sign_in(person: User) -> None:
            person.password = hashed
            person.save(update_fields=["password"])
            # Its hash alone was saved, as if it were a renewed one.
            audit.record(AuditKind.ACCOUNT_CHANGED, what="password", person=str(person))
            account.close_others(person)
            self._sign_in(person)

        if sign_in_links.redeem(secret, sign_in) is None:
            return self._ended(SignInLink.PREFIX)
        return self._enter(_("Your new password is set. Other devices are signed out."))

    def _sign_in(self, user: User) -> None:
        self._answer = begin(self.request, user, "link", reverse("wall"))
        # On a full disk this fails, and leaves the link unused.
        self.request.session.save()

    def _enter(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return self._answer

    def _form(self, form: Any, secret: str, **context: Any) -> HttpResponse:
        context = {"form": form, "secret": secret, **context}
        return render(self.request, "registration/welcome.html", context)

    def _ended(self, kind: str) -> HttpResponse:
        context = {"ended": kind}
        return render(self.request, "registration/welcome.html", context, status=410)

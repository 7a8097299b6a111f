"""A person's own page: password, API tokens, and the publish keys they made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access
from cameras.models import ApiToken
from cameras.pages.forms import TokenForm
from cameras.pages.secrets import show_secret
from cameras.quotas import QuotaExceeded
from cameras.users import User, signed_in_user


@method_decorator(never_cache, name="dispatch")
class AccountView(LoginRequiredMixin, View):
    """`action` says what is posted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(TokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in_user(request)
        match request.POST.get("action"):
            case "make-token":
                return self._make_token(user)
            case "revoke-token":
                return self._revoke(ApiToken.valid().filter(user=user), "#tokens")
            case "revoke-key":
                return self._revoke(access.keys_created_by(user), "#keys")
            case "revoke-link":
                return self._revoke(access.links_sent_by(user), "#links")
            case "revoke-screen":
                return self._revoke(access.screens_of(user), "#screens")
        return HttpResponse(status=400)

    def _page(self, form: TokenForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        user = signed_in_user(self.request)
        context = {
            "tokens": ApiToken.valid().filter(user=user),
            "keys": access.keys_created_by(user).select_related("camera"),
            "fallen": access.fallen_keys_of(user),
            "links": access.links_sent_by(user),
            "screens": access.screens_of(user),
            "form": form,
        }
        return render(self.request, "account/account.html", context, status=status)

    def _make_token(self, user: User) -> HttpResponse:
        form = TokenForm(self.request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            token, secret = ApiToken.issue(user=user, **form.fields_of_token())
        except QuotaExceeded as error:
            form.add_error("name", str(error))
            return self._page(form, HTTPStatus.FORBIDDEN)
        return show_secret(self.request, token, secret)

    def _revoke(self, secrets: Any, place: str) -> HttpResponse:
        chosen = self.request.POST.get("id")
        # There are few, and their ids are numbers or not.
        row = next((each for each in secrets if str(each.pk) == chosen), None)
        if row is not None:
            row.revoke()
        messages.success(self.request, _("Revoked."))
        return redirect(reverse("account") + place)


@method_decorator(never_cache, name="dispatch")
class PasswordView(auth_views.PasswordChangeView):
    """Changes the password; who has none, and came by a link, sets the first one."""

    template_name = "account/password.html"
    success_url = reverse_lazy("account")

    def get_form_class(self) -> type[Any]:
        if signed_in_user(self.request).has_usable_password():
            return auth_forms.PasswordChangeForm
        return auth_forms.SetPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The new password is set. Other devices are signed out."))
        return super().form_valid(form)

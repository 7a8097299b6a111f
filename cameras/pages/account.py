"""A person's own page: password, API tokens, and the publish keys they made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, audit, devices, passkeys, proof, two_step
from cameras.models import ApiToken, AuditKind
from cameras.pages.confirm import confirm_url, fresh_proof, has_proved
from cameras.pages.forms import TokenForm
from cameras.pages.password_form import ChangePasswordForm
from cameras.pages.requests import row_id
from cameras.pages.secrets import show_secret
from cameras.quotas import QuotaExceeded
from cameras.user_agents import browser_name
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
            case "remove-passkey":
                return self._remove_passkey(user)
            case "two-step-off":
                return self._turn_two_step_off(user)
            case "sign-out-device":
                return self._sign_out(user, request.POST.get("id") or "none")
            case "sign-out-others":
                return self._sign_out(user)
            case "revoke-link":
                return self._revoke(access.links_sent_by(user), "#links")
            case "revoke-screen":
                return self._revoke(access.screens_of(user), "#screens")
            case "notification-off":
                access.notifications_of(user).filter(pk=row_id(request)).delete()
                return self._done(_("Notification turned off."), "#notifications")
        return HttpResponse(status=400)

    def _page(self, form: TokenForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        user = signed_in_user(self.request)
        context = {
            "tokens": ApiToken.valid().filter(user=user),
            "keys": access.keys_created_by(user).select_related("camera"),
            "fallen": access.fallen_keys_of(user),
            "links": access.links_sent_by(user),
            "screens": access.screens_of(user),
            "notifications": access.notifications_of(user),
            "form": form,
            "must_confirm": not has_proved(self.request, second_step=True),
            "confirm_url": confirm_url(f"{self.request.path}#tokens", second_step=True),
            **self._sign_in_context(user),
        }
        return render(self.request, "account/account.html", context, status=status)

    def _sign_in_context(self, user: User) -> dict[str, Any]:
        return {
            "passkeys": user.passkeys.all(),
            "host": passkeys.host_of(self.request),
            "why_no_passkeys": passkeys.why_not(self.request),
            "has_passkey_here": passkeys.has_usable(user, self.request),
            "two_step": two_step.of(user),
            "is_two_step_demanded": access.is_second_step_demanded(user),
            "devices": [
                {
                    "name": browser_name(device.user_agent),
                    "row": device,
                    "handle": devices.handle(device),
                    "is_this": device.pk == self.request.session.session_key,
                }
                for device in devices.of(user)
            ],
        }

    @fresh_proof(place="#two-step", second_step=True)
    def _turn_two_step_off(self, user: User) -> HttpResponse:
        two_step.turn_off(user)
        return self._done(_("Two-step sign-in is off."), "#two-step")

    @fresh_proof(place="#passkeys", second_step=True)
    def _remove_passkey(self, user: User) -> HttpResponse:
        passkey = user.passkeys.filter(pk=row_id(self.request)).first()
        row = two_step.of(user)
        if passkey is None:
            return self._done(_("This passkey was already removed."), "#passkeys")
        if row is not None and not row.secret and user.passkeys.count() == 1:
            messages.error(
                self.request,
                _("This passkey is your second step. Turn off two-step sign-in first."),
            )
            return redirect(reverse("account") + "#passkeys")
        passkeys.remove(passkey)
        return self._done(_("Passkey removed."), "#passkeys")

    def _sign_out(self, user: User, handle: str = "") -> HttpResponse:
        """The device of this handle, or all but this one."""
        here = self.request.session.session_key
        others = [device for device in devices.of(user) if device.pk != here]
        ended = [each for each in others if not handle or devices.handle(each) == handle]
        devices.sign_out(ended)
        if ended:
            audit.record(AuditKind.ACCOUNT_CHANGED, what="device", person=str(user))
        return self._done(_("Signed out."), "#devices")

    def _done(self, text: str, place: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(reverse("account") + place)

    @fresh_proof(place="#tokens", second_step=True)
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
    """Changes the password, which the old one proves; who has none, and came by a link, sets the
    first one."""

    template_name = "account/password.html"
    success_url = reverse_lazy("account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        has_password = not isinstance(user, User) or user.has_usable_password()
        if not has_password and not proof.may_set_first_password(request.session):
            return redirect(confirm_url(request.path))
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[Any]:
        return ChangePasswordForm if self._is_change else auth_forms.SetPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        request = {"request": self.request} if self._is_change else {}
        return {**super().get_form_kwargs(), **request}

    @property
    def _is_change(self) -> bool:
        return signed_in_user(self.request).has_usable_password()

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The new password is set. Other devices are signed out."))
        proof.note(self.request.session)
        return super().form_valid(form)

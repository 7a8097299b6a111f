from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from cameras import account
from cameras.pages.confirm import is_password_of
from cameras.users import signed_in_user

#: What Django says about passwords, listed for our translations to come before its own.
_SAID_BY_DJANGO = (
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("Your password can\u2019t be too similar to your other personal information."),
    gettext_noop("Your password can\u2019t be a commonly used password."),
    gettext_noop("Your password can\u2019t be entirely numeric."),
    gettext_noop("Enter the same password as before, for verification."),
    gettext_noop("The two password fields didn\u2019t match."),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
)


class ChangePasswordForm(PasswordChangeForm):
    """The old password is asked for as when somebody signs in: who guesses has to wait."""

    close_others = forms.BooleanField(
        label=_("Also revoke my API tokens and remove my passkeys"),
        help_text=_("If somebody else may have used your account."),
        required=False,
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        if not account.has_others(signed_in_user(request)):
            del self.fields["close_others"]

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if not is_password_of(self._request, signed_in_user(self._request), old):
            raise forms.ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        if self.cleaned_data.get("close_others"):
            account.close_others(user)
        return user

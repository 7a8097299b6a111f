from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cameras import sources
from cameras.models import Source
from cameras.source_address import apart


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """An IP camera's address, and how to sign in to it. The password is never shown again."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    class Meta:
        model = Source
        fields = ("address", "user", "recording_address", "every_s", "enabled", "only_wanted")
        labels: ClassVar = {
            "address": _("Address"),
            "user": _("User name"),
            "recording_address": _("Address for recording"),
            "every_s": _("Seconds between pictures"),
            "enabled": _("Connect to it"),
            "only_wanted": _("Connect only while somebody watches"),
        }
        widgets: ClassVar = {
            "address": forms.TextInput(
                {
                    "placeholder": "http://192.168.1.20/video",
                    "autocomplete": "off",
                    "autocapitalize": "off",
                    "spellcheck": "false",
                }
            ),
            "recording_address": forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
            "user": forms.TextInput({"autocomplete": "off", "autocapitalize": "off"}),
            "every_s": forms.NumberInput({"step": 0.1}),
        }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._from_address: tuple[str, str] | None = None
        if self.instance.has_password:
            self.fields["password"].help_text = _("Leave empty to keep the current one.")
        if data is not None:
            self.data = self._with_credentials_apart(data)

    def _with_credentials_apart(self, data: Any) -> Any:
        """As vendors print it, user and password stand in the address."""
        address, user, password = apart(data.get("address", ""))
        if not user and not password:
            return data
        return {**data.dict(), "address": address, "user": user, "password": password}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not cleaned.get("user"):
            cleaned["password"] = ""
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        keeps = self.cleaned_data.get("user") and not self.cleaned_data["password"]
        try:
            sources.take_password(self.instance, None if keeps else self.cleaned_data["password"])
        except ValidationError as error:
            self.add_error("password", error)

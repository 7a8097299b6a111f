from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.bounds import bounded_field
from cameras.models import CAPTURE_FIELDS, Camera
from cameras.naming import validate_line
from cameras.secret import Secret

#: An API token's life in days; 0 is for ever.
_LIVES = ((30, _("30 days")), (90, _("90 days")), (365, _("A year")), (0, _("Until it is revoked")))


class NewCameraForm(forms.ModelForm):  # type: ignore[type-arg]
    """What has to be said of a camera at first; everything else has a good default."""

    class Meta:
        model = Camera
        fields = ("name", "location", "visibility")
        labels = {"location": _("Place"), "visibility": _("Who may watch")}
        help_texts = {
            "visibility": _("Private: you, and those you share it with."),
        }


class CameraForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Camera
        fields = (
            *("name", "location", "notes", "slug"),
            *("enabled", "visibility"),
            *CAPTURE_FIELDS,
        )
        labels = {
            "location": _("Place"),
            "slug": _("Address"),
            "visibility": _("Who may watch"),
            "width": _("Width in pixels"),
            "height": _("Height in pixels"),
            "frame_rate": _("Pictures per second"),
            "codec": _("Sent as"),
        }
        help_texts = {
            "slug": _(
                "The part of its links that names it. Links and devices with the old address "
                "still find the camera."
            ),
            "visibility": _("Private: you, and those it is shared with below."),
            "frame_rate": _("At most."),
        }
        widgets = {
            "notes": forms.Textarea({"rows": 3}),
            "quality": forms.NumberInput({"step": 0.01}),
        }
        formfield_callback = bounded_field


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=Secret.MAX_NAME_LENGTH,
        validators=[validate_line],
        help_text=_("For example, the device that will use it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=Secret.MAX_NAME_LENGTH,
        validators=[validate_line],
        help_text=_("For example, the program that will use it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=_("Works for"), choices=_LIVES, coerce=int, initial=90)

    def fields_of_token(self) -> dict[str, object]:
        days = self.cleaned_data["days"]
        expires = timezone.now() + timedelta(days=days) if days else None
        return {"name": self.cleaned_data["name"], "expires": expires}

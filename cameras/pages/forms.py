from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.bounds import bounded_field
from cameras.models import CAPTURE_FIELDS, Camera, Grant, Role
from cameras.naming import validate_line
from cameras.pages.picture import PictureForm
from cameras.secret import Secret
from cameras.users import User, active_user

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


class CameraForm(PictureForm):
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
            "frame_rate": _("Frame rate"),
            "quality": _("Quality from 0.1 to 1"),
            "codec": _("Codec"),
        }
        help_texts = {
            "slug": _(
                "The part of its links that names it. Links and devices with the old address "
                "still find the camera."
            ),
            "visibility": _("Private: you, and those it is shared with below."),
            "frame_rate": "",
            "quality": "",
        }
        widgets = {
            "notes": forms.Textarea({"rows": 3}),
            "quality": forms.NumberInput({"step": 0.01}),
        }
        formfield_callback = bounded_field


class ShareForm(forms.Form):
    """Lets a person do something with a camera, or something else than before."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("May"), choices=Role.choices, initial=Role.WATCH)

    def __init__(self, camera: Camera, data: object = None) -> None:
        super().__init__(data, prefix="share")  # type: ignore[arg-type]
        self._camera = camera

    def clean_username(self) -> User:
        name = self.cleaned_data["username"]
        user = active_user(name)
        if user is None:
            raise forms.ValidationError(
                _("No user named “%(name)s”. User names are case-sensitive."),
                params={"name": name},
            )
        if user == self._camera.owner:
            raise forms.ValidationError(
                _("%(name)s already owns the camera."), params={"name": name}
            )
        return user

    def save(self) -> Grant:
        grant, _made = Grant.objects.update_or_create(
            camera=self._camera,
            user=self.cleaned_data["username"],
            defaults={"role": self.cleaned_data["role"]},
        )
        return grant


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

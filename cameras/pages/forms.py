from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras import access, groups
from cameras.bounds import bounded_field
from cameras.models import CAPTURE_FIELDS, Camera, CameraGroup
from cameras.naming import in_natural_order, validate_line
from cameras.pages.picture import PictureForm
from cameras.secret import Secret
from cameras.users import User

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
                "The part of the camera's links that names it. Links and devices with the old "
                "address still find the camera."
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


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group of cameras, as `user` may change it."""

    cameras = forms.ModelMultipleChoiceField(Camera.objects.none(), required=False)

    class Meta:
        model = CameraGroup
        fields = ("name", "cameras")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._user = user
        self.choosable = access.choosable(user, self.instance)
        self.fields["cameras"].queryset = self.choosable  # type: ignore[attr-defined]

    def cameras_to_choose(self) -> list[Camera]:
        """In natural order; each says by `chosen` whether its box is ticked."""
        chosen = {str(pk) for pk in self["cameras"].value() or ()}
        cameras: list[Any] = in_natural_order(self.choosable)
        for camera in cameras:
            camera.chosen = str(camera.pk) in chosen
        return cameras

    def save(self, commit: bool = True) -> CameraGroup:
        group: CameraGroup = super().save(commit=False)
        with transaction.atomic():
            group.save()
            groups.fill(group, self.cleaned_data["cameras"], by=self._user)
        return group


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

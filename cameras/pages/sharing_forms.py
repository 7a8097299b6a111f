"""Forms with which people share: by a link, or with somebody who has an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras.models import Camera, CameraGroup, Grant, Role, ShareLink
from cameras.models.share import MAX_VIEWERS, validate_origins
from cameras.naming import first_free, validate_line
from cameras.users import User, active_user

#: A link's life in hours; 0 is for ever.
_LIVES = (
    (0, pgettext_lazy("when a link ends", "Never")),
    (1, _("In an hour")),
    (24, _("In a day")),
    (7 * 24, _("In a week")),
    (30 * 24, _("In 30 days")),
)


class LinkForm(forms.Form):
    """All of it may be left as it is."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=ShareLink.MAX_NAME_LENGTH,
        validators=[validate_line],
        help_text=_("Who it is for. Only people who manage the camera see it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    hours = forms.TypedChoiceField(
        label=_("Expires"), choices=_LIVES, coerce=int, empty_value=None, required=False
    )
    max_viewers = forms.IntegerField(
        label=_("Most viewers at once"),
        required=False,
        min_value=1,
        max_value=MAX_VIEWERS,
        help_text=_("Any number, when left empty."),
    )
    origins = forms.CharField(
        label=_("Websites that may embed it"),
        required=False,
        max_length=5000,
        help_text=_("One address a line, such as https://example.org."),
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
    )

    def clean_origins(self) -> list[str]:
        lines = self.cleaned_data["origins"].split()
        origins = [line.lower().rstrip("/") for line in lines]
        validate_origins(origins)
        return origins

    def issue(self, maker: User, **what: Any) -> tuple[ShareLink, str]:
        """A new link and its secret. Raises QuotaExceeded."""
        data = self.cleaned_data
        return ShareLink.issue(
            name=data["note"] or _free_note(maker),
            expires=self._expires(),
            max_viewers=data["max_viewers"],
            origins=data["origins"],
            created_by=maker,
            **what,
        )

    def _expires(self) -> datetime | None:
        hours = self.cleaned_data["hours"]
        return timezone.now() + timedelta(hours=hours) if hours else None


def _free_note(maker: User) -> str:
    """So that links without a note can be told apart."""
    taken = ShareLink.objects.filter(created_by=maker).values_list("name", flat=True)
    return first_free(str(pgettext_lazy("note of a share link", "Link")), set(taken), " ")


class ShareForm(forms.Form):
    """Lets a person or a group of people do something, or something else than before."""

    username = forms.CharField(
        label=_("User name or group of people"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "list": "known"}),
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("what a person may do", "Can"),
        choices=Role.choices,
        initial=Role.WATCH,
    )

    def __init__(self, what: Camera | CameraGroup, data: object = None) -> None:
        super().__init__(data, prefix="share")  # type: ignore[arg-type]
        self._what = what

    def clean_username(self) -> User | Group:
        name = self.cleaned_data["username"]
        who = active_user(name) or Group.objects.filter(name=name).first()
        if who is None:
            raise forms.ValidationError(
                _("No user or group named “%(name)s”. Names are case-sensitive."),
                params={"name": name},
            )
        if who == self._what.owner:
            text = _("%(name)s already owns the camera.")
            if isinstance(self._what, CameraGroup):
                text = _("%(name)s already owns the group.")
            raise forms.ValidationError(text, params={"name": name})
        return who

    def save(self) -> Grant:
        data = self.cleaned_data
        return Grant.give(data["username"], self._what, data["role"])

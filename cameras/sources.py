"""Setting where the server gets a camera's pictures, by a form or the API."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cameras.models import Camera, Source


def of(camera: Camera) -> Source:
    """The camera's; a new one, not saved, where it has none."""
    return Source.objects.filter(camera=camera).first() or Source(camera=camera)


def take_password(source: Source, given: str | None) -> None:
    """Its password from now on; None: the one before, which goes to no other host than before.

    Call it when the source has its new address, and has not been saved. Raises ValidationError.
    """
    before = Source.objects.filter(pk=source.pk).first()
    if given is not None:
        source.password = given
    elif before and before.has_password and source.is_elsewhere(before):
        raise ValidationError(
            _("Enter the password again: the address is that of another device now."),
            code="password",
        )

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras import encryption
from cameras.models.camera import Camera
from cameras.models.choices import between, validate_finite
from cameras.source_address import MAX_LENGTH, SourceAddress, parse, validate_source_address

_PURPOSE = "password of a source"
MIN_EVERY_S, MAX_EVERY_S = 0.2, 60.0


class Source(models.Model):
    """Where the server itself gets a camera's pictures: an IP camera, by its address."""

    camera = models.OneToOneField(
        Camera, on_delete=models.CASCADE, related_name="source", verbose_name=_("camera")
    )
    address = models.CharField(
        _("address"),
        max_length=MAX_LENGTH,
        validators=[validate_source_address],
        help_text=_("Of the stream that people watch. The camera's manual has it."),
    )
    recording_address = models.CharField(
        _("address for recording"),
        max_length=MAX_LENGTH,
        blank=True,
        default="",
        validators=[validate_source_address],
        help_text=_("If the camera has a larger picture for recording at another address."),
    )
    user = models.CharField(_("user name"), max_length=150, blank=True, default="")
    #: See `password`.
    sealed_password = models.TextField(blank=True, default="", editable=False)
    every_s = models.FloatField(
        _("seconds between pictures"),
        default=1,
        db_default=1,
        validators=[*between(MIN_EVERY_S, MAX_EVERY_S), validate_finite],
        help_text=_("Only for cameras that give single pictures."),
    )
    enabled = models.BooleanField(_("enabled"), default=True, db_default=True)
    only_wanted = models.BooleanField(
        _("connect only while somebody watches"),
        default=False,
        db_default=False,
        help_text=_("Saves the camera's network. The first picture takes a few seconds."),
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = (
            models.CheckConstraint(
                name="source_every_s",
                condition=Q(every_s__gte=MIN_EVERY_S, every_s__lte=MAX_EVERY_S),
            ),
        )

    def __str__(self) -> str:
        return str(self.camera)

    @property
    def password(self) -> str:
        """Raises encryption.Lost."""
        return encryption.unseal(self.sealed_password, purpose=_PURPOSE)

    @password.setter
    def password(self, password: str) -> None:
        self.sealed_password = encryption.seal(password, purpose=_PURPOSE)

    @property
    def has_password(self) -> bool:
        return bool(self.sealed_password)

    @property
    def place(self) -> SourceAddress:
        return parse(self.address)

    def is_elsewhere(self, before: Source) -> bool:
        """Whether its password, given for `before`, would go to another host now."""
        return (self.place.host, self.place.port) != (before.place.host, before.place.port)

    def connection(self) -> tuple[Any, ...]:
        """What a connection is made from: one that was made from something else is out of date."""
        return (self.address, self.user, self.sealed_password, self.every_s, self.only_wanted)

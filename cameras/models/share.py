from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.models.camera import Camera
from cameras.models.choices import between
from cameras.models.group import CameraGroup
from cameras.secret import Secret

#: Sites that one link may be embedded in: each stands in a header of every answer.
MAX_ORIGINS = 20
#: Of a link that says how many; others have the server's own limits.
MAX_VIEWERS = 10_000
_ORIGIN = re.compile(
    r"https://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::[0-9]{1,5})?"
    # A page that somebody tries on the same machine.
    r"|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?"
)


def validate_origins(origins: object) -> None:
    """Raises ValidationError unless it is a short list of origins: scheme, host and port."""
    if not isinstance(origins, list) or len(origins) > MAX_ORIGINS:
        raise ValidationError(
            _("A link can be embedded in at most %(maximum)d sites."),
            params={"maximum": MAX_ORIGINS},
        )
    for origin in origins:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            raise ValidationError(
                _("“%(origin)s” isn't the address of a site, such as https://example.org."),
                params={"origin": origin},
            )


class ShareLink(Secret):
    """Lets anybody who has it watch without an account: a camera, a group, or, without either, all
    cameras of its maker.

    It shows only what its maker may manage, for as long as they may. `name` is its note, by which
    people tell links apart.
    """

    PREFIX = "ssl_"

    #: Stands in the addresses of its pages: nobody guesses which links there are.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    camera = models.ForeignKey(
        Camera,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="share_links",
        verbose_name=_("camera"),
    )
    group = models.ForeignKey(
        CameraGroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="share_links",
        verbose_name=_("group of cameras"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="share_links",
        verbose_name=_("created by"),
    )
    expires = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("Never, when left empty.")
    )
    max_viewers = models.PositiveSmallIntegerField(
        _("most viewers at once"),
        null=True,
        blank=True,
        validators=between(1, MAX_VIEWERS),
        help_text=_("Any number, when left empty."),
    )
    origins = models.JSONField(
        _("sites"),
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text=_("Sites whose pages may embed it, such as https://example.org."),
    )
    #: For a screen that shows a wall and nothing else.
    kiosk = models.BooleanField(_("kiosk"), default=False, db_default=False)
    #: By the clock of the screen; from evening to morning the second is the smaller one.
    dims_from = models.TimeField(_("dims from"), null=True, blank=True)
    dims_until = models.TimeField(_("dims until"), null=True, blank=True)

    class Meta(Secret.Meta):
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        constraints = (
            models.CheckConstraint(
                name="share_link_what", condition=Q(camera=None) | Q(group=None)
            ),
            models.CheckConstraint(
                name="share_link_dims",
                condition=Q(dims_from=None, dims_until=None)
                | Q(dims_from__isnull=False, dims_until__isnull=False),
            ),
            models.CheckConstraint(
                name="share_link_viewers", condition=Q(max_viewers=None) | Q(max_viewers__gte=1)
            ),
        )

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        unexpired = Q(expires=None) | Q(expires__gt=timezone.now())
        return super().valid().filter(unexpired).select_related("camera", "group", "created_by")

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked is None and (self.expires is None or self.expires > now)

    def check_quota(self) -> None:
        quotas.check(
            "links_per_person",
            self.created_by,
            ShareLink.valid().filter(created_by=self.created_by),
            _(
                "%(whose)s already has %(maximum)d share links, the most this server allows per "
                "person. Revoke one first."
            ),
        )

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras.models.camera import Camera
from cameras.models.secrets import ApiToken, PublishKey
from cameras.models.session import CaptureSession
from cameras.models.share import ShareLink


class AuditKind(models.TextChoices):
    """What can be on record. New ones may be added without a migration."""

    WATCHED = "watched", pgettext_lazy("audit", "Watched")
    FILMED = "filmed", pgettext_lazy("audit", "Filmed")
    REFUSED = "refused", pgettext_lazy("audit", "Refused")
    PHONE_ADDED = "phone_added", pgettext_lazy("audit", "Added a phone")
    SHARED = "shared", pgettext_lazy("audit", "Shared")
    UNSHARED = "unshared", pgettext_lazy("audit", "Stopped sharing")
    CAMERA_ADDED = "camera_added", pgettext_lazy("audit", "Added a camera")
    CAMERA_CHANGED = "camera_changed", pgettext_lazy("audit", "Changed settings")
    CAMERA_DELETED = "camera_deleted", pgettext_lazy("audit", "Deleted a camera")
    SECRET_MADE = "secret_made", pgettext_lazy("audit", "Made a key or token")
    SECRET_REVOKED = "secret_revoked", pgettext_lazy("audit", "Revoked a key or token")
    GROUP_CHANGED = "group_changed", pgettext_lazy("audit", "Changed a group of cameras")
    SIGNED_IN = "signed_in", pgettext_lazy("audit", "Signed in")
    SIGNED_OUT = "signed_out", pgettext_lazy("audit", "Signed out")
    SIGN_IN_FAILED = "sign_in_failed", pgettext_lazy("audit", "Failed to sign in")
    ACCOUNT_CHANGED = "account_changed", pgettext_lazy("audit", "Changed an account")
    LOOKED_UP = "looked_up", pgettext_lazy("audit", "Opened the audit log")


class ActorKind(models.TextChoices):
    """Who acted. New ones may be added without a migration."""

    PERSON = "person", pgettext_lazy("actor", "Person")
    KEY = "key", pgettext_lazy("actor", "Publish key")
    TOKEN = "token", pgettext_lazy("actor", "API token")
    LINK = "link", pgettext_lazy("actor", "Share link")
    VISITOR = "visitor", pgettext_lazy("actor", "Visitor")
    SERVER = "server", pgettext_lazy("actor", "Server")


def audit_kinds() -> list[tuple[str, Any]]:
    return AuditKind.choices


def actor_kinds() -> list[tuple[str, Any]]:
    return ActorKind.choices


class AppendOnly(Exception):
    """Somebody tried to change the audit log, or to delete from it."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """Reads, and adds. What the catalogue itself has to write later, cameras/audit.py writes."""

    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, objs: Any, fields: Any, batch_size: Any = None) -> NoReturn:
        raise AppendOnly

    def of(self, name_or_address: str) -> AuditQuerySet:
        return self.filter(
            Q(actor__icontains=name_or_address) | Q(address__startswith=name_or_address)
        )

    def for_display(self) -> AuditQuerySet:
        """With all that a row shows, in one query."""
        return self.select_related("camera", "session")


class AuditEvent(models.Model):
    """Who did what, from where, when and for how long. Rows are added, and never changed by hand.

    Labels are as of then; the references to people, keys and cameras end with those.
    """

    MAX_LABEL_LENGTH = 150
    MAX_ADDRESS_LENGTH = 64

    #: Without a constraint, as with the actor's: a release that knows another kind may add it.
    kind = models.CharField(_("event"), max_length=20, choices=audit_kinds)
    started = models.DateTimeField(_("started"), default=timezone.now)
    #: As `started` for what takes no time; None while a visit goes on, and for what was filmed,
    #: whose session tells.
    ended = models.DateTimeField(_("ended"), null=True)
    camera = models.ForeignKey(
        Camera,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        # The index below begins with it.
        db_index=False,
        verbose_name=_("camera"),
    )
    camera_name = models.CharField(_("camera's name"), max_length=100, blank=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=actor_kinds)
    actor = models.CharField(
        _("actor"), max_length=MAX_LABEL_LENGTH, blank=True, help_text=_("As named at the time.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("user"),
    )
    key = models.ForeignKey(
        PublishKey,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("publish key"),
    )
    token = models.ForeignKey(
        ApiToken,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("API token"),
    )
    link = models.ForeignKey(
        ShareLink,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("share link"),
    )
    session = models.ForeignKey(
        CaptureSession,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("capture session"),
    )
    address = models.CharField(_("address"), max_length=MAX_ADDRESS_LENGTH, blank=True)
    #: What cameras/audit_words.py makes a sentence of.
    details = models.JSONField(_("details"), default=dict, blank=True)
    #: Tells the visits of viewers apart before they have a number.
    visit = models.CharField(max_length=32, null=True, unique=True, editable=False)
    #: The web process of a visit, and until when it is known to have gone on.
    process = models.CharField(max_length=32, blank=True, editable=False)
    last_seen = models.DateTimeField(default=timezone.now, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit log")
        ordering = ("-started", "-id")
        indexes = (
            models.Index(name="audit_when", fields=("-started", "-id")),
            models.Index(name="audit_camera", fields=("camera", "-started", "-id")),
            models.Index(name="audit_person", fields=("user", "-started", "-id")),
            models.Index(
                name="audit_open", fields=("process",), condition=Q(ended=None, session=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor or self.actor_kind}: {self.kind}"

    def save(self, *args: Any, **options: Any) -> None:
        """Raises AppendOnly for a row that is there."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **options)

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        raise AppendOnly

    @property
    def until(self) -> datetime | None:
        """When it ended; None while it goes on."""
        return self.session.ended if self.session and not self.ended else self.ended

    @property
    def is_open(self) -> bool:
        return self.until is None

    @property
    def duration_s(self) -> float | None:
        """Of a visit or of filming, up to its last sign of life; None for what takes no time."""
        if self.kind not in (AuditKind.WATCHED, AuditKind.FILMED):
            return None
        last_seen = self.session.last_seen if self.session else self.last_seen
        return max(0.0, ((self.until or last_seen) - self.started).total_seconds())

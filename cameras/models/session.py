from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models.camera import Camera
from cameras.models.choices import EndReason, Transport, one_of
from cameras.models.secrets import PublishKey


class CaptureSession(models.Model):
    """One stretch of publishing. Its id is the session number on the wire."""

    # A frame header holds 32 bits.
    id = models.AutoField(_("number"), primary_key=True)
    camera = models.ForeignKey(
        Camera,
        on_delete=models.CASCADE,
        related_name="sessions",
        # The index below begins with it.
        db_index=False,
        verbose_name=_("camera"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="capture_sessions",
        verbose_name=_("user"),
    )
    key = models.ForeignKey(
        PublishKey,
        on_delete=models.SET_NULL,
        null=True,
        related_name="sessions",
        verbose_name=_("publish key"),
    )
    publisher = models.CharField(
        _("publisher"), max_length=150, help_text=_("Who it was, as shown at the time.")
    )
    remote_address = models.CharField(_("remote address"), max_length=64, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    transport = models.CharField(_("transport"), max_length=10, choices=Transport.choices)
    started = models.DateTimeField(_("started"), default=timezone.now)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now)
    ended = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(
        _("end reason"), max_length=20, choices=EndReason.choices, blank=True
    )
    frames = models.PositiveBigIntegerField(_("frames"), default=0)
    bytes = models.PositiveBigIntegerField(_("bytes"), default=0)
    dropped = models.PositiveBigIntegerField(_("dropped"), default=0)
    #: For how long more than stills was wanted, and how many pictures came in that time.
    wanted_s = models.FloatField(_("wanted (s)"), default=0, db_default=0)
    wanted_frames = models.PositiveBigIntegerField(
        _("frames while wanted"), default=0, db_default=0
    )
    mean_fps = models.FloatField(
        _("mean frame rate"), default=0, help_text=_("While somebody watched.")
    )
    latency_ms = models.FloatField(
        _("latency (ms)"),
        null=True,
        help_text=_("From the capture to the server, mean of all frames."),
    )

    class Meta:
        verbose_name = _("capture session")
        verbose_name_plural = _("capture sessions")
        ordering = ("-id",)
        indexes = (
            models.Index(name="session_camera", fields=("camera", "-id")),
            # For what happened lately; `last_seen` is when an ended session ended.
            models.Index(name="session_last_seen", fields=("last_seen",)),
            models.Index(name="session_open", fields=("last_seen",), condition=Q(ended=None)),
        )
        constraints = (
            models.CheckConstraint(
                name="session_transport", condition=one_of("transport", Transport)
            ),
            models.CheckConstraint(
                name="session_end",
                condition=Q(ended=None, end_reason="")
                | Q(one_of("end_reason", EndReason), ended__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.camera} #{self.pk}"

    @property
    def duration_s(self) -> float:
        """Of an open session, up to its last sign of life."""
        return ((self.ended or self.last_seen) - self.started).total_seconds()

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.camera import Camera


def cascade_in_bulk(collector: Any, _field: Any, rows: Any, _using: str) -> None:
    """As CASCADE, in one statement: a camera has some 43,000 of these rows, and the admin would
    list them all before it deletes the camera."""
    collector.fast_deletes.append(rows)


# Otherwise the rows are fetched before anything is asked.
cascade_in_bulk.lazy_sub_objs = True  # type: ignore[attr-defined]


class CameraMinute(models.Model):
    """What a camera did in one minute, as sampled every few seconds; no row while it is off."""

    camera = models.ForeignKey(
        Camera,
        on_delete=cascade_in_bulk,
        related_name="minutes",
        # The constraint below begins with it.
        db_index=False,
        verbose_name=_("camera"),
    )
    minute = models.DateTimeField(_("minute"), help_text=_("When it began."))
    live_s = models.PositiveSmallIntegerField(_("live (s)"))
    paused_s = models.PositiveSmallIntegerField(_("paused (s)"))
    lost_s = models.PositiveSmallIntegerField(_("lost (s)"))
    is_troubled = models.BooleanField(
        _("troubled"), default=False, help_text=_("Lost for a while, or mostly paused.")
    )
    frames = models.PositiveIntegerField(_("frames"))
    dropped = models.PositiveIntegerField(_("dropped"))
    fps = models.FloatField(_("frame rate"), help_text=_("Mean while live."))
    bits_per_s = models.PositiveBigIntegerField(_("bit rate"), help_text=_("Mean while live."))
    viewers = models.PositiveIntegerField(_("viewers"), help_text=_("Most at once."))
    uplink_ms = models.PositiveIntegerField(
        _("uplink (ms)"), null=True, help_text=_("From the capture to the server, mean while live.")
    )
    latency_p50_ms = models.PositiveIntegerField(
        _("median latency (ms)"),
        null=True,
        help_text=_("From the capture to the drawn picture, as viewers report it."),
    )
    latency_p95_ms = models.PositiveIntegerField(_("95th percentile of latency (ms)"), null=True)

    class Meta:
        verbose_name = _("minute of a camera")
        verbose_name_plural = _("minutes of cameras")
        indexes = (
            # Of thousands of minutes few are: the dashboard asks for those of all cameras.
            models.Index(
                name="troubled_minute",
                fields=("camera", "minute"),
                condition=models.Q(is_troubled=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(name="one_row_per_minute", fields=("camera", "minute")),
        )

    def __str__(self) -> str:
        return f"{self.camera} {self.minute:%Y-%m-%d %H:%M}"

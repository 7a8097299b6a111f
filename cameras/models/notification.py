from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras.models.camera import Camera


class NotificationDelay(models.IntegerChoices):
    """For how long a camera has to be lost before somebody is told, seconds."""

    SECONDS_30 = 30, pgettext_lazy("when to notify of a lost camera", "After 30 seconds")
    MINUTES_2 = 120, pgettext_lazy("when to notify of a lost camera", "After 2 minutes")
    MINUTES_10 = 600, pgettext_lazy("when to notify of a lost camera", "After 10 minutes")


class LossNotification(models.Model):
    """A person wants to be told when a camera is lost: by their browsers, while a page is open."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="loss_notifications",
        verbose_name=_("user"),
    )
    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="+", verbose_name=_("camera")
    )
    after_s = models.PositiveSmallIntegerField(
        _("when"),
        choices=NotificationDelay,
        default=NotificationDelay.SECONDS_30,
        db_default=NotificationDelay.SECONDS_30,
        help_text=_("A camera that comes back before then causes no notification."),
    )

    class Meta:
        verbose_name = _("notification of a lost camera")
        verbose_name_plural = _("notifications of lost cameras")
        ordering = ("user", "camera")
        constraints = (
            models.UniqueConstraint(name="notification_of_camera", fields=("user", "camera")),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.camera}"

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.models.group import CameraGroup


class WallArrangement(models.Model):
    """How a person has arranged a wall: its order, layout and the like, as the page sends it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="wall_arrangements",
        verbose_name=_("user"),
    )
    group = models.ForeignKey(
        CameraGroup,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("group of cameras"),
        help_text=_("Whose wall it is; none for the wall of all cameras."),
    )
    choices = models.JSONField(_("choices"), default=dict)

    class Meta:
        verbose_name = _("arrangement of a wall")
        verbose_name_plural = _("arrangements of walls")
        ordering = ("user", "group")
        constraints = (
            models.UniqueConstraint(name="arrangement_of_group", fields=("user", "group")),
            models.UniqueConstraint(
                name="arrangement_of_all", fields=("user",), condition=Q(group=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.group or _('All cameras')}"

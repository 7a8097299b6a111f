from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.models.camera import Camera
from cameras.models.choices import Role, one_of
from cameras.models.group import CameraGroup
from cameras.models.invitation import PersonInvitation

if TYPE_CHECKING:
    from cameras.users import User

_WHO = ("user", "user_group", "invitation")
_WHAT = ("camera", "camera_group")


class Grant(models.Model):
    """What somebody who does not own a camera may do with it: a person, all in a group of people,
    or whoever accepts an invitation. With a group of cameras, those that the group's owner manages.
    """

    camera = models.ForeignKey(
        Camera,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("camera"),
    )
    camera_group = models.ForeignKey(
        CameraGroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("group of cameras"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="camera_grants",
        verbose_name=_("user"),
    )
    user_group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="camera_grants",
        verbose_name=_("group of people"),
    )
    invitation = models.ForeignKey(
        PersonInvitation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="grants",
        verbose_name=_("invitation"),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role.choices,
        default=Role.WATCH,
        help_text=_("People who can publish can also watch. Managers can do both."),
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ("camera", "camera_group", "user", "user_group")
        constraints = (
            models.UniqueConstraint(name="grant_once", fields=("camera", "user")),
            *(
                models.UniqueConstraint(name=f"grant_once_{what}_{who}", fields=(what, who))
                for what in _WHAT
                for who in _WHO
                if (what, who) != ("camera", "user")
            ),
            models.CheckConstraint(name="grant_role", condition=one_of("role", Role)),
            models.CheckConstraint(
                name="grant_what",
                condition=Q(camera=None, camera_group__isnull=False)
                | Q(camera__isnull=False, camera_group=None),
            ),
            models.CheckConstraint(
                name="grant_who",
                condition=Q(user__isnull=False, user_group=None, invitation=None)
                | Q(user=None, user_group__isnull=False, invitation=None)
                | Q(user=None, user_group=None, invitation__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.who}: {self.get_role_display()}"

    @classmethod
    def give(cls, who: User | Group, what: Camera | CameraGroup, role: str) -> Grant:
        """They have this role with it from now on, whichever they had before."""
        to: dict[str, Any] = {"user_group" if isinstance(who, Group) else "user": who}
        grant, _made = cls.objects.update_or_create(**cls.on(what), **to, defaults={"role": role})
        return grant

    @staticmethod
    def on(what: Camera | CameraGroup) -> dict[str, Any]:
        """The field that says so."""
        return {"camera_group" if isinstance(what, CameraGroup) else "camera": what}

    @property
    def who(self) -> User | Group | PersonInvitation | None:
        return self.user or self.user_group or self.invitation

    @property
    def what(self) -> Camera | CameraGroup | None:
        return self.camera or self.camera_group

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.secret import OneTimeSecret


class PersonInvitation(OneTimeSecret):
    """Lets one person make an account, which then may what the invitation's grants say; see
    cameras/invitations.py. `name` is what the person is called until then."""

    PREFIX = "ssiv_"

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("created by"),
    )
    user_groups = models.ManyToManyField(
        Group, related_name="+", blank=True, verbose_name=_("groups of people")
    )

    class Meta(OneTimeSecret.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return super().valid().filter(created_by__is_active=True).select_related("created_by")

    def check_quota(self) -> None:
        quotas.check(
            "invitations_per_person",
            self.created_by,
            PersonInvitation.valid().filter(created_by=self.created_by),
            _(
                "%(maximum)d of your invitations are open, the most this server allows per "
                "person. Revoke one first."
            ),
        )

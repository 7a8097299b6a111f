from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.models.camera import Camera
from cameras.secret import OneTimeSecret, Secret


class PublishKey(Secret):
    """Lets a device without an account publish to one camera.

    It holds for as long as who made it may publish there, or, without a maker, until it is revoked.
    """

    PREFIX = "sspk_"

    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="publish_keys", verbose_name=_("camera")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )

    class Meta(Secret.Meta):
        verbose_name = _("publish key")
        verbose_name_plural = _("publish keys")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return super().valid().select_related("camera", "created_by")

    def check_quota(self) -> None:
        quotas.check(
            "keys_per_camera",
            self.camera,
            PublishKey.valid().filter(camera=self.camera),
            _(
                "%(whose)s already has %(maximum)d publish keys, the most this server allows per "
                "camera. Revoke one first."
            ),
        )


class PhoneInvitation(OneTimeSecret):
    """Lets one phone get a publish key of its own, within ten minutes; see cameras/phones.py."""

    PREFIX = "ssin_"

    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("camera")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("created by"),
    )
    key = models.ForeignKey(
        PublishKey,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("publish key"),
    )

    class Meta(OneTimeSecret.Meta):
        verbose_name = _("phone invitation")
        verbose_name_plural = _("phone invitations")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return super().valid().select_related("camera", "created_by")

    def check_quota(self) -> None:
        quotas.check(
            "invitations_per_person",
            self.created_by,
            PhoneInvitation.valid().filter(created_by=self.created_by),
            _(
                "%(maximum)d of your codes are waiting for a phone, the most this server allows "
                "per person. Each expires after ten minutes."
            ),
        )


class SignInLink(OneTimeSecret):
    """Signs a person in once, within an hour; see cameras/sign_in_links.py."""

    PREFIX = "ssil_"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: Whether the person may choose a new password with it, without the one before.
    sets_password = models.BooleanField(default=False, db_default=False, editable=False)
    #: Of the user's password when the link was made: one that is changed ends links, too.
    auth_hash = models.CharField(max_length=128, editable=False)

    class Meta(OneTimeSecret.Meta):
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return super().valid().filter(user__is_active=True).select_related("user")


class ApiToken(Secret):
    """Lets a program act as a person in the API."""

    PREFIX = "ssat_"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("user"),
    )
    expires = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("Never, when left empty.")
    )

    class Meta(Secret.Meta):
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        unexpired = Q(expires=None) | Q(expires__gt=timezone.now())
        return super().valid().filter(unexpired, user__is_active=True).select_related("user")

    def check_quota(self) -> None:
        quotas.check(
            "tokens_per_person",
            self.user,
            ApiToken.valid().filter(user=self.user),
            _(
                "%(whose)s already has %(maximum)d API tokens, the most this server allows per "
                "person. Revoke one first."
            ),
        )

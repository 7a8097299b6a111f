from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.naming import validate_line


class Passkey(models.Model):
    """Signs a person in without a password: a public key, whose other half the device keeps."""

    MAX_PER_PERSON = 20

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="passkeys",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    #: At most 1023 bytes (WebAuthn, 4), as base64url.
    credential = models.CharField(max_length=1364, unique=True, editable=False)
    #: What WebAuthn calls the attested credential data: the credential with its public key.
    public_key = models.BinaryField(editable=False)
    #: The host name that it works for.
    host = models.CharField(_("host"), max_length=255)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ("created", "id")

    def __str__(self) -> str:
        return self.name


class TwoStep(models.Model):
    """A person's password alone does not sign them in: a code of an app follows, or a passkey."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="two_step",
        verbose_name=_("user"),
    )
    #: Of the app, encrypted (cameras/two_step.py); empty where passkeys are the second step.
    secret = models.CharField(max_length=255, blank=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    #: The number of the last code's half minute: no code works twice.
    last_step = models.BigIntegerField(default=0, editable=False)
    #: Since the last right one.
    wrong_codes = models.PositiveIntegerField(default=0, editable=False)
    #: No code is looked at before.
    wait_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("two-step sign-in")
        verbose_name_plural = _("two-step sign-ins")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """Stands in for the second step once, for who has lost the device."""

    two_step = models.ForeignKey(TwoStep, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)

    def __str__(self) -> str:
        return f"{self.two_step} #{self.pk}"


class SignedInDevice(models.Model):
    """What is known of a browser that is signed in. It goes with its session."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signed_in_devices"
    )
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=64, blank=True)
    signed_in = models.DateTimeField(_("signed in"), default=timezone.now)
    last_used = models.DateTimeField(_("last used"), default=timezone.now)

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        ordering = ("-last_used",)

    def __str__(self) -> str:
        return f"{self.user}: {self.address}"

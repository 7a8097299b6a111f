from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from typing import Self

from anyascii import anyascii
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.base import ModelBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.naming import first_free, validate_line
from cameras.secret import Secret

MAX_WIDTH = 1920
MAX_HEIGHT = 1080
MAX_FRAME_RATE = 30
MIN_QUALITY = 0.1

# The slug field is longer: there is always room for "-2", "-3", ...
_SLUG_BASE_LENGTH = 50
#: As many as may be added at once by one name.
_SLUG_ATTEMPTS = 50
#: How a camera sends its pictures.
CAPTURE_FIELDS = ("width", "height", "frame_rate", "quality", "delivery", "codec")
#: Pages beside those of the cameras: /cameras/add/.
RESERVED_SLUGS = frozenset({"add"})


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private")
    SIGNED_IN = "signed-in", _("Signed-in people")
    PUBLIC = "public", _("Public")


class Delivery(models.TextChoices):
    RESILIENT = "resilient", _("Resilient")
    REALTIME = "realtime", _("Realtime")


class Codec(models.TextChoices):
    """What a camera may send beside its stills, to those whose browsers take video."""

    AUTO = "auto", _("Automatic")
    JPEG = "jpeg", _("Single pictures (JPEG)")
    H264 = "h264", _("H.264")
    VP8 = "vp8", _("VP8")


class Transport(models.TextChoices):
    WEBRTC = "webrtc", _("WebRTC")
    WEBSOCKET = "websocket", _("WebSocket")


class EndReason(models.TextChoices):
    STOPPED = "stopped", _("Stopped")
    TAKEN_OVER = "taken_over", _("Taken over")
    NOT_ALLOWED = "not_allowed", _("Not allowed")
    DISCONNECTED = "disconnected", _("Disconnected")
    LOST = "lost", _("Lost")
    SIGNALING_LOST = "signaling_lost", _("Signaling lost")
    PEER_FAILED = "peer_failed", _("Connection failed")
    SERVER_STOPPED = "server_stopped", _("Server stopped")
    TOO_MUCH = "too_much", _("Sent too much")


class Role(models.TextChoices):
    """What a grant allows. Each role includes those before it."""

    WATCH = "watch", _("Watch")
    PUBLISH = "publish", _("Publish")
    MANAGE = "manage", _("Manage")

    @property
    def or_more(self) -> list[Role]:
        """This role and those that include it."""
        roles = list(Role)
        return roles[roles.index(self) :]


def validate_finite(value: float) -> None:
    # NaN is neither below a minimum nor above a maximum.
    if not math.isfinite(value):
        raise ValidationError(_("Enter a finite number."), code="finite")


def _between(minimum: float, maximum: float) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(minimum), MaxValueValidator(maximum)]


def _one_of(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})


class Camera(models.Model):
    """A place that can send pictures: what it is, who owns it, and how it sends them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(
        _("slug"),
        max_length=60,
        unique=True,
        blank=True,
        help_text=_("Part of the camera's address. Made from the name when left empty."),
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    location = models.CharField(
        _("location"), max_length=200, blank=True, validators=[validate_line]
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("Seen by managers only."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # Cameras and their history outlive an account: hand them over first.
        on_delete=models.PROTECT,
        related_name="cameras",
        verbose_name=_("owner"),
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("A disabled camera neither sends nor is watched.")
    )
    visibility = models.CharField(
        _("visibility"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
        help_text=_("Who may watch without having been granted it."),
    )
    width = models.PositiveSmallIntegerField(
        _("width"), default=640, validators=_between(1, MAX_WIDTH)
    )
    height = models.PositiveSmallIntegerField(
        _("height"), default=480, validators=_between(1, MAX_HEIGHT)
    )
    frame_rate = models.PositiveSmallIntegerField(
        _("frame rate"),
        default=30,
        validators=_between(1, MAX_FRAME_RATE),
        help_text=_("Frames per second, at most."),
    )
    quality = models.FloatField(
        _("quality"),
        default=0.7,
        validators=[*_between(MIN_QUALITY, 1), validate_finite],
        help_text=_("0.1 takes the least of the network, 1 looks best."),
    )
    delivery = models.CharField(
        _("delivery"),
        max_length=10,
        choices=Delivery.choices,
        default=Delivery.RESILIENT,
        help_text=_("Resilient sends lost pieces again for a moment, realtime never does."),
    )
    codec = models.CharField(
        _("codec"),
        max_length=10,
        choices=Codec.choices,
        default=Codec.AUTO,
        # In the database too, as for each column that was added: the release before knows none of
        # it, and goes on with a newer database where an upgrade is taken back.
        db_default=Codec.AUTO.value,
        help_text=_(
            "Automatic is video that every viewer can show. It needs a tenth of the network that "
            "single pictures need."
        ),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        ordering = ("name", "slug")
        constraints = (
            models.CheckConstraint(
                name="camera_width", condition=Q(width__gte=1, width__lte=MAX_WIDTH)
            ),
            models.CheckConstraint(
                name="camera_height", condition=Q(height__gte=1, height__lte=MAX_HEIGHT)
            ),
            models.CheckConstraint(
                name="camera_frame_rate",
                condition=Q(frame_rate__gte=1, frame_rate__lte=MAX_FRAME_RATE),
            ),
            models.CheckConstraint(
                name="camera_quality", condition=Q(quality__gte=MIN_QUALITY, quality__lte=1)
            ),
            models.CheckConstraint(
                name="camera_visibility", condition=_one_of("visibility", Visibility)
            ),
            models.CheckConstraint(name="camera_delivery", condition=_one_of("delivery", Delivery)),
            models.CheckConstraint(name="camera_codec", condition=_one_of("codec", Codec)),
        )

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def at(address: str) -> Q:
        """The camera with this id or this slug, or that had this slug before."""
        if is_id(address):
            return Q(pk=address)
        former = FormerSlug.of_no_camera().filter(slug=address)
        return Q(slug=address) | Q(pk__in=former.values("camera"))

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address is a page of its own. Choose another.")})
        if is_id(self.slug):
            raise ValidationError({"slug": _("This address looks like an id. Choose another.")})
        if FormerSlug.objects.filter(slug=self.slug).exclude(camera=self.pk).exists():
            raise ValidationError({"slug": _("Another camera had this address. Choose another.")})

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        finds_slug = not self.slug
        saved = Camera.objects.filter(pk=self.pk).values_list("slug", "owner")
        before, owner = saved.first() or (None, None)
        is_written = not update_fields or "slug" in update_fields
        is_handed_over = owner != self.owner_id and (
            not update_fields or not {"owner", "owner_id"}.isdisjoint(update_fields)
        )
        for attempt in range(1, _SLUG_ATTEMPTS + 1):
            if finds_slug:
                self.slug = _free_slug(self.name)
            try:
                with transaction.atomic(using):
                    if is_handed_over:
                        self._check_quota()
                    super().save(
                        force_insert=force_insert,
                        force_update=force_update,
                        using=using,
                        update_fields=update_fields,
                    )
                    if before and before != self.slug and is_written:
                        FormerSlug.keep(self, before)
                    return
            except IntegrityError:
                # Somebody else took the slug meanwhile.
                if not finds_slug or attempt == _SLUG_ATTEMPTS or not _is_taken(self.slug):
                    raise

    def _check_quota(self) -> None:
        quotas.check(
            "cameras_per_person",
            self.owner,
            Camera.objects.filter(owner=self.owner),
            _(
                "%(whose)s already owns %(maximum)d cameras, as many as this server allows one "
                "person. Delete one first."
            ),
        )


def is_id(address: str) -> bool:
    """Whether it has the form of a camera's id, so that no slug can stand for another camera."""
    try:
        return str(uuid.UUID(address)) == address
    except ValueError:
        return False


def _free_slug(name: str) -> str:
    base = slugify(anyascii(name))[:_SLUG_BASE_LENGTH].rstrip("-_") or "camera"
    if is_id(base):
        base = "camera"
    taken = {
        slug
        for model in (Camera, FormerSlug)
        for slug in model.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    }
    return first_free(base, taken | RESERVED_SLUGS)


def _is_taken(slug: str) -> bool:
    return Camera.objects.filter(slug=slug).exists()


class FormerSlug(models.Model):
    """A slug that a camera had: links and devices that still have it find the camera."""

    #: Of one camera; older ones are free for others again.
    MAX_KEPT = 10

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="former_slugs", verbose_name=_("camera")
    )

    class Meta:
        verbose_name = _("former slug")
        verbose_name_plural = _("former slugs")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def of_no_camera(cls) -> models.QuerySet[FormerSlug]:
        """Those that no camera has now. The release before doesn't know of former slugs, and gives
        them to others where an upgrade is taken back for a while."""
        current = Camera.objects.filter(slug=OuterRef("slug"))
        return cls.objects.filter(~Exists(current))

    @classmethod
    def keep(cls, camera: Camera, slug: str) -> None:
        """The camera had `slug` until now."""
        # It may have taken back one of its own.
        cls.objects.filter(camera=camera, slug=camera.slug).delete()
        cls.objects.update_or_create(slug=slug, defaults={"camera": camera})
        kept = cls.objects.filter(camera=camera)[: cls.MAX_KEPT].values_list("pk", flat=True)
        cls.objects.filter(camera=camera).exclude(pk__in=list(kept)).delete()


class Grant(models.Model):
    """What a person who does not own a camera may do with it."""

    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="grants", verbose_name=_("camera")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="camera_grants",
        verbose_name=_("user"),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role.choices,
        default=Role.WATCH,
        help_text=_("Who publishes may watch too; who manages may do both."),
    )

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ("camera", "user")
        constraints = (
            models.UniqueConstraint(name="grant_once", fields=("camera", "user")),
            models.CheckConstraint(name="grant_role", condition=_one_of("role", Role)),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


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
                "%(whose)s already has %(maximum)d publish keys, as many as this server allows one "
                "camera. Revoke one first."
            ),
        )


class PhoneInvitation(Secret):
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
    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(_("used"), null=True)
    key = models.ForeignKey(
        PublishKey,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("publish key"),
    )

    class Meta(Secret.Meta):
        verbose_name = _("phone invitation")
        verbose_name_plural = _("phone invitations")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        unused = super().valid().filter(used=None, expires__gt=timezone.now())
        return unused.select_related("camera", "created_by")

    def check_quota(self) -> None:
        quotas.check(
            "invitations_per_person",
            self.created_by,
            PhoneInvitation.valid().filter(created_by=self.created_by),
            _(
                "%(maximum)d of your codes are waiting for a phone, as many as this server allows "
                "one person. Each expires after ten minutes."
            ),
        )


class SignInLink(Secret):
    """Signs a person in once, within an hour; see cameras/sign_in_links.py."""

    PREFIX = "ssil_"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(_("used"), null=True)
    #: Of the user's password when the link was made: one that is changed ends links, too.
    auth_hash = models.CharField(max_length=128, editable=False)

    class Meta(Secret.Meta):
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        unused = super().valid().filter(used=None, expires__gt=timezone.now())
        return unused.filter(user__is_active=True).select_related("user")


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
                "%(whose)s already has %(maximum)d API tokens, as many as this server allows one "
                "person. Revoke one first."
            ),
        )


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
            models.Index(name="session_open", fields=("last_seen",), condition=Q(ended=None)),
        )
        constraints = (
            models.CheckConstraint(
                name="session_transport", condition=_one_of("transport", Transport)
            ),
            models.CheckConstraint(
                name="session_end",
                condition=Q(ended=None, end_reason="")
                | Q(_one_of("end_reason", EndReason), ended__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.camera} #{self.pk}"

    @property
    def duration_s(self) -> float:
        """Of an open session, up to its last sign of life."""
        return ((self.ended or self.last_seen) - self.started).total_seconds()

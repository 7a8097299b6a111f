from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.base import ModelBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.models.choices import (
    Codec,
    Delivery,
    Visibility,
    between,
    one_of,
    validate_finite,
)
from cameras.models.slugs import MAX_LENGTH, save_with_slug, slug_of
from cameras.naming import first_free, validate_line

MAX_WIDTH = 1920
MAX_HEIGHT = 1080
#: What is asked of a new camera; a device or network that cannot carry it sends less.
DEFAULT_WIDTH = 1280
DEFAULT_HEIGHT = 720
MAX_FRAME_RATE = 30
MIN_QUALITY = 0.1

#: How a camera sends its pictures.
CAPTURE_FIELDS = ("width", "height", "frame_rate", "quality", "delivery", "codec")
#: Pages beside those of the cameras: /cameras/add/.
RESERVED_SLUGS = frozenset({"add"})


class Camera(models.Model):
    """A place that can send pictures: what it is, who owns it, and how it sends them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(
        _("slug"),
        max_length=MAX_LENGTH,
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
        _("enabled"), default=True, help_text=_("A disabled camera can't film or be watched.")
    )
    visibility = models.CharField(
        _("visibility"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
        help_text=_("Who may watch without being given access."),
    )
    width = models.PositiveSmallIntegerField(
        _("width"),
        default=DEFAULT_WIDTH,
        db_default=DEFAULT_WIDTH,
        validators=between(1, MAX_WIDTH),
    )
    height = models.PositiveSmallIntegerField(
        _("height"),
        default=DEFAULT_HEIGHT,
        db_default=DEFAULT_HEIGHT,
        validators=between(1, MAX_HEIGHT),
    )
    frame_rate = models.PositiveSmallIntegerField(
        _("frame rate"),
        default=30,
        validators=between(1, MAX_FRAME_RATE),
        help_text=_("Frames per second, at most."),
    )
    quality = models.FloatField(
        _("quality"),
        default=0.7,
        validators=[*between(MIN_QUALITY, 1), validate_finite],
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
                name="camera_visibility", condition=one_of("visibility", Visibility)
            ),
            models.CheckConstraint(name="camera_delivery", condition=one_of("delivery", Delivery)),
            models.CheckConstraint(name="camera_codec", condition=one_of("codec", Codec)),
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
            raise ValidationError(
                {"slug": _("This address is used by another page. Choose another.")}
            )
        if is_id(self.slug):
            raise ValidationError({"slug": _("This address looks like an ID. Choose another.")})
        if FormerSlug.objects.filter(slug=self.slug).exclude(camera=self.pk).exists():
            raise ValidationError({"slug": _("Another camera had this address. Choose another.")})

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        saved = Camera.objects.filter(pk=self.pk).values_list("slug", "owner")
        before, owner = saved.first() or (None, None)
        is_written = not update_fields or "slug" in update_fields
        is_handed_over = owner != self.owner_id and (
            not update_fields or not {"owner", "owner_id"}.isdisjoint(update_fields)
        )

        def write() -> None:
            if is_handed_over:
                self._check_quota()
            super(Camera, self).save(
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )
            if before and before != self.slug and is_written:
                FormerSlug.keep(self, before)

        save_with_slug(self, write, free_slug=_free_slug, is_taken=_is_taken, using=using)

    def _check_quota(self) -> None:
        quotas.check(
            "cameras_per_person",
            self.owner,
            Camera.objects.filter(owner=self.owner),
            _(
                "%(whose)s already owns %(maximum)d cameras, the most this server allows per "
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
    base = slug_of(name) or "camera"
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

    slug = models.SlugField(_("slug"), max_length=MAX_LENGTH, unique=True)
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

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.base import ModelBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras import quotas
from cameras.models.camera import Camera
from cameras.models.slugs import MAX_LENGTH, save_with_slug, slug_of
from cameras.naming import first_free, validate_line


class CameraGroup(models.Model):
    """Cameras that belong together, with a wall of their own at `/walls/<slug>/`."""

    slug = models.SlugField(
        _("slug"),
        max_length=MAX_LENGTH,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address of the group's wall. Made from the name when left empty, and"
            " kept from then on."
        ),
    )
    name = models.CharField(_("name"), max_length=100, validators=[validate_line])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # As with cameras: hand them over first.
        on_delete=models.PROTECT,
        related_name="camera_groups",
        verbose_name=_("owner"),
    )
    cameras = models.ManyToManyField(
        Camera, related_name="groups", blank=True, verbose_name=_("cameras")
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("group of cameras")
        verbose_name_plural = _("groups of cameras")
        ordering = ("name", "slug")

    def __str__(self) -> str:
        return self.name

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        owner = CameraGroup.objects.filter(pk=self.pk).values_list("owner", flat=True).first()

        def write() -> None:
            if owner != self.owner_id:
                self._check_quota()
            super(CameraGroup, self).save(
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )

        save_with_slug(self, write, free_slug=_free_slug, is_taken=_is_taken, using=using)

    def _check_quota(self) -> None:
        quotas.check(
            "groups_per_person",
            self.owner,
            CameraGroup.objects.filter(owner=self.owner),
            _(
                "%(whose)s already owns %(maximum)d groups, the most this server allows per "
                "person. Delete one first."
            ),
        )


def _free_slug(name: str) -> str:
    base = slug_of(name) or "group"
    taken = CameraGroup.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    return first_free(base, set(taken))


def _is_taken(slug: str) -> bool:
    return CameraGroup.objects.filter(slug=slug).exists()

"""What a wall's page knows beside its cameras: its group, the other walls, how it is arranged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cameras import access
from cameras.models import Camera, CameraGroup, WallArrangement
from cameras.naming import in_natural_order
from cameras.pages.sharing_forms import LinkForm
from cameras.users import User
from streaming.protocol.facts import ListedCamera

#: Stands in an address for the slug of a camera that comes while the page is open.
PLACEHOLDER = "SLUG"
_MAX_CAMERAS = 1000


class Arrangement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody wants a wall: what a page sends and gets back."""

    #: Ids of cameras; those that aren't named come after them.
    order: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=_MAX_CAMERAS)] = ()
    #: Live cameras before all others.
    live_first: bool = False
    layout: Literal["auto", "focus", "2x2", "3x3", "4x4"] = "auto"
    #: Cameras that are off in one line.
    fold_off: bool = False
    #: The large one follows the last loss.
    follow: bool = False
    #: A lost camera is heard.
    sound: bool = False


def data_of(cameras: Iterable[Camera], *, page: str) -> dict[str, Any]:
    """What the page's scripts need to know of cameras with rights (`access`).

    `page` is the address of a camera's page, with the placeholder.
    """
    return {
        "page": page,
        "film": reverse("capture", args=[PLACEHOLDER]),
        "settings": reverse("camera-settings", args=[PLACEHOLDER]),
        "cameras": [msgspec.to_builtins(ListedCamera.of(camera)) for camera in cameras],
    }


def own_data(request: HttpRequest, group: CameraGroup | None) -> dict[str, Any]:
    """What they need to know of the wall of somebody who goes from wall to wall."""
    return {
        "group": group.slug if group else None,
        "arrangement": arrangement_of(request.user, group),
        "save": _save_url(group) if request.user.is_authenticated else None,
    }


def context_of(request: HttpRequest, group: CameraGroup | None) -> dict[str, Any]:
    """What its template needs to know."""
    return {
        "group": group,
        "walls": in_natural_order(access.visible_groups(request.user)),
        "may_create": access.can_create(request.user),
        "may_share": _may_share(request, group),
        "link_form": LinkForm(prefix="link"),
    }


def arrangement_of(user: User | AnonymousUser, group: CameraGroup | None) -> dict[str, Any]:
    """What somebody has changed of the wall of a group, or of all cameras."""
    if not isinstance(user, User):
        return {}
    mine = WallArrangement.objects.filter(user=user, group=group)
    choices: dict[str, Any] | None = mine.values_list("choices", flat=True).first()
    return choices or {}


def _may_share(request: HttpRequest, group: CameraGroup | None) -> bool:
    if group is not None:
        return access.can_share(request.user, group)
    return access.manageable(request.user).exists()


def _save_url(group: CameraGroup | None) -> str:
    return reverse("group-arrangement", args=[group.slug]) if group else reverse("arrangement")


@require_POST
def arrange(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Keeps a person's arrangement of a wall: of all cameras, or of a group."""
    if not isinstance(request.user, User):
        return _refusal(_("Sign in to keep how you arrange the wall."), status=403)
    try:
        arrangement = msgspec.json.decode(request.body, type=Arrangement)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refusal(str(error), status=400)
    WallArrangement.objects.update_or_create(
        user=request.user,
        group=access.visible_group(request.user, slug) if slug else None,
        defaults={"choices": msgspec.to_builtins(arrangement)},
    )
    return HttpResponse(status=204)


def _refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"message": sentence}, status=status)

"""A screen on a wall: one wall by a link of its own, and nothing else, for ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cameras import access, shares
from cameras.models import Camera, ShareLink
from cameras.naming import in_natural_order
from streaming.pages import shared, walls
from streaming.pages.release import release

_WAIT_S = 10


@require_GET
@shared.confidential
def opening(request: HttpRequest) -> HttpResponse:
    """Opens the link whose secret stands in the fragment, and tries for as long as it takes."""
    return _opening(request)


def _opening(request: HttpRequest, wait_s: int = 0, status: int = 200) -> HttpResponse:
    context = {"shared": True, "wait_s": wait_s}
    return render(request, "streaming/kiosk_opening.html", context, status=status)


@require_GET
@shared.confidential
def screen(request: HttpRequest, link: UUID) -> HttpResponse:
    """The wall of a screen that has opened its link."""
    found = shared.opened(request, link)
    if found is None or not found.kiosk:
        # Its browser may have lost its cookies. One that keeps none goes round, slowly.
        return _opening(request, _WAIT_S, status=410)
    cameras = in_natural_order(access.watchable_with_rights(found))
    page = reverse("shared-camera", args=[link, walls.PLACEHOLDER])
    data = {
        **shared.paths(request, found),
        **walls.data_of(cameras, page=page),
        # As who made it has arranged the wall; without sound, which a click would have to allow.
        "arrangement": {**walls.arrangement_of(found.created_by, found.group), "sound": False},
        "screen": {
            "url": reverse("screen-state", args=[link]),
            "open": reverse("shared-open"),
            **_state(found),
        },
    }
    context = {
        "cameras": cameras,
        "data": data,
        "blank": Camera(slug=walls.PLACEHOLDER),
        "shared": found,
        "group": found.group,
    }
    return render(request, "streaming/kiosk.html", context)


@require_GET
@shared.confidential
def state(request: HttpRequest, link: UUID) -> HttpResponse:
    """What a screen asks for each minute. Its cookies last from now on as if they were new."""
    found = shared.opened(request, link)
    if found is None or not found.kiosk:
        return JsonResponse({"message": _("This screen's access was revoked.")}, status=410)
    response = JsonResponse(_state(found))
    browser = shares.browser_of(link, request.COOKIES.get(shares.PAGE_COOKIE, ""))
    shared.set_cookies(response, found, is_secure=request.is_secure(), browser=browser)
    return response


def _state(link: ShareLink) -> dict[str, Any]:
    """`dims` are two times of day, or null."""
    dims = None
    if link.dims_from and link.dims_until:
        dims = [f"{time:%H:%M}" for time in (link.dims_from, link.dims_until)]
    return {"release": release(), "dims": dims}

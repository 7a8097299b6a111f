"""What people see who were sent a share link: its camera or wall, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from http.cookies import Morsel
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cameras import access, shares
from cameras.models import Camera, ShareLink
from cameras.naming import in_natural_order
from streaming.network import origins, ports
from streaming.pages import walls
from streaming.pages.content_policy import HEADER, policy
from streaming.pages.views import facts

# Python knows this attribute from 3.14 on.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]

#: For as long as browsers keep a cookie; what counts is the link.
_COOKIE_AGE_S = 400 * 24 * 3600


def confidential(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers that nobody keeps, and from whose pages no address is told to other sites."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@require_GET
@confidential
def shared(request: HttpRequest) -> HttpResponse:
    """Opens the link whose secret stands in the fragment, which browsers keep to themselves."""
    return render(request, "streaming/shared.html", {"shared": True})


@csrf_exempt
@require_POST
@confidential
def open_link(request: HttpRequest) -> HttpResponse:
    """Exchanges the link's secret for cookies that are sent to its own pages alone."""
    origin = request.headers.get("Origin", "")
    if not origins.is_allowed(origin, request.scheme or "", request.get_host()):
        raise PermissionDenied
    link = shares.open_link(request.POST.get("secret", ""))
    if link is None:
        return JsonResponse({"message": _("This link has expired or was revoked.")}, status=410)
    response = JsonResponse({"url": reverse("shared-link", args=[link.pk])})
    embedded = "embedded" in request.POST
    set_cookies(response, link, is_secure=request.is_secure(), embedded=embedded)
    return response


def set_cookies(
    response: HttpResponse,
    link: ShareLink,
    *,
    is_secure: bool,
    embedded: bool = False,
    browser: str = "",
) -> None:
    """Lets the browser open the pages and the socket of this link, and of no other.

    Those of a page that another site embeds are partitioned: browsers send them there alone, so
    that the site learns nothing of what else somebody has opened. They take such cookies by https,
    and without it from their own machine. `browser` is one that has opened the link before.
    """
    paths = {
        shares.PAGE_COOKIE: reverse("shared-link", args=[link.pk]),
        shares.SOCKET_COOKIE: ports.link_socket_path(link.pk),
    }
    value = shares.cookie_value(link, browser)
    for name, path in paths.items():
        response.set_cookie(
            name,
            value,
            max_age=_age_s(link),
            path=path,
            domain=settings.SESSION_COOKIE_DOMAIN,
            secure=is_secure or embedded,
            httponly=True,
            samesite="None" if embedded else "Lax",
        )
        response.cookies[name]["partitioned"] = embedded


def _age_s(link: ShareLink) -> int:
    if link.expires is None:
        return _COOKIE_AGE_S
    left_s = (link.expires - datetime.now(UTC)).total_seconds()
    return max(0, min(_COOKIE_AGE_S, int(left_s)))


def opened(request: HttpRequest, link: UUID) -> ShareLink | None:
    """The link, if this browser has opened it and it has not ended."""
    return shares.opened(link, request.COOKIES.get(shares.PAGE_COOKIE, ""))


@require_GET
@confidential
def shared_link(request: HttpRequest, link: UUID) -> HttpResponse:
    """The camera or wall of a link."""
    found = opened(request, link)
    if found is None:
        return ended(request)
    if found.kiosk:
        return redirect("screen", found.pk)
    if found.camera is not None:
        return redirect("shared-camera", found.pk, found.camera.slug)
    return _wall(request, found)


def _wall(request: HttpRequest, link: ShareLink, embedded: bool = False) -> HttpResponse:
    cameras = in_natural_order(access.watchable_with_rights(link))
    page = reverse("shared-camera", args=[link.pk, walls.PLACEHOLDER])
    context = {
        "cameras": cameras,
        "data": {**paths(request, link), **walls.data_of(cameras, page=page)},
        "blank": Camera(slug=walls.PLACEHOLDER),
        "group": link.group,
        "shared": link,
        "embedded": embedded,
    }
    return render(request, "streaming/wall.html", context)


@require_GET
@confidential
def shared_camera(request: HttpRequest, link: UUID, slug: str) -> HttpResponse:
    """One camera of a link."""
    found = opened(request, link)
    shown = access.shared_by(found).filter(Camera.at(slug)) if found else Camera.objects.none()
    if found is None or found.kiosk or (camera := shown.first()) is None:
        return ended(request)
    data = {**paths(request, found), "camera": facts(camera)}
    return render(
        request, "streaming/viewer.html", {"camera": camera, "data": data, "shared": found}
    )


@require_GET
@xframe_options_exempt
@confidential
def embed(request: HttpRequest, link: UUID) -> HttpResponse:
    """The cameras of a link within a page of one of the sites that it names."""
    known = ShareLink.objects.filter(pk=link).first()
    if known is None:
        return ended(request)
    if found := opened(request, link):
        response = _wall(request, found, embedded=True)
    elif access.share_link(link):
        response = render(request, "streaming/shared.html", {"shared": True, "embedded": True})
    else:
        response = ended(request, embedded=True)
    if known.origins:
        response[HEADER] = policy(request, known.origins)
    return response


def paths(request: HttpRequest, link: ShareLink) -> dict[str, str]:
    """Where a page of a link finds its socket, and single pictures while that fails."""
    return {
        "socket": ports.link_socket(request, link.pk),
        "api": reverse("shared-cameras", args=[link.pk]),
    }


def ended(request: HttpRequest, embedded: bool = False) -> HttpResponse:
    """Says that a link shows nothing here: it does not say whether there ever was one."""
    context = {"shared": True, "embedded": embedded}
    return render(request, "streaming/shared_ended.html", context, status=410)

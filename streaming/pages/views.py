"""The pages: who may see which camera, and what their scripts need to know of it."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cameras import access
from cameras.models import Camera, CameraGroup
from cameras.naming import in_natural_order
from cameras.pages import notifications, picture
from cameras.pages.addresses import moved
from cameras.pages.sharing_forms import LinkForm
from streaming import conf
from streaming.network import addresses, ports
from streaming.pages import walls
from streaming.protocol.facts import CameraFacts


def wall(request: HttpRequest) -> HttpResponse:
    return _wall(request, access.watchable_with_rights(request.user), None)


def group_wall(request: HttpRequest, slug: str) -> HttpResponse:
    group = access.visible_group(request.user, slug)
    return _wall(request, access.watchable_in(request.user, group), group)


def _wall(request: HttpRequest, shown: QuerySet[Camera], group: CameraGroup | None) -> HttpResponse:
    cameras = in_natural_order(shown)
    data = {
        "socket": ports.watch_socket(request),
        "api": reverse("api-camera-list"),
        # Of cameras whose pictures are on another page of the wall.
        "stats": reverse("api-stats"),
        **walls.data_of(cameras, page=reverse("viewer", args=[walls.PLACEHOLDER])),
        **walls.own_data(request, group),
    }
    context = {"cameras": cameras, "data": data, "blank": Camera(slug=walls.PLACEHOLDER)}
    context |= walls.context_of(request, group)
    return render(request, "streaming/wall.html", context)


def viewer(request: HttpRequest, slug: str) -> HttpResponse:
    camera = access.visible_camera(request.user, slug)
    if elsewhere := moved(request, camera):
        return elsewhere
    context = {
        "camera": camera,
        "may_publish": access.can_publish(request.user, camera),
        "may_manage": access.can_manage(request.user, camera),
        "may_share": access.can_share(request.user, camera),
        "link_form": LinkForm(prefix="link"),
        "may_invite": camera.enabled and access.can_invite(request.user, camera),
        "data": {
            "socket": ports.watch_socket(request),
            "api": reverse("api-camera-list"),
            "camera": facts(camera),
        },
        **notifications.context_of(request.user, camera),
    }
    return render(request, "streaming/viewer.html", context)


@login_required
def capture(request: HttpRequest, slug: str) -> HttpResponse:
    camera = access.publishable(request.user).filter(Camera.at(slug)).first()
    if camera is None:
        if access.manageable(request.user).filter(Camera.at(slug), enabled=False).exists():
            # It says so, and leads to where it is enabled.
            return redirect("viewer", slug)
        raise Http404(_("This camera doesn't exist, or you don't have permission to film for it."))
    if elsewhere := moved(request, camera):
        return elsewhere
    # By its id: the page stays open when the camera gets another slug.
    socket = f"{ports.publish_sockets(request)}{camera.pk}/"
    data = {"socket": socket, "secure": _secure_url(request), "camera": facts(camera)}
    context = {"camera": camera, "data": data, "lists": picture.lists()}
    return render(request, "streaming/capture.html", context)


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "streaming/dashboard.html")


@login_required
def camera_history(request: HttpRequest, slug: str) -> HttpResponse:
    camera = access.visible_camera(request.user, slug)
    if elsewhere := moved(request, camera):
        return elsewhere
    context = {"camera": camera, "may_manage": access.can_manage(request.user, camera)}
    return render(request, "streaming/camera_history.html", context)


def _secure_url(request: HttpRequest) -> str:
    """This page with TLS, by the same name where it has one there: who has signed in stays so."""
    chosen = conf.get()
    name, _port = split_domain_port(request.get_host())
    if name in addresses.allowed_hosts(chosen.TLS_HOST):
        origins = [f"https://{name}:{chosen.TLS_PORT}"]
    else:
        origins = addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https")
    return f"{origins[0]}{request.get_full_path()}" if chosen.TLS and origins else ""


def facts(camera: Camera) -> dict[str, Any]:
    """What a page's scripts need to know of a camera."""
    known: dict[str, Any] = msgspec.to_builtins(CameraFacts.of(camera))
    return known

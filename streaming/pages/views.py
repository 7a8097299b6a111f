"""The pages: who may see which camera, and what their scripts need to know of it."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cameras import access
from cameras.models import Camera
from cameras.pages import picture
from cameras.pages.addresses import moved
from streaming import conf
from streaming.network import addresses, ports
from streaming.protocol.facts import CameraFacts


def wall(request: HttpRequest) -> HttpResponse:
    cameras = list(access.watchable(request.user))
    data = {
        "socket": ports.watch_socket(request),
        "api": reverse("api-camera-list"),
        # For cameras that come while the page is open.
        "page": reverse("viewer", args=["SLUG"]),
        "cameras": [_facts(camera) for camera in cameras],
    }
    context = {"cameras": cameras, "data": data, "blank": Camera(slug="SLUG")}
    return render(request, "streaming/wall.html", context)


def viewer(request: HttpRequest, slug: str) -> HttpResponse:
    camera = access.visible_camera(request.user, slug)
    if elsewhere := moved(request, camera):
        return elsewhere
    context = {
        "camera": camera,
        "may_publish": access.can_publish(request.user, camera),
        "may_manage": access.can_manage(request.user, camera),
        "may_invite": camera.enabled and access.can_invite(request.user, camera),
        "data": {
            "socket": ports.watch_socket(request),
            "api": reverse("api-camera-list"),
            "camera": _facts(camera),
        },
    }
    return render(request, "streaming/viewer.html", context)


@login_required
def capture(request: HttpRequest, slug: str) -> HttpResponse:
    camera = access.publishable(request.user).filter(Camera.at(slug)).first()
    if camera is None:
        if access.manageable(request.user).filter(Camera.at(slug), enabled=False).exists():
            # It says so, and leads to where it is enabled.
            return redirect("viewer", slug)
        raise Http404(_("There is no such camera, or it is not yours to film with."))
    if elsewhere := moved(request, camera):
        return elsewhere
    # By its id: the page stays open when the camera gets another slug.
    socket = f"{ports.publish_sockets(request)}{camera.pk}/"
    data = {"socket": socket, "secure": _secure_url(request), "camera": _facts(camera)}
    context = {"camera": camera, "data": data, "lists": picture.lists()}
    return render(request, "streaming/capture.html", context)


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "streaming/dashboard.html")


def _secure_url(request: HttpRequest) -> str:
    """This page with TLS, by the same name where it has one there: who has signed in stays so."""
    chosen = conf.get()
    name, _port = split_domain_port(request.get_host())
    if name in addresses.allowed_hosts(chosen.TLS_HOST):
        origins = [f"https://{name}:{chosen.TLS_PORT}"]
    else:
        origins = addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https")
    return f"{origins[0]}{request.get_full_path()}" if chosen.TLS and origins else ""


def _facts(camera: Camera) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(CameraFacts.of(camera))
    return facts

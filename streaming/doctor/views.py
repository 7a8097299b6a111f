"""The doctor's page, and what it says of the server to staff."""

from __future__ import annotations

import platform

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from drf_spectacular.settings import spectacular_settings

from cameras import access
from streaming.doctor.collect import server_facts
from streaming.doctor.words import as_data
from streaming.domain.doctor import Proxy, findings
from streaming.network import ports


@require_safe
def doctor(request: HttpRequest) -> HttpResponse:
    data = {
        "sockets": sockets(request),
        "server": reverse("doctor-server") if access.can_see_system(request.user) else "",
        "signedIn": request.user.is_authenticated,
    }
    return render(request, "streaming/doctor.html", {"data": data})


@require_GET
@never_cache
def server(request: HttpRequest) -> HttpResponse:
    if not access.can_see_system(request.user):
        raise PermissionDenied(_("Only staff can check the server."))
    facts = [*server_facts(is_server=True), proxy_fact(request)]
    found = [as_data(each) for each in findings(facts)]
    return JsonResponse({"findings": found, "versions": versions()})


def versions() -> str:
    """Of what matters most in a report of a bug."""
    ours, python = spectacular_settings.VERSION, platform.python_version()
    return f"SkySentry {ours}, Python {python}, {platform.system()} {platform.release()}"


def sockets(request: HttpRequest) -> list[str]:
    """Where this page checks the line: each address at which it would film or watch."""
    path = f"{get_script_prefix()}ws/doctor/"
    bases = (ports.streaming_url(request), ports.signaling_url(request))
    return [f"{base}{path}" for base in dict.fromkeys(bases)]


def proxy_fact(request: HttpRequest) -> Proxy:
    headers = request.headers
    forwarded_for = headers.get("X-Forwarded-For", "")
    protocol = headers.get("X-Forwarded-Proto", "")
    visitor = request.META.get("REMOTE_ADDR") or ""
    is_believed = (
        bool(getattr(settings, "TRUSTED_PROXIES", ()))
        and (not forwarded_for or visitor in [each.strip() for each in forwarded_for.split(",")])
        and (not protocol or protocol == request.scheme)
    )
    return Proxy(is_forwarded=bool(forwarded_for or protocol), is_believed=is_believed)

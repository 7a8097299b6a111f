"""What makes the pages an app: its manifest, and a page for when the server can't be reached."""

from __future__ import annotations

import json
import re
from functools import cache

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from streaming.pages.static_files import path_of, version

_WORKER = "js/pages/base/offline-worker.js"
_DAY = "max-age=86400, public"


def icons() -> list[dict[str, str]]:
    """As manifests name them."""
    return [
        _icon("icon-192.png", "192x192", "any"),
        _icon("icon-512.png", "512x512", "any"),
        _icon("icon-maskable.png", "512x512", "maskable"),
    ]


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    src = static(f"img/{name}")
    return {"src": src, "sizes": sizes, "type": "image/png", "purpose": purpose}


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    start = reverse("wall")
    values = {
        "name": "SkySentry",
        "short_name": "SkySentry",
        "description": _("Live cameras in the browser"),
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#0b0f14",
        "theme_color": "#0b0f14",
        "icons": icons(),
    }
    return JsonResponse(values, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Stands for each page that can't be loaded, so it says nothing of anybody."""
    return render(request, "streaming/offline.html")


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """A service worker, at an address above all pages: it may answer only for what is below."""
    # Another language is another page to keep.
    name = f"{version()}-{get_language()}"
    offline = {"page": reverse("offline"), "files": _files(), "version": name}
    script = f"self.offline = {json.dumps(offline)};\n{_source(_WORKER)}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _files() -> list[str]:
    """Those of the offline page."""
    page = render_to_string("streaming/offline.html")
    return re.findall(rf'(?:href|src)="({re.escape(settings.STATIC_URL)}[^"]+)"', page)


@cache
def _source(name: str) -> str:
    return path_of(name).read_text()


@require_safe
def favicon(request: HttpRequest) -> FileResponse:
    """For whoever asks without having read a page."""
    headers = {"Cache-Control": _DAY}
    return FileResponse(
        path_of("img/favicon.ico").open("rb"), content_type="image/x-icon", headers=headers
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines have no business with cameras, not with public ones either."""
    return HttpResponse(
        "User-agent: *\nDisallow: /\n", content_type="text/plain", headers={"Cache-Control": _DAY}
    )

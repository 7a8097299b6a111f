"""Pages of a camera that was given another address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cameras.models import Camera


def moved(request: HttpRequest, camera: Camera) -> HttpResponse | None:
    """A redirect to this page at the camera's own address, for who came by a former one."""
    match = request.resolver_match
    if match is None or request.method not in ("GET", "HEAD"):
        return None
    if match.kwargs["slug"] == camera.slug:
        return None
    url = reverse(match.view_name, kwargs={**match.kwargs, "slug": camera.slug})
    query = request.META.get("QUERY_STRING", "")
    # Not for ever: the camera may get its former address back.
    return redirect(f"{url}?{query}" if query else url)

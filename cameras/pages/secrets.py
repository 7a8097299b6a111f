"""A new secret is shown in the answer to the request that made it, and is kept nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from cameras.models import Camera
from cameras.secret import Secret


def show_secret(
    request: HttpRequest, row: Secret, secret: str, camera: Camera | None = None
) -> HttpResponse:
    """`camera`: whose key it is; none for an API token."""
    context = {"row": row, "secret": secret, "camera": camera}
    response = render(request, "cameras/secret.html", context)
    add_never_cache_headers(response)
    return response

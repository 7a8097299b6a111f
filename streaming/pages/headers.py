"""What every answer says of itself, beside its content policy."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cameras.middleware import on_response

#: Of what browsers ask a page for. The camera is for capture pages, the rest for walls and viewers.
_PERMISSIONS = {
    "camera": "(self)",
    "clipboard-write": "(self)",
    "fullscreen": "(self)",
    "picture-in-picture": "(self)",
    "screen-wake-lock": "(self)",
    **dict.fromkeys(
        ("display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb"),
        "()",
    ),
}
HEADERS = {
    # Made for whoever asks; asked for again when a page is opened again.
    "Cache-Control": "private, no-cache",
    # Other sites may not load it, as a picture or otherwise.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}={who}" for name, who in _PERMISSIONS.items()),
}


@on_response
def add_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)

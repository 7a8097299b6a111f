"""A phone's invitation, for a terminal."""

from __future__ import annotations

import io

from cameras import phones
from cameras.models import Camera
from cameras.users import User
from streaming.pages.phones import invitation_url, qr_code


def phone_code(origin: str, camera: Camera, inviter: User) -> list[str]:
    """The lines of a new invitation to film for `camera`, as a QR code and as a link."""
    _invitation, secret = phones.invite(camera, inviter)
    url = invitation_url(origin, secret)
    picture = io.StringIO()
    qr_code(url).terminal(out=picture, border=2, compact=True)
    return [
        f"Scan this with a phone to film for {camera.name}. It works once, within ten minutes:",
        "",
        *picture.getvalue().rstrip("\n").split("\n"),
        "",
        f"  {url}",
    ]

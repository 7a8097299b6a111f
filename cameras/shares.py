"""How a browser that opened a share link is known again: by a cookie for the pages of that link."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from cameras import access
from cameras.identity import Identity
from cameras.models import ShareLink

#: The cookies of a link's pages and of its socket; browsers send each to the paths of one link.
PAGE_COOKIE = f"share_{settings.SESSION_COOKIE_NAME}"
SOCKET_COOKIE = f"share_socket_{settings.SESSION_COOKIE_NAME}"
_SALT = "cameras.shares"


def open_link(secret: str) -> ShareLink | None:
    """The link of this secret, noted as used; None when it has ended, or there is none."""
    link = ShareLink.find(secret)
    return None if link is None else access.share_link(link.pk)


def new_browser() -> str:
    """By which those who opened a link are told apart, and no more is known of them."""
    return secrets.token_urlsafe(12)


def cookie_value(link: ShareLink, browser: str = "") -> str:
    """Proves that a browser had the link's secret, for as long as the link holds."""
    return Signer(salt=_SALT).sign(f"{link.pk}/{browser or new_browser()}")


def browser_of(pk: UUID, cookie: str) -> str:
    """Which browser has this cookie; empty unless it has opened the link of this id."""
    try:
        proven = Signer(salt=_SALT).unsign(cookie)
    except BadSignature:
        return ""
    link, _, browser = proven.partition("/")
    return browser if link == str(pk) else ""


def opened(pk: UUID, cookie: str) -> ShareLink | None:
    """The link of this id, if the browser with this cookie has opened it and it has not ended."""
    return access.share_link(pk) if browser_of(pk, cookie) else None


def identity_of(link: ShareLink) -> Identity:
    return Identity(user_id=link.created_by_id, share_id=link.pk)

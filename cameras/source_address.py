"""The address of a camera that the server connects to, as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 500
PORTS = {"http": 80, "https": 443, "rtsp": 554}

_VISIBLE = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?", re.IGNORECASE)
_V6 = re.compile(r"[0-9a-f:.]{2,45}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """An address without user and password."""

    scheme: str
    #: Without brackets.
    host: str
    port: int
    #: With the query.
    path: str


def parse(text: str) -> SourceAddress:
    """Raises ValidationError, which does not repeat what was written: a password may be in it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unreadable() from None
    is_host = _NAME.fullmatch(host) or (":" in host and _V6.fullmatch(host))
    if not _VISIBLE.fullmatch(text) or len(text) > MAX_LENGTH or not is_host or port == 0:
        raise _unreadable()
    if parts.scheme not in PORTS:
        raise ValidationError(
            _("The address has to begin with rtsp://, http:// or https://."), code="scheme"
        )
    if "@" in parts.netloc:
        raise ValidationError(
            _("Leave user name and password out of the address: they have fields of their own."),
            code="credentials",
        )
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return SourceAddress(parts.scheme, host, port or PORTS[parts.scheme], path)


def _unreadable() -> ValidationError:
    return ValidationError(_("Enter an address like http://192.168.1.20/video."), code="address")


def validate_source_address(text: str) -> None:
    parse(text)


def apart(text: str) -> tuple[str, str, str]:
    """An address, and the user and password that stood in it, as vendors write them."""
    before, mark, rest = text.strip().partition("://")
    authority, slash, path = rest.partition("/")
    # A password may hold an @, a host can't.
    given, at, host = authority.rpartition("@")
    if not mark or not at:
        return text.strip(), "", ""
    user, _colon, password = given.partition(":")
    return f"{before}://{host}{slash}{path}", unquote(user), unquote(password)

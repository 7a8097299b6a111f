"""Only pages of this server, on any of its ports, and those named in CSRF_TRUSTED_ORIGINS, may open
its WebSockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

from streaming.network import ports

_SCHEMES = {"ws": "http", "wss": "https"}
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class SameOriginValidator:
    """Refuses (403) a WebSocket whose `Origin` is not this server: scheme, host and a port of ours.

    A program sends none, as all browsers do: it is let in without cookies, and may authenticate.

    Channels' own AllowedHostsOriginValidator does not compare the port, so that any other server
    on the same machine could speak with a visitor's rights.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin1") for name, value in scope["headers"]}
        origin, host = headers.get(b"origin"), headers.get(b"host", "")
        application = self.application
        if origin is None or bearer_token(scope):
            # No browser: it speaks for itself, and has no cookies to lend to another's page.
            scope = {
                **scope,
                "headers": [each for each in scope["headers"] if each[0] != b"cookie"],
            }
        elif not is_allowed(origin, _SCHEMES[scope.get("scheme", "ws")], host):
            application = WebsocketDenier()
        await application(scope, receive, send)


def bearer_token(scope: Mapping[str, Any]) -> str:
    """What a WebSocket's client sent as `Authorization: Bearer`; "" without it.

    No page of a browser can send that.
    """
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin1")
    scheme, _space, token = given.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_allowed(origin: str, scheme: str, host: str) -> bool:
    origin = _as_browsers_say(origin)
    if any(_covers(trusted, origin) for trusted in settings.CSRF_TRUSTED_ORIGINS):
        return True
    domain, _ = split_domain_port(host)
    ours = _as_browsers_say(f"{scheme}://{host.lower()}")
    return (
        bool(domain)
        and validate_host(domain, settings.ALLOWED_HOSTS)
        and origin.lower() in {ours, *ports.page_origins(scheme, host)}
    )


def _as_browsers_say(origin: str) -> str:
    """Without the usual port of its scheme, which programs such as the demo camera may say."""
    scheme, _, _ = origin.lower().partition("://")
    return origin.removesuffix(_DEFAULT_PORTS.get(scheme, ""))


def _covers(trusted: str, origin: str) -> bool:
    """As for Django's own check, a star stands for all names below a domain."""
    scheme, _, host = origin.partition("://")
    trusted_scheme, _, pattern = trusted.partition("://")
    if not pattern.startswith("*") or "/" in host:
        return origin == trusted
    return scheme == trusted_scheme and is_same_domain(host, pattern.removeprefix("*"))

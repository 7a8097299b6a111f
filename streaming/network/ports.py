"""Where pages, publish sockets and watch sockets are served.

All web processes run the same application. A page opened at one of our ports uses the others on the
same host name. One opened at any other port came through a proxy, which routes by path: it uses
only its own origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import get_script_prefix

from streaming import conf

#: What is served, and the setting that gives it a port of its own.
ROLES = {"web": "API_PORT", "signaling": "WEBSOCKET_PORT", "streaming": "STREAMING_PORT"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SOCKET_SCHEMES = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port that web processes listen on, and the one beside it with TLS."""

    name: str
    port: int
    tls_port: int


def endpoints(chosen: conf.Conf) -> dict[str, Endpoint]:
    """By role; several roles may share one. With TLS they get TLS_PORT and the ports after it."""
    by_port: dict[int, Endpoint] = {}
    by_role = {}
    for role, setting in ROLES.items():
        port = getattr(chosen, setting) or chosen.API_PORT
        by_role[role] = by_port.setdefault(
            port, Endpoint(role, port, chosen.TLS_PORT + len(by_port))
        )
    return by_role


def signaling_url(request: HttpRequest) -> str:
    """Where this page opens publish sockets; "" for its own server."""
    return conf.get().SIGNALING_URL or _url("signaling", request)


def streaming_url(request: HttpRequest) -> str:
    """Where this page opens watch sockets; "" for its own server."""
    return _url("streaming", request)


def publish_sockets(request: HttpRequest) -> str:
    """Below which this page finds the publish socket of each camera, by its slug."""
    # Another server says itself where it stands.
    prefix = "/" if conf.get().SIGNALING_URL else get_script_prefix()
    return f"{signaling_url(request)}{prefix}ws/publish/"


def watch_socket(request: HttpRequest) -> str:
    """The address of this page's watch socket."""
    return f"{streaming_url(request)}{get_script_prefix()}ws/watch/"


def link_socket_path(link_id: UUID) -> str:
    """The path of the watch socket of a share link, on whichever server it is."""
    return f"{get_script_prefix()}ws/shared/{link_id}/"


def link_socket(request: HttpRequest, link_id: UUID) -> str:
    """The address of that socket."""
    return f"{streaming_url(request)}{link_socket_path(link_id)}"


def socket_urls(request: HttpRequest) -> list[str]:
    """Other servers that this page may open sockets to."""
    try:
        found = [signaling_url(request), streaming_url(request)]
    except DisallowedHost:
        return []
    return [each for each in dict.fromkeys(found) if each]


def page_origins(scheme: str, host: str) -> set[str]:
    """The origins of pages at all our ports, for a request to `host`."""
    domain, ports = _ours(scheme, host)
    return {_origin(scheme, domain, port) for port in ports.values()}


def _url(role: str, request: HttpRequest) -> str:
    scheme, host = str(request.scheme), request.get_host()
    domain, ports = _ours(scheme, host)
    if not ports or ports[role] == _port(scheme, host):
        return ""
    return f"{_SOCKET_SCHEMES[scheme]}://{domain}:{ports[role]}"


def _ours(scheme: str, host: str) -> tuple[str, dict[str, int]]:
    """The name in `host`, and our ports by role; no ports for a `host` that is at none of them."""
    chosen = conf.get()
    domain, _ = split_domain_port(host)
    ports = {
        role: endpoint.port if scheme == "http" else endpoint.tls_port
        for role, endpoint in endpoints(chosen).items()
        if scheme == "http" or chosen.TLS
    }
    return domain, ports if domain and _port(scheme, host) in ports.values() else {}


def _port(scheme: str, host: str) -> int:
    _, port = split_domain_port(host)
    return int(port or _DEFAULT_PORTS[scheme])


def _origin(scheme: str, domain: str, port: int) -> str:
    return f"{scheme}://{domain}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")

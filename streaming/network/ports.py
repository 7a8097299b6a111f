"""Which port pages, cameras and viewers find their web processes at.

All run the same application. A page that was opened at one of our ports speaks to the others on the
same host name. One that came by another port came through a proxy, which shares out by path: it
speaks to nobody but its own origin.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port

from streaming import conf

#: What the processes of each port are called, and the setting that gives them one of their own.
ROLES = {"web": "API_PORT", "signaling": "WEBSOCKET_PORT", "streaming": "STREAMING_PORT"}
_USUAL = {"http": 80, "https": 443}
_SOCKETS = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Group:
    """Web processes on one port, and on another one with TLS."""

    name: str
    plain: int
    secure: int


def groups(chosen: conf.Conf) -> dict[str, Group]:
    """Of each role; several roles may have the same. TLS takes TLS_PORT and those after it."""
    found: dict[int, Group] = {}
    of_roles = {}
    for role, setting in ROLES.items():
        port = getattr(chosen, setting) or chosen.API_PORT
        of_roles[role] = found.setdefault(port, Group(role, port, chosen.TLS_PORT + len(found)))
    return of_roles


def signaling(request: HttpRequest) -> str:
    """The server of publish sockets, for this page; empty: the page's own."""
    return conf.get().SIGNALING_URL or _address("signaling", request)


def streaming(request: HttpRequest) -> str:
    """The server of watch sockets, for this page; empty: the page's own."""
    return _address("streaming", request)


def sockets(request: HttpRequest) -> list[str]:
    """All that a page may open sockets to, beside its own server."""
    try:
        found = [signaling(request), streaming(request)]
    except DisallowedHost:
        return []
    return [each for each in dict.fromkeys(found) if each]


def origins(scheme: str, host: str) -> set[str]:
    """Of the pages of all our ports, for a request to `host`."""
    domain, ports = _ours(scheme, host)
    return {_origin(scheme, domain, port) for port in ports.values()}


def _address(role: str, request: HttpRequest) -> str:
    scheme, host = str(request.scheme), request.get_host()
    domain, ports = _ours(scheme, host)
    if not ports or ports[role] == _port(scheme, host):
        return ""
    return f"{_SOCKETS[scheme]}://{domain}:{ports[role]}"


def _ours(scheme: str, host: str) -> tuple[str, dict[str, int]]:
    """The name in `host`, and our ports for `scheme`: none for a `host` that is none of them."""
    chosen = conf.get()
    domain, _ = split_domain_port(host)
    ports = {
        role: group.plain if scheme == "http" else group.secure
        for role, group in groups(chosen).items()
        if scheme == "http" or chosen.TLS
    }
    return domain, ports if domain and _port(scheme, host) in ports.values() else {}


def _port(scheme: str, host: str) -> int:
    _, port = split_domain_port(host)
    return int(port or _USUAL[scheme])


def _origin(scheme: str, domain: str, port: int) -> str:
    return f"{scheme}://{domain}" + ("" if port == _USUAL[scheme] else f":{port}")

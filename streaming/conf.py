"""SkySentry's settings: one typed place, read from `settings.SKYSENTRY` and the environment."""

from __future__ import annotations

import functools
import ipaddress
import json
import operator
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

PREFIX = "SKYSENTRY_"
#: Settings whose variable has no prefix, because their name says enough.
PLAIN = ("API_PORT", "WEBSOCKET_PORT", "STREAMING_PORT")
#: Variables of others: of the wiring (skysentry/settings.py), of the demo camera, of the tests.
OTHER_VARIABLES = ("SKYSENTRY_CHROMIUM", "SKYSENTRY_PUBLISH_KEY", "SKYSENTRY_VAR_DIR")


@dataclass(frozen=True, slots=True)
class Conf:
    """Every setting with its default. Its `variable` in the environment overrides it."""

    #: Address that `serve` listens on.
    HOST: str = "127.0.0.1"
    #: Port that `serve` listens on: pages, API and WebSockets.
    API_PORT: int = 8000
    #: Port of the cameras' WebSockets, with `web` processes of its own. None: API_PORT.
    WEBSOCKET_PORT: int | None = None
    #: Port of the viewers' WebSockets, with `web` processes of its own. None: API_PORT.
    STREAMING_PORT: int | None = None
    #: Number of `web` processes, on each port.
    WEB: int = 1
    #: Number of `ingest` processes.
    INGEST: int = 1
    #: ASGI server of the `web` processes: `uvicorn` or `daphne`.
    SERVER: Literal["uvicorn", "daphne"] = "uvicorn"
    #: Also listen with TLS, for phones and other devices of the local network.
    TLS: bool = False
    #: Address of the TLS listener.
    TLS_HOST: str = "0.0.0.0"
    #: Port of the TLS listener; the next ones belong to the two ports above, where they are set.
    TLS_PORT: int = 8443
    #: ICE servers for cameras and ingest, as `RTCPeerConnection` takes them (JSON in the
    #: environment). None are needed where the camera reaches the server directly.
    ICE_SERVERS: tuple[Mapping[str, Any], ...] = ()
    #: UDP ports for cameras, `first-last`, one for each of them; the processes of a machine share
    #: them. Empty: any that the system gives away.
    UDP_PORTS: range = range(0)
    #: Addresses at which cameras reach this machine's UDP ports, with commas between in the
    #: environment. Empty: its own.
    ADVERTISED_ADDRESSES: tuple[str, ...] = ()
    #: Server that a capture page sends its camera to, `wss://host:port`. Empty: the page's own.
    SIGNALING_URL: str = ""


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name if name in PLAIN else PREFIX + name


def load(values: Mapping[str, object], environ: Mapping[str, str]) -> Conf:
    """The settings from `values`, overridden by `environ`.

    Raises ImproperlyConfigured, naming the setting and what it takes.
    """
    known = {field.name: variable(field.name) for field in fields(Conf)}
    if unknown := sorted(values.keys() - known.keys()):
        raise ImproperlyConfigured(
            f"SKYSENTRY has the unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}."
        )
    given: dict[str, object] = dict(values)
    given |= {name: environ[known[name]] for name in known if known[name] in environ}
    variables = sorted({*known.values(), *OTHER_VARIABLES})
    for each in environ:
        if each.startswith(PREFIX) and each not in variables:
            raise ImproperlyConfigured(f"{each} is not a setting. Known: {', '.join(variables)}.")
    parsed = {name: _PARSERS[name](known[name], value) for name, value in given.items()}
    return Conf(**cast(Any, parsed))


@functools.cache
def get() -> Conf:
    """The settings of this process."""
    return load(settings.SKYSENTRY, os.environ)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "SKYSENTRY":
        get.cache_clear()


setting_changed.connect(_forget)


def _text(name: str, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise ImproperlyConfigured(f"{name} is {value!r}; it takes a text.")


def _whole_number(name: str, value: object, least: int, most: int) -> int:
    try:
        number = int(value) if isinstance(value, str) else operator.index(cast(Any, value))
    except (TypeError, ValueError):
        number = least - 1
    if least <= number <= most:
        return number
    raise ImproperlyConfigured(
        f"{name} is {value!r}; it takes a whole number from {least} to {most}."
    )


def _port(name: str, value: object) -> int:
    return _whole_number(name, value, 1, 65535)


def _own_port(name: str, value: object) -> int | None:
    return None if value in (None, "") else _port(name, value)


def _tls_port(name: str, value: object) -> int:
    return _whole_number(name, value, 1, 65533)


def _processes(name: str, value: object) -> int:
    return _whole_number(name, value, 1, 64)


_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def _truth(name: str, value: object) -> bool:
    truth = _TRUTHS.get(str(value).lower())
    if truth is None:
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes true or false.")
    return truth


def _server(name: str, value: object) -> str:
    if value in ("uvicorn", "daphne"):
        return cast(str, value)
    raise ImproperlyConfigured(f"{name} is {value!r}; it takes uvicorn or daphne.")


_ICE_SERVER_FIELDS = {"urls", "username", "credential", "credentialType"}


def _is_ice_server(value: object) -> bool:
    if not isinstance(value, Mapping) or not value.keys() <= _ICE_SERVER_FIELDS:
        return False
    urls = value.get("urls")
    return all(
        isinstance(url, str) and re.fullmatch(r"(stun|turn)s?:[^\s/]+", url)
        for url in (urls if isinstance(urls, list | tuple) and urls else [urls])
    )


def _ice_servers(name: str, value: object) -> tuple[Mapping[str, Any], ...]:
    try:
        servers = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        servers = None
    if isinstance(servers, list | tuple) and all(map(_is_ice_server, servers)):
        return tuple(servers)
    raise ImproperlyConfigured(
        f"{name} is {value!r}; it takes a JSON list of objects with `urls` and, if "
        'needed, `username` and `credential`, such as [{"urls": "stun:stun.example.org"}].'
    )


def _udp_ports(name: str, value: object) -> range:
    """Both ends belong to it; a range of Python is taken as it is."""
    if isinstance(value, range):
        return value
    if value == "":
        return range(0)
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", value) if isinstance(value, str) else None
    if found:
        first, last = int(found[1]), int(found[2])
        if 1024 <= first <= last <= 65535:
            return range(first, last + 1)
    raise ImproperlyConfigured(
        f"{name} is {value!r}; it takes the first and the last port, from 1024 to 65535, such as "
        "50000-50100, or nothing."
    )


def _addresses(name: str, value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) and value else value or ()
    try:
        return tuple(str(ipaddress.ip_address(part.strip())) for part in cast(Any, parts))
    except (AttributeError, TypeError, ValueError):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it takes IP addresses with commas between, such as "
            "203.0.113.7,192.168.1.5, or nothing."
        ) from None


_SERVER_ADDRESS = re.compile(r"wss?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.I)


def _signaling_url(name: str, value: object) -> str:
    if value == "" or (isinstance(value, str) and _SERVER_ADDRESS.fullmatch(value)):
        return cast(str, value)
    raise ImproperlyConfigured(
        f"{name} is {value!r}; it takes ws:// or wss:// with a host, without a path, such as "
        "wss://cameras.example.org, or nothing."
    )


_PARSERS = {
    "HOST": _text,
    "API_PORT": _port,
    "WEBSOCKET_PORT": _own_port,
    "STREAMING_PORT": _own_port,
    "WEB": _processes,
    "INGEST": _processes,
    "SERVER": _server,
    "TLS": _truth,
    "TLS_HOST": _text,
    "TLS_PORT": _tls_port,
    "ICE_SERVERS": _ice_servers,
    "UDP_PORTS": _udp_ports,
    "ADVERTISED_ADDRESSES": _addresses,
    "SIGNALING_URL": _signaling_url,
}

"""SkySentry's settings: one typed place, read from `settings.SKYSENTRY` and the environment."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from cameras import settings_parser
from cameras.settings_parser import BOOLEAN, PREFIX, TEXT, given, setting, variable
from streaming import settings_kinds as kinds
from streaming.limits import Limits

__all__ = ["Conf", "get", "given", "load", "variable"]

#: Variables of others: of the wiring (skysentry/settings.py), of the demo camera, of the tests.
OTHER_VARIABLES = ("SKYSENTRY_CHROMIUM", "SKYSENTRY_PUBLISH_KEY", "SKYSENTRY_VAR_DIR")


@dataclass(frozen=True, slots=True)
class Conf(Limits):
    """Every setting with its kind and its default.

    Its `variable` in the environment overrides it; an empty one means the default.
    """

    #: Address that `serve` listens on.
    HOST: str = setting(TEXT, "127.0.0.1")
    #: Port that `serve` listens on: pages, API and WebSockets.
    API_PORT: int = setting(kinds.PORT, 8000)
    #: Port of the cameras' WebSockets, with `web` processes of its own. None: API_PORT.
    WEBSOCKET_PORT: int | None = setting(kinds.OWN_PORT, None)
    #: Port of the viewers' WebSockets, with `web` processes of its own. None: API_PORT.
    STREAMING_PORT: int | None = setting(kinds.OWN_PORT, None)
    #: Number of `web` processes, on each port.
    WEB: int = setting(kinds.PROCESSES, 1)
    #: Number of `ingest` processes.
    INGEST: int = setting(kinds.PROCESSES, 1)
    #: Number of `pull` processes, which connect to cameras by their address. 0: none.
    PULL: int = setting(kinds.PULL_PROCESSES, 1)
    #: Private networks in which cameras may be connected to, with commas between in the
    #: environment. Empty: those that this machine is in.
    PULL_NETWORKS: tuple[kinds.Network, ...] = setting(kinds.NETWORKS, ())
    #: ASGI server of the `web` processes: `uvicorn` or `daphne`.
    SERVER: Literal["uvicorn", "daphne"] = setting(kinds.SERVER, "uvicorn")
    #: Also listen with TLS, for phones and other devices of the local network.
    TLS: bool = setting(BOOLEAN, False)
    #: Address of the TLS listener.
    TLS_HOST: str = setting(TEXT, "0.0.0.0")
    #: Port of the TLS listener; the next ones belong to the two ports above, where they are set.
    TLS_PORT: int = setting(kinds.TLS_PORT, 8443)
    #: ICE servers for cameras and ingest, as `RTCPeerConnection` takes them (JSON in the
    #: environment). None are needed where the camera reaches the server directly.
    ICE_SERVERS: tuple[Mapping[str, Any], ...] = setting(kinds.ICE_SERVERS, ())
    #: UDP ports for cameras, `first-last`, one for each of them; the processes of a machine share
    #: them. Empty: any that the system gives away.
    UDP_PORTS: range = setting(kinds.PORT_RANGE, range(0))
    #: Addresses at which cameras reach this machine's UDP ports, with commas between in the
    #: environment. Empty: its own.
    ADVERTISED_ADDRESSES: tuple[str, ...] = setting(kinds.ADDRESSES, ())
    #: Server that a capture page sends its camera to, `wss://host:port`. Empty: the page's own.
    SIGNALING_URL: str = setting(kinds.SIGNALING_URL, "")


def load(values: Mapping[str, object], environ: Mapping[str, str]) -> Conf:
    """The settings from `values`, overridden by `environ`.

    Raises ImproperlyConfigured, naming the setting and what it takes.
    """
    known = {each.name: variable(each.name) for each in fields(Conf)}
    if unknown := sorted(values.keys() - known.keys()):
        raise ImproperlyConfigured(
            f"SKYSENTRY has the unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}."
        )
    variables = sorted({*known.values(), *OTHER_VARIABLES})
    for each in environ:
        if each.startswith(PREFIX) and each not in variables:
            raise ImproperlyConfigured(f"{each} is not a setting. Known: {', '.join(variables)}.")
    return settings_parser.load(Conf, values, environ)


@functools.cache
def get() -> Conf:
    """The settings of this process."""
    return load(given(), os.environ)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "SKYSENTRY":
        get.cache_clear()


setting_changed.connect(_forget)

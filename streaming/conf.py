"""SkySentry's settings: one typed place, read from `settings.SKYSENTRY` and the environment."""

from __future__ import annotations

import functools
import json
import operator
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

PREFIX = "SKYSENTRY_"
#: Variables that are no settings: of the demo camera, and of the tests.
OTHER_VARIABLES = ("CHROMIUM", "PUBLISH_KEY")


@dataclass(frozen=True, slots=True)
class Conf:
    """Every setting with its default. `SKYSENTRY_<NAME>` in the environment overrides it."""

    #: Address that `serve` listens on.
    HOST: str = "127.0.0.1"
    #: Port that `serve` listens on.
    PORT: int = 8000
    #: Number of `web` processes.
    WEB: int = 1
    #: Number of `ingest` processes.
    INGEST: int = 1
    #: ASGI server of the `web` processes: `uvicorn` or `daphne`.
    SERVER: Literal["uvicorn", "daphne"] = "uvicorn"
    #: Also listen with TLS, for phones and other devices of the local network.
    TLS: bool = False
    #: Address of the TLS listener.
    TLS_HOST: str = "0.0.0.0"
    #: Port of the TLS listener.
    TLS_PORT: int = 8443
    #: Folder of the database, the secret key, certificates, and the lock of a running `serve`.
    VAR_DIR: Path = Path("var")
    #: ICE servers for cameras and ingest, as `RTCPeerConnection` takes them (JSON in the
    #: environment). None are needed where the camera reaches the server directly.
    ICE_SERVERS: tuple[Mapping[str, Any], ...] = ()


def load(values: Mapping[str, object], environ: Mapping[str, str]) -> Conf:
    """The settings from `values`, overridden by `environ`.

    Raises ImproperlyConfigured, naming the setting and what it takes.
    """
    known = {field.name for field in fields(Conf)}
    if unknown := sorted(set(values) - known):
        raise ImproperlyConfigured(
            f"SKYSENTRY has the unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}."
        )
    given: dict[str, object] = dict(values)
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or name in OTHER_VARIABLES:
            continue
        if name not in known:
            variables = ", ".join(PREFIX + each for each in sorted({*known, *OTHER_VARIABLES}))
            raise ImproperlyConfigured(f"{variable} is not a setting. Known: {variables}.")
        given[name] = text
    return Conf(**cast(Any, {name: _PARSERS[name](name, value) for name, value in given.items()}))


@functools.cache
def get() -> Conf:
    """The settings of this process."""
    return load(settings.SKYSENTRY, os.environ)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "SKYSENTRY":
        get.cache_clear()


setting_changed.connect(_forget)


def _text(name: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ImproperlyConfigured(f"SKYSENTRY_{name} is {value!r}; it takes a text.")


def _whole_number(name: str, value: object, least: int, most: int) -> int:
    try:
        number = int(value) if isinstance(value, str) else operator.index(cast(Any, value))
    except (TypeError, ValueError):
        number = least - 1
    if least <= number <= most:
        return number
    raise ImproperlyConfigured(
        f"SKYSENTRY_{name} is {value!r}; it takes a whole number from {least} to {most}."
    )


def _port(name: str, value: object) -> int:
    return _whole_number(name, value, 1, 65535)


def _processes(name: str, value: object) -> int:
    return _whole_number(name, value, 1, 64)


_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def _truth(name: str, value: object) -> bool:
    truth = _TRUTHS.get(str(value).lower())
    if truth is None:
        raise ImproperlyConfigured(f"SKYSENTRY_{name} is {value!r}; it takes true or false.")
    return truth


def _server(name: str, value: object) -> str:
    if value in ("uvicorn", "daphne"):
        return cast(str, value)
    raise ImproperlyConfigured(f"SKYSENTRY_{name} is {value!r}; it takes uvicorn or daphne.")


def _path(name: str, value: object) -> Path:
    if isinstance(value, Path) or (isinstance(value, str) and value):
        return Path(value)
    raise ImproperlyConfigured(f"SKYSENTRY_{name} is {value!r}; it takes a path.")


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
        f"SKYSENTRY_{name} is {value!r}; it takes a JSON list of objects with `urls` and, if "
        'needed, `username` and `credential`, such as [{"urls": "stun:stun.example.org"}].'
    )


_PARSERS = {
    "HOST": _text,
    "PORT": _port,
    "WEB": _processes,
    "INGEST": _processes,
    "SERVER": _server,
    "TLS": _truth,
    "TLS_HOST": _text,
    "TLS_PORT": _port,
    "VAR_DIR": _path,
    "ICE_SERVERS": _ice_servers,
}

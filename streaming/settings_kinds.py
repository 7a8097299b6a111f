"""Kinds of settings that are the live part's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeAlias

from marshmallow import Schema, ValidationError, fields, validate

from cameras.settings_parser import one_of, whole_number

Network: TypeAlias = IPv4Network | IPv6Network

PROCESSES = whole_number(1, 64)
PULL_PROCESSES = whole_number(0, 64)
PORT = whole_number(1, 65535)
OWN_PORT = whole_number(1, 65535, allow_none=True)
# Up to three, one after the other.
TLS_PORT = whole_number(1, 65533)
SERVER = one_of("uvicorn", "daphne")


class _IceServer(Schema):
    urls = fields.List(
        fields.String(validate=validate.Regexp(r"(stun|turn)s?:[^\s/]+\Z")),
        pre_load=lambda value: [value] if isinstance(value, str) else value,
        required=True,
        validate=validate.Length(min=1),
    )
    username = fields.String()
    credential = fields.String()
    credentialType = fields.String()


def _ice_servers(value: object) -> tuple[Mapping[str, Any], ...]:
    try:
        servers: Any = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValidationError(str(error)) from error
    _IceServer(many=True).load(servers)
    # As they were given: one address or a list of them.
    return tuple(servers)


def _port_range(value: object) -> range:
    """Both ends belong to it; a range of Python is taken as it is."""
    if isinstance(value, range):
        return value
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", value) if isinstance(value, str) else None
    if found:
        first, last = int(found[1]), int(found[2])
        if 1024 <= first <= last <= 65535:
            return range(first, last + 1)
    raise ValidationError("Enter two ports from 1024 to 65535, such as 50000-50100.")


def _network(value: object) -> Network:
    try:
        return ip_network(str(value), strict=False)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(str, values))


ICE_SERVERS = fields.Raw(
    post_load=_ice_servers,
    metadata={
        "takes": "a JSON list of objects with `urls` and, if needed, `username` and `credential`, "
        'such as [{"urls": "stun:stun.example.org"}]'
    },
)
PORT_RANGE = fields.Raw(
    post_load=_port_range,
    metadata={
        "takes": "the first and the last port, from 1024 to 65535, such as 50000-50100, or nothing"
    },
)
ADDRESSES = fields.List(
    fields.IP(),
    pre_load=_split,
    post_load=_texts,
    metadata={
        "takes": "IP addresses with commas between, such as 203.0.113.7,192.168.1.5, or nothing"
    },
)
NETWORKS = fields.List(
    fields.Raw(post_load=_network),
    pre_load=_split,
    post_load=tuple,
    metadata={"takes": "networks with commas between, such as 192.168.1.0/24,10.0.0.7, or nothing"},
)
SIGNALING_URL = fields.String(
    validate=validate.Regexp(
        r"wss?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?\Z", re.IGNORECASE
    ),
    metadata={
        "takes": "ws:// or wss:// with a host, without a path, such as "
        "wss://cameras.example.org, or nothing"
    },
)

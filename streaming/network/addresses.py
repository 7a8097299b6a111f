"""Where a server that listens on `host` is found."""

from __future__ import annotations

import ipaddress
import socket

import ifaddr

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def is_loopback(host: str) -> bool:
    """Whether it names the machine that says it: no other one finds this server there."""
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def url(host: str, port: int) -> str:
    """As this machine reaches it."""
    return f"http://{_bracketed(reachable(host))}:{port}"


def reachable(host: str) -> str:
    """The address at which this machine itself finds what listens on `host`."""
    return _WILDCARDS.get(host, host)


def lan_urls(host: str, port: int, scheme: str = "http") -> list[str]:
    """As other devices reach it; empty when only this machine does."""
    return [f"{scheme}://{address}:{port}" for address in _others(host)]


def allowed_hosts(host: str) -> list[str]:
    """What browsers may name as `Host`: never "*", which would let any page's name through."""
    if host not in _WILDCARDS:
        return [_bracketed(host)]
    return [*_others(host), *_names()]


def certificate_names(host: str) -> list[str]:
    """All that a certificate of this machine has to vouch for, addresses without brackets."""
    here = [] if host in _WILDCARDS else [host]
    found = [
        "localhost",
        "127.0.0.1",
        "::1",
        *_names(),
        *here,
        *(each.strip("[]") for each in _others(host)),
    ]
    return list(dict.fromkeys(found))


def _names() -> list[str]:
    name = socket.gethostname().lower()
    return [name, f"{name}.local"]


def _others(host: str) -> list[str]:
    if host not in _WILDCARDS:
        return [] if is_loopback(host) else [_bracketed(host)]
    versions = {4} if host == "0.0.0.0" else {4, 6}
    return [
        _bracketed(str(address))
        for address in _local_addresses()
        if address.version in versions and not address.is_loopback and not address.is_link_local
    ]


def _local_addresses() -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    return [
        # An IPv6 address comes with its flow and scope.
        ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

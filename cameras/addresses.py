from __future__ import annotations

import ipaddress

#: A customer of an Internet provider has at least that (RFC 6177), and may change within it.
_IPV6_PREFIX = 64


def network_of(address: str) -> str:
    """What one visitor cannot easily leave: an IPv4 address, or the /64 network of an IPv6 one.

    IPv4 in IPv6 is IPv4; what is no address stands for itself, such as "" for a Unix socket.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))

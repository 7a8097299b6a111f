"""Where this machine may connect to for cameras, as its operator says."""

from __future__ import annotations

import ipaddress

import ifaddr

from streaming import conf
from streaming.domain.addresses import Reach


def reach() -> Reach:
    """By the setting, and what this machine is in."""
    own = _own_interfaces()
    return Reach(
        named=conf.get().PULL_NETWORKS,
        own_networks=[each.network for each in own],
        own_addresses=[each.ip for each in own],
    )


def _own_interfaces() -> list[ipaddress.IPv4Interface | ipaddress.IPv6Interface]:
    return [
        # An IPv6 address comes with its flow and scope.
        ipaddress.ip_interface(
            f"{ip.ip if isinstance(ip.ip, str) else ip.ip[0]}/{ip.network_prefix}"
        )
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]

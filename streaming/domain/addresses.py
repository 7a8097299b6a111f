"""To which IP addresses the server connects when somebody names one: doors into its network."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

#: By which clouds tell their machines secrets, and which are no link-local addresses.
_METADATA = (
    *map(ip_network, ("100.100.100.200", "168.63.129.16", "192.0.0.192")),
    *map(ip_network, ("fd00:ec2::254", "fd20:ce::254")),
)
#: What is in them is never meant by a camera's address, unless an operator names a part of it.
_SPECIAL = (
    *map(
        ip_network,
        (
            *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/128", "::1/128", "fe80::/10", "ff00::/8"),
        ),
    ),
    *_METADATA,
)
#: Translators give their users IPv4 by these; its last 32 bits are the address.
_NAT64 = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48")))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the server may connect to, beside public addresses."""

    #: By the operator's setting.
    named: Collection[Network]
    #: Those that the machine itself is in: private addresses of theirs, where nothing is named.
    own_networks: Collection[Network] = ()
    #: Its own, at which it finds what listens for itself alone.
    own_addresses: Collection[Address] = ()

    def includes(self, address: Address) -> bool:
        address = _meant(address)
        for special in (*_SPECIAL, *map(ip_network, self.own_addresses)):
            if address in special:
                return self._names(address, special)
        return address.is_global or any(address in each for each in self.named or self.own_networks)

    def _names(self, address: Address, special: Network) -> bool:
        """All of IPv4 names everything, and so nothing of this."""
        return any(address in each and each.prefixlen >= special.prefixlen for each in self.named)


def _meant(address: Address) -> Address:
    """The IPv4 address that is written as one of IPv6."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in each for each in _NAT64):
        return IPv4Address(address.packed[-4:])
    # Teredo's is that of a relay, and not public: left as it is.
    return address.ipv4_mapped or address.sixtofour or _compatible(address)


def _compatible(address: IPv6Address) -> Address:
    """Of the old form ::192.0.2.1."""
    is_old = not any(address.packed[:12]) and int(address) > 1
    return IPv4Address(address.packed[-4:]) if is_old else address

"""What an SDP answer says of where cameras reach the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

_HOST_CANDIDATE = re.compile(r"(a=candidate:\S+ \d+ udp \d+ )(\S+)( \d+ typ host.*)", re.I)


def advertise(sdp: str, addresses: Sequence[str]) -> str:
    """The answer with these addresses for the machine's own; the ports stay as they are.

    Each stands for all of the machine's own of its IP version. Those of a version without one are
    left out: cameras do not reach them.
    """
    if not addresses:
        return sdp
    return "\r\n".join(_advertised(sdp.split("\r\n"), addresses))


def _advertised(lines: Sequence[str], addresses: Sequence[str]) -> Iterator[str]:
    # Several of its own addresses may have the same port, and are one from outside.
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if line.startswith("c=IN "):
            yield f"c=IN IP{ip_address(addresses[0]).version} {addresses[0]}"
        elif found := _HOST_CANDIDATE.fullmatch(line):
            before, own, after = found.groups()
            for address in addresses:
                same_version = ip_address(address).version == ip_address(own).version
                if same_version and (address, after) not in seen:
                    seen.add((address, after))
                    yield before + address + after
        else:
            yield line

"""From the address that somebody wrote to the one that is connected to."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from cameras.source_address import SourceAddress
from streaming.network.reach import reach
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.media import Place, SourceError

_RESOLVE_TIMEOUT_S = 3.0


async def resolve(source: SourceAddress) -> Place:
    """Raises SourceError where there is no such host, or none that may be connected to."""
    addresses = await _addresses(source)
    allowed = [each for each in addresses if reach().includes(ip_address(each))]
    if not allowed:
        raise SourceError(SourceErrorCode.FORBIDDEN)
    # Cameras rarely listen on their IPv6 address, though they have one.
    address = min(allowed, key=lambda each: ":" in each)
    return Place(source.scheme, source.host, address, source.port, source.path)


async def _addresses(source: SourceAddress) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_RESOLVE_TIMEOUT_S):
            found = await loop.getaddrinfo(source.host, source.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise SourceError(SourceErrorCode.UNREACHABLE, "no such host") from None
    # A link-local address comes with its scope.
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))

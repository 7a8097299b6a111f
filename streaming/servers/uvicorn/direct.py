from __future__ import annotations

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from streaming.watch.connection import forget_unsent, unsent_bytes


def cut_off(transport: asyncio.Transport) -> None:
    """End a connection that may be closing already, with all that it has not sent."""
    if (fd := transport.get_extra_info("socket").fileno()) >= 0:
        forget_unsent(fd)
    transport.abort()


class Connection:
    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._fd = transport.get_extra_info("socket").fileno()

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    @property
    def pending(self) -> int:
        if self._transport.is_closing():
            return 0
        return self._transport.get_write_buffer_size() or unsent_bytes(self._fd)

    def abort(self) -> None:
        if not self._transport.is_closing():
            forget_unsent(self._fd)
        self._transport.abort()


class Direct:
    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._fd = protocol.transport.get_extra_info("socket").fileno()

    @property
    def is_open(self) -> bool:
        protocol = self._protocol
        return (
            protocol.handshake_complete
            and not protocol.close_sent
            and not self._transport.is_closing()
        )

    @property
    def pending(self) -> int:
        return self._transport.get_write_buffer_size() or unsent_bytes(self._fd)

    def offer(self, framed: bytes) -> bool:
        # No detours: this is done for each frame of each viewer.
        protocol, transport = self._protocol, self._transport
        if (
            protocol.close_sent
            or not protocol.handshake_complete
            or transport.is_closing()
            or transport.get_write_buffer_size()
            or unsent_bytes(self._fd)
        ):
            return False
        transport.write(framed)
        return True

    def write(self, framed: bytes) -> None:
        self._transport.write(framed)

    def abort(self) -> None:
        forget_unsent(self._fd)
        self._transport.abort()

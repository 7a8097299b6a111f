from __future__ import annotations

import asyncio
import time
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ProtocolError
from websockets.frames import Frame
from websockets.server import ServerProtocol

from streaming.domain.limits import Limit
from streaming.domain.socket_work import SocketWork
from streaming.process import web
from streaming.servers.doors import Doors
from streaming.servers.uvicorn.direct import Direct, cut_off
from streaming.watch.connection import EXTENSION

#: For the other side to take what it was sent before the end; one that reads nothing would keep it.
CLOSE_S = 3.0


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's, which also bounds what one client may send, and offers the application the direct
    write."""

    doors: Doors

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_S
        self.conn = _Parser(max_size=self.config.ws_max_size, logger=self.conn.logger)
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # `send` then waits for whatever is not with the kernel yet. A high mark of 0 would hang
        # over TLS.
        self.transport.set_write_buffer_limits(high=1, low=0)

    def connection_lost(self, exc: Exception | None) -> None:
        self.doors.leave(self.transport)
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)

    async def run_asgi(self) -> None:
        cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = Direct(self)
        await super().run_asgi()
        self._end_soon()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        if isinstance(self.conn.parser_exc, _TooMuchWorkError):
            web.node().refusals.count(Limit.CONNECTION_WORK, str(self.client))
        self._end_soon()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._end_soon()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._end_soon()

    def _end_soon(self) -> None:
        """A transport that closes keeps what is unsent until the other side has taken it."""
        if self._end is None and not self.disconnected:
            self._end = self.loop.call_later(2 * CLOSE_S, cut_off, self.transport)


class _TooMuchWorkError(ProtocolError):
    pass


class _Parser(ServerProtocol):
    """Of websockets, which ends at the first frame that is one too many."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._work = SocketWork()

    def recv_frame(self, frame: Frame) -> None:
        fault = self._work.take(frame.opcode, time.monotonic())
        if fault is None:
            super().recv_frame(frame)
            return
        # As `parse` does, which knows no error for each of these codes.
        self.fail(fault, "Too much work")
        self.parser_exc = _TooMuchWorkError(fault.name)

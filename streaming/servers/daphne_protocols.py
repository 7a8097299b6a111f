"""Daphne's protocols with bounds: what one connection may send, and how many there may be."""

from __future__ import annotations

import io
import time
from typing import Any, cast

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor
from twisted.web.http import _MalformedChunkedDataError

from streaming import conf
from streaming.domain.limits import Limit
from streaming.domain.socket_work import SocketWork
from streaming.process import web
from streaming.servers.doors import RETRY_AFTER_S, Doors, make_doors

#: For the other side to take what it was sent before the end.
CLOSE_S = 3.0
#: Of one request.
MAX_CHUNKS = 1000


def bound(http: HTTPFactory, websockets: WebSocketFactory) -> None:
    """Have the factories of a server make these protocols."""
    doors = make_doors()
    websockets.protocol = lambda: Socket(doors)
    make = http.buildProtocol

    def build(address: Any) -> Any:
        entered = doors.enter(_key(address), address.host)
        if entered is None:
            return None
        protocol = make(address)
        protocol.requestFactory = Request if entered else Refusal
        lost = protocol.connectionLost

        def leave(*args: Any) -> None:
            doors.leave(_key(address))
            lost(*args)

        protocol.connectionLost = leave
        return protocol

    http.buildProtocol = build


def _key(address: Any) -> tuple[str, int]:
    return address.host, address.port


class Request(WebRequest):  # type: ignore[misc]
    """A body that is too large is refused before it is read: daphne reads it whole, and would write
    it to a file."""

    def gotLength(self, length: int | None) -> None:
        self._bytes_left = conf.get().BODY_BYTES
        self._chunks_left = MAX_CHUNKS if length is None else None
        self.content = io.BytesIO()
        if length is not None and length > self._bytes_left:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            self._refuse()
        elif self._chunks_left == 0:
            web.node().refusals.count(Limit.CONNECTION_WORK, str(self.client))
            # Nothing else ends the loop over what has been read; answered with 400.
            raise _MalformedChunkedDataError("Too many chunks")
        else:
            self._chunks_left = self._chunks_left and self._chunks_left - 1
            super().handleContentChunk(data)

    def _refuse(self) -> None:
        if not self.channel.transport.disconnecting:
            web.node().refusals.count(Limit.BODY_BYTES, str(self.client))
            self.channel.transport.write(
                b"HTTP/1.1 413 Request Entity Too Large\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
            self.channel.loseConnection()


class Refusal(Request):
    """Of a connection that is one too many."""

    def process(self) -> None:
        channel = self.channel
        self.setResponseCode(503)
        self.setHeader(b"retry-after", b"%d" % RETRY_AFTER_S)
        self.setHeader(b"connection", b"close")
        self.write(b"The server has too many connections. Try again in a few seconds.\n")
        self.finish()
        channel.loseConnection()


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """Ends at the first frame that is one too many, and closes with any code and reason."""

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors
        self._work = SocketWork()

    def onFrameBegin(self) -> None:
        fault = self._work.take(self.current_frame.opcode, time.monotonic())
        if fault is None:
            super().onFrameBegin()
            return
        web.node().refusals.count(Limit.CONNECTION_WORK, str(self.client_addr))
        self.sendCloseFrame(code=int(fault), reasonUtf8=b"Too much work")
        self.dropConnection(abort=False)
        cast(Any, reactor).callLater(CLOSE_S, self._abort)

    def _abort(self) -> None:
        if self.transport.connected:
            self.transport.abortConnection()

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            # Autobahn's own way knows no code of the server's but 1000, daphne's no reason.
            reason = (message.get("reason") or "").encode()
            self.sendCloseFrame(code=message.get("code") or 1000, reasonUtf8=reason)
        else:
            super().handle_reply(message)

    def connectionLost(self, *args: Any) -> None:
        self._doors.leave(_key(self.transport.getPeer()))
        super().connectionLost(*args)

from __future__ import annotations

import asyncio
import contextlib
import time
from http import HTTPStatus
from typing import Any, cast

import h11
from uvicorn._types import ASGIApplication
from uvicorn.protocols.http.h11_impl import H11Protocol

from streaming.domain.limits import Limit
from streaming.process import web
from streaming.servers.doors import Doors, refuse
from streaming.servers.pieces import Pieces
from streaming.servers.uvicorn.direct import Connection, cut_off
from streaming.servers.uvicorn.websocket import WebSocketProtocol
from streaming.watch.connection import CONNECTION

#: For a request's head, and for its whole body, to arrive. A stranger may keep us waiting.
HEAD_S = 20.0
BODY_S = 60.0
#: For a client to take some of what it was sent. Then nothing holds it for longer.
UNREAD_S = 30.0
#: The same of a connection that is only to hear that it is one too many.
REFUSED_S = 5.0
#: Of one request. A browser sends some 20 fields; a body of that many chunks may be of any size.
MAX_FIELDS = 100
MAX_CHUNKS = 1000


class HttpProtocol(H11Protocol):
    """Uvicorn's, which also bounds what one connection may take, and tells the application of it.

    What may come in is bounded here; the size of a body is left to the application.
    """

    doors: Doors

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = _Parser(h11.SERVER, self.conn._max_incomplete_event_size)
        self._is_refused = False
        self._waiting_for: tuple[object, ...] = ()
        self._since_s = time.monotonic()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        entered = self.doors.enter(transport, self.client[0] if self.client else "")
        if entered is None:
            transport.abort()
        self._is_refused = not entered
        self._pieces = Pieces(transport, super().data_received)
        self.flow._transport = cast(asyncio.Transport, self._pieces)
        self.app = _application(self.app, transport) if entered else cast(ASGIApplication, refuse)

    def data_received(self, data: bytes) -> None:
        self._pieces.add(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.doors.leave(self.transport)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        if not self._pieces.is_empty or self.conn.trailing_data[0]:
            # Whoever speaks before the answer (RFC 6455, section 4.1) would be misunderstood.
            self.transport.abort()
            return
        super().handle_websocket_upgrade(event)
        if self._is_refused:
            # Its application runs from the next turn of the loop on.
            cast(WebSocketProtocol, self.transport.get_protocol()).app = self.app

    def send_400_response(self, msg: str) -> None:
        self._end(HTTPStatus.BAD_REQUEST, msg)

    def expire(self, now_s: float) -> None:
        """End the connection if the other side has kept us waiting for too long. Call it every
        second."""
        unsent = self.transport.get_write_buffer_size()
        waiting_for = (self.conn.their_state, self.cycle, unsent)
        if waiting_for != self._waiting_for:
            self._waiting_for, self._since_s = waiting_for, now_s
        elif unsent and now_s - self._since_s > UNREAD_S:
            web.node().refusals.count(Limit.CONNECTION_WORK, str(self.client))
            cut_off(self.transport)
        elif not self.transport.is_closing() and now_s - self._since_s > self._patience_s():
            self._give_up()

    def _patience_s(self) -> float:
        state = self.conn.their_state
        if state not in (h11.IDLE, h11.SEND_BODY):
            # It is for us to answer.
            return float("inf")
        if self._is_refused:
            return REFUSED_S
        return HEAD_S if state is h11.IDLE else BODY_S

    def _give_up(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            # A browser opens connections in case that it needs them.
            self.transport.close()
            return
        web.node().refusals.count(Limit.CONNECTION_WORK, str(self.client))
        self._end(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")

    def _end(self, status: HTTPStatus, message: str) -> None:
        """Answer what is wrong, unless an answer has begun, and close."""
        if self.cycle is not None and not self.cycle.response_complete:
            # Or the application would answer, too.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        with contextlib.suppress(h11.LocalProtocolError):
            self._answer(status, message.encode())
        self.transport.close()

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        """Raises h11.LocalProtocolError where an answer has begun."""
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        response = h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


class _Parser(h11.Connection):
    """H11's, which counts what costs time by its number and not by its bytes."""

    _chunks = 0

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = 0
            if len(event.headers) > MAX_FIELDS:
                raise _too_much("Too many fields in the head of the request.")
        elif isinstance(event, h11.Data) and event.chunk_start:
            self._chunks += 1
            if self._chunks > MAX_CHUNKS:
                raise _too_much("Too many chunks.")
        return event


def _too_much(message: str) -> h11.RemoteProtocolError:
    web.node().refusals.count(Limit.CONNECTION_WORK)
    return h11.RemoteProtocolError(message)


def _application(application: ASGIApplication, transport: asyncio.Transport) -> ASGIApplication:
    connection = Connection(transport)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        extensions = {**scope.get("extensions", {}), CONNECTION: connection}
        await cast(Any, application)({**scope, "extensions": extensions}, receive, send)

    return cast(ASGIApplication, app)

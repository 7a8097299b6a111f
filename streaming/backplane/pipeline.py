"""Commands to Redis on one connection, several in flight at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from copy import copy
from typing import cast

from redis._parsers.base import BaseParser
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError, RedisError

from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.tasks import spawn

#: Sent and not answered, at most; further commands wait for answers.
MAX_IN_FLIGHT = 256
MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024


class Pipeline:
    """Sends commands in the order of the calls, without waiting for the answers to those before:
    Redis answers in the same order. For commands whose answer is a number.

    redis-py opens the connection (address, TLS, password, database). Afterwards bytes pass here:
    an answer wakes its caller, with no task and no timeout of its own in between.
    """

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._connecting: asyncio.Task[None] | None = None
        self._wire: _Wire | None = None
        #: Not sent yet, or not sent again yet.
        self._waiting: deque[_Command] = deque()
        self._expiry: asyncio.TimerHandle | None = None

    @property
    def is_connected(self) -> bool:
        return self._wire is not None

    def execute(self, *command: str | bytes) -> asyncio.Future[int]:
        """Redis' answer, or its error; within `TIMEOUT_S`, or it is another one of `Unavailable`.

        When the connection breaks before the answer, the command is sent once more, since Redis may
        have been restarted: so it may be executed twice. Whoever cancels the answer leaves it to
        nobody else.
        """
        loop = asyncio.get_running_loop()
        packed = self._connection.pack_command(*command)
        added = _Command(packed, loop.create_future(), loop.time() + TIMEOUT_S)
        if self._expiry is None:
            self._expiry = loop.call_at(added.expires_s, self._expire)
        self._waiting.append(added)
        self._send()
        return added.answer

    async def close(self) -> None:
        """Whatever has no answer yet fails; the next command connects again."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
            self._connecting = None
        if self._wire is not None:
            wire, self._wire = self._wire, None
            wire.abort()
            await wire.closed
            self._waiting.extendleft(reversed(wire.in_flight))
        self._fail_waiting(ConnectionError("The connection was closed."))
        await self._connection.disconnect(nowait=True)

    def _send(self) -> None:
        """What waits, as far as there is room."""
        if self._wire is None:
            if self._connecting is None and self._waiting:
                self._connecting = spawn("pipeline to Redis", self._connect())
            return
        while self._waiting and self._wire.has_room(self._waiting[0]):
            command = self._waiting.popleft()
            # Unless its caller has gone.
            if not command.answer.done():
                self._wire.send(command)

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                # Of the one before, redis-py has not heard how it ended.
                await self._connection.disconnect(nowait=True)
                await self._connection.connect()  # type: ignore[no-untyped-call]
        except Unavailable as error:
            self._connecting = None
            self._fail_waiting(error)
        else:
            self._connecting = None
            self._wire = _Wire(_transport(self._connection), self._send, self._lost)
            self._send()

    def _lost(self, error: Exception) -> None:
        """The connection is gone: what was in flight goes first on the next, but not twice."""
        assert self._wire is not None
        in_flight, self._wire = self._wire.in_flight, None
        for command in reversed(in_flight):
            if command.is_retry:
                command.fail(error)
            elif not command.answer.done():
                command.is_retry = True
                self._waiting.appendleft(command)
        self._send()

    def _expire(self) -> None:
        """The time of some is over. A connection that leaves them without an answer is given up."""
        loop, wire = asyncio.get_running_loop(), self._wire
        self._expiry = None
        error = TimeoutError(f"Redis did not answer within {TIMEOUT_S:.0f} s.")
        in_flight = wire.in_flight if wire else ()
        for command in (*in_flight, *self._waiting):
            if command.expires_s > loop.time():
                self._expiry = loop.call_at(command.expires_s, self._expire)
                break
            command.fail(error)
        # Not one whose caller has only just cancelled it.
        if wire and wire.in_flight and wire.in_flight[0].expires_s <= loop.time():
            wire.abort()
            self._lost(error)

    def _fail_waiting(self, error: Exception) -> None:
        for command in self._waiting:
            command.fail(error)
        self._waiting.clear()


class _Command:
    __slots__ = ("answer", "expires_s", "is_retry", "packed", "size")

    def __init__(self, packed: list[bytes], answer: asyncio.Future[int], expires_s: float) -> None:
        self.packed = packed
        self.size = sum(map(len, packed))
        self.answer = answer
        self.expires_s = expires_s
        self.is_retry = False

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            # One for each caller: where it is raised, its traceback grows.
            self.answer.set_exception(copy(error))


class _Wire(asyncio.Protocol):
    """One connection, from its handshake to its end."""

    def __init__(
        self,
        transport: asyncio.Transport,
        on_room: Callable[[], None],
        on_lost: Callable[[Exception], None],
    ) -> None:
        #: Sent, and not answered yet.
        self.in_flight: deque[_Command] = deque()
        self.closed = asyncio.get_running_loop().create_future()
        self._bytes = 0
        self._received = b""
        self._transport = transport
        self._on_room = on_room
        self._on_lost = on_lost
        self._is_aborted = False
        transport.set_protocol(self)

    def has_room(self, command: _Command) -> bool:
        # For one there always is, however large.
        return not self.in_flight or (
            len(self.in_flight) < MAX_IN_FLIGHT
            and self._bytes + command.size <= MAX_IN_FLIGHT_BYTES
        )

    def send(self, command: _Command) -> None:
        self.in_flight.append(command)
        self._bytes += command.size
        self._transport.writelines(command.packed)

    def abort(self) -> None:
        self._is_aborted = True
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\r\n")
        for line in lines:
            if not self.in_flight or line[:1] not in (b":", b"-"):
                # From here on nobody could tell whose answer is which.
                self.abort()
                self._on_lost(ConnectionError(f"Not the answer to a command: {line[:80]!r}"))
                return
            self._answer(line)
        self._on_room()

    def connection_lost(self, error: Exception | None) -> None:
        self.closed.set_result(None)
        if not self._is_aborted:
            self._on_lost(ConnectionError(f"The connection to Redis ended: {error or 'closed'}"))

    def _answer(self, line: bytes) -> None:
        command = self.in_flight.popleft()
        self._bytes -= command.size
        if command.answer.done():
            # Its caller has gone.
            return
        if line.startswith(b":"):
            command.answer.set_result(int(line[1:]))
        else:
            command.answer.set_exception(_error(line))


def _transport(connection: AbstractConnection) -> asyncio.Transport:
    """Of a redis-py connection whose handshake is done."""
    assert connection._writer is not None
    return cast(asyncio.Transport, connection._writer.transport)


def _error(line: bytes) -> RedisError:
    """By its first word, such as `OOM`."""
    error: RedisError = BaseParser.parse_error(line[1:].decode())  # type: ignore[no-untyped-call]
    return error

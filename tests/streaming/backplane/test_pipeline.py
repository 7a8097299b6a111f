from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis.exceptions
import uvloop
from redis._parsers.base import BaseParser
from redis.asyncio.connection import UnixDomainSocketConnection

from streaming.backplane import pipeline as module
from streaming.backplane.connection import TIMEOUT_S, Unavailable, connect
from streaming.backplane.pipeline import Pipeline
from tests.streaming.waiting import WITHIN_S, until

HANDSHAKE = {b"HELLO", b"CLIENT"}


class Server:
    """Speaks as Redis does, and answers when the test says so."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.connections = 0
        self._writer: asyncio.StreamWriter

    def answer(self, *lines: str) -> None:
        self._writer.writelines(f"{line}\r\n".encode() for line in lines)

    def cut(self) -> None:
        self._writer.transport.abort()

    async def has_received(self, *commands: str) -> None:
        try:
            await until(lambda: self.received == list(commands))
        except TimeoutError:
            assert self.received == list(commands)

    async def serve(self, reader, writer) -> None:
        self.connections += 1
        self._writer = writer
        try:
            while True:
                name, *arguments = await _command(reader)
                if name in HANDSHAKE:
                    writer.write(b"+OK\r\n")
                else:
                    self.received.append(arguments[-1].decode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def _command(reader) -> list[bytes]:
    count = int((await reader.readuntil(b"\r\n"))[1:])
    return [await _argument(reader) for _ in range(count)]


async def _argument(reader) -> bytes:
    size = int((await reader.readuntil(b"\r\n"))[1:])
    argument: bytes = (await reader.readexactly(size + 2))[:-2]
    return argument


@asynccontextmanager
async def serving(path):
    server = Server()
    listening = await asyncio.start_unix_server(server.serve, path)
    pipeline = Pipeline(UnixDomainSocketConnection(path=str(path), socket_timeout=None))
    yield server, pipeline
    listening.close()
    await pipeline.close()


@pytest.fixture
def path():
    # pytest's own directories have names too long for a socket.
    with tempfile.TemporaryDirectory(prefix="sky-") as directory:
        yield Path(directory) / "redis.sock"


@pytest.fixture
async def server_and_pipeline(path):
    async with serving(path) as both:
        yield both


@pytest.fixture
def server(server_and_pipeline):
    return server_and_pipeline[0]


@pytest.fixture
def pipeline(server_and_pipeline):
    return server_and_pipeline[1]


@pytest.fixture
def publish(pipeline):
    """Begins to publish each of these."""

    def publish(*messages: str) -> list[asyncio.Future[int]]:
        return [pipeline.execute("PUBLISH", "camera", message) for message in messages]

    return publish


async def results(tasks):
    async with asyncio.timeout(WITHIN_S):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_commands_go_out_in_order_without_waiting_for_answers(server, publish):
    messages = [str(number) for number in range(100)]
    publishing = publish(*messages)
    await server.has_received(*messages)
    server.answer(*(f":{message}" for message in messages))
    assert await results(publishing) == list(range(100))
    assert server.connections == 1


async def test_answers_may_come_in_pieces(server, publish):
    publishing = publish("a", "b")
    await server.has_received("a", "b")
    for piece in b":1", b"2\r", b"\n:", b"3\r\n":
        server._writer.write(piece)
        await asyncio.sleep(0.01)
    assert await results(publishing) == [12, 3]


async def test_no_more_than_the_bound_is_in_flight(server, publish, monkeypatch):
    monkeypatch.setattr(module, "MAX_IN_FLIGHT", 3)
    publishing = publish(*"abcde")
    await server.has_received(*"abc")
    await asyncio.sleep(0.05)
    await server.has_received(*"abc")
    server.answer(":1")
    await server.has_received(*"abcd")
    server.answer(":2", ":3", ":4")
    await server.has_received(*"abcde")
    server.answer(":5")
    assert await results(publishing) == [1, 2, 3, 4, 5]


async def test_no_more_bytes_than_the_bound_are_in_flight(server, publish, monkeypatch):
    monkeypatch.setattr(module, "MAX_IN_FLIGHT_BYTES", 1000)
    small, large = "s" * 400, "l" * 2000
    publishing = publish(small, small, small, large)
    await server.has_received(small, small)
    server.answer(":1")
    await server.has_received(small, small, small)
    server.answer(":2", ":3")
    # One that is larger than the bound goes alone.
    await server.has_received(small, small, small, large)
    server.answer(":4")
    assert await results(publishing) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("-OOM command not allowed", redis.exceptions.OutOfMemoryError),
        ("-LOADING Redis is loading the dataset", redis.exceptions.BusyLoadingError),
        ("-READONLY You can't write", redis.exceptions.ReadOnlyError),
        ("-ERR unknown command", redis.exceptions.ResponseError),
    ],
)
async def test_an_error_reaches_the_caller_whose_command_failed(server, publish, line, error):
    publishing = publish(*"abc")
    await server.has_received(*"abc")
    server.answer(":1", line, ":3")
    first, failed, third = await results(publishing)
    assert (first, third) == (1, 3)
    assert type(failed) is error
    assert server.connections == 1


async def test_what_was_in_flight_on_a_cut_connection_goes_first_on_the_next(server, publish):
    publishing = publish(*"abcd")
    await server.has_received(*"abcd")
    server.answer(":1")
    assert await publishing[0] == 1
    server.cut()
    await until(lambda: server.connections == 2)
    publishing += publish("e")
    await server.has_received(*"abcd", *"bcde")
    server.answer(":2", ":3", ":4", ":5")
    assert await results(publishing) == [1, 2, 3, 4, 5]


async def test_what_was_cut_off_twice_fails(server, publish):
    publishing = publish("a")
    await server.has_received("a")
    server.cut()
    await server.has_received("a", "a")
    publishing += publish("b")
    await server.has_received("a", "a", "b")
    server.cut()
    await server.has_received("a", "a", "b", "b")
    server.answer(":2")
    failed, second = await results(publishing)
    assert isinstance(failed, redis.exceptions.ConnectionError)
    assert second == 2


async def test_a_connection_cut_while_idle_is_made_anew(server, publish, pipeline):
    [publishing] = publish("a")
    await server.has_received("a")
    server.answer(":1")
    await publishing
    server.cut()
    await until(lambda: not pipeline.is_connected)
    [publishing] = publish("b")
    await server.has_received("a", "b")
    server.answer(":2")
    assert await publishing == 2


async def test_nobody_gets_the_answer_of_a_caller_that_was_cancelled(server, publish):
    publishing = publish(*"abc")
    await server.has_received(*"abc")
    publishing[1].cancel()
    server.answer(":1", ":2", ":3")
    first, cancelled, third = await results(publishing)
    assert (first, third) == (1, 3)
    assert isinstance(cancelled, asyncio.CancelledError)
    assert server.connections == 1


async def test_a_caller_cancelled_before_its_turn_sends_nothing(server, publish, monkeypatch):
    monkeypatch.setattr(module, "MAX_IN_FLIGHT", 1)
    publishing = publish(*"abc")
    await server.has_received("a")
    publishing[1].cancel()
    server.answer(":1")
    await server.has_received("a", "c")
    server.answer(":3")
    first, _, third = await results(publishing)
    assert (first, third) == (1, 3)


async def test_silence_ends_the_connection_and_what_has_time_left_is_sent_again(server, publish):
    publishing = publish("a")
    await server.has_received("a")
    await asyncio.sleep(TIMEOUT_S / 2)
    publishing += publish("b")
    await server.has_received("a", "b")
    await until(lambda: server.connections == 2)
    await server.has_received("a", "b", "b")
    server.answer(":2")
    late, second = await results(publishing)
    assert isinstance(late, TimeoutError)
    assert second == 2


async def test_a_caller_that_has_just_gone_ends_no_connection_that_answers(
    server, publish, pipeline
):
    publish("a")
    await server.has_received("a")
    server.answer(":1")
    await asyncio.sleep(TIMEOUT_S / 2)
    # The time of the first is over while the second, cancelled just now, has some left.
    [publishing] = publish("b")
    await server.has_received("a", "b")
    publishing.cancel()
    await asyncio.sleep(TIMEOUT_S * 0.7)
    server.answer(":2")
    assert pipeline.is_connected
    assert server.connections == 1


async def test_silence_ends_a_connection_whose_callers_have_gone(server, publish, pipeline):
    [publishing] = publish("a")
    await server.has_received("a")
    publishing.cancel()
    await until(lambda: not pipeline.is_connected, 3 * TIMEOUT_S)


@pytest.mark.parametrize("line", ["+OK", "$1\r\na", ":1\r\n:2"])
async def test_a_connection_on_which_something_else_comes_is_given_up(
    server, publish, pipeline, line
):
    publishing = publish("a")
    await server.has_received("a")
    server.answer(line)
    if line.startswith(":"):
        assert await results(publishing) == [1]
        await until(lambda: not pipeline.is_connected)
        return
    await server.has_received("a", "a")
    server.answer(line)
    [failed] = await results(publishing)
    assert isinstance(failed, redis.exceptions.ConnectionError)


async def test_nobody_waits_for_a_server_that_is_away(path):
    pipeline = Pipeline(UnixDomainSocketConnection(path=str(path), socket_timeout=None))
    commands = [pipeline.execute("PUBLISH", "camera", each) for each in "abc"]
    async with asyncio.timeout(TIMEOUT_S / 2):
        failed = await asyncio.gather(*commands, return_exceptions=True)
    assert all(isinstance(each, Unavailable) for each in failed)
    # Each raises one of its own.
    assert len(set(map(id, failed))) == 3


async def test_whatever_is_in_flight_fails_at_the_end(server, publish, pipeline, monkeypatch):
    monkeypatch.setattr(module, "MAX_IN_FLIGHT", 1)
    publishing = publish(*"ab")
    await server.has_received("a")
    await pipeline.close()
    assert all(
        isinstance(each, redis.exceptions.ConnectionError) for each in await results(publishing)
    )


async def test_it_may_be_closed_while_it_connects_and_used_again(server, publish, pipeline):
    publishing = publish("a")
    await asyncio.sleep(0)
    await pipeline.close()
    [failed] = await results(publishing)
    assert isinstance(failed, redis.exceptions.ConnectionError)
    [publishing] = publish("b")
    await server.has_received("b")
    server.answer(":1")
    assert await publishing == 1


def test_it_works_on_uvloop(valkey):
    async def work():
        async with connect() as redis:
            pipeline = Pipeline(redis.connection_pool.make_connection())
            increments = (pipeline.execute("INCR", "count") for _ in range(100))
            counted = await asyncio.gather(*increments)
            await pipeline.close()
            return counted

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(work()) == list(range(1, 101))


def test_what_it_touches_of_redis_py(path):
    """`_writer` is its transport's, and `parse_error` knows its exceptions."""
    connection = UnixDomainSocketConnection(path=str(path))
    assert connection._writer is None
    error = BaseParser.parse_error("OOM too much")
    assert isinstance(error, redis.exceptions.OutOfMemoryError)

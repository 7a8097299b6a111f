"""What strangers and viewers may do to a web process by its connections."""

from __future__ import annotations

import asyncio
import os
import resource

import pytest

from streaming.domain.limits import Limit
from tests.hostile.raw import connect, flood, hear, masked, request, upgrade
from tests.streaming.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]

#: Some seconds of the loop, if nobody stops them.
FLOOD_BYTES = 20_000_000
SOCKETS = 60
WATCH = "/ws/watch/"
#: What is promised, with no allowance for a heap that grows to what it needs once.
MAX_MORE_OF_THE_SAME_BYTES = 5_000_000
_SAID = "files that the system allows are open"
TEXT, CONTINUATION, PING = 0x1, 0x0, 0x9


@pytest.fixture(scope="module")
def environ():
    return {"SKYSENTRY_SOCKETS_PER_ADDRESS": str(SOCKETS)}


async def test_floods_of_frames_cost_others_nothing(stand):
    floods = [
        (masked(TEXT, b"x", fin=False), masked(CONTINUATION, b"x", fin=False), 1009),
        (masked(TEXT, fin=False), masked(PING), 1008),
        (b"", masked(PING, bytes(125)), 1008),
    ]
    async with stand.attack() as harm:
        for first, more, code in floods:
            sockets = [upgrade(stand.url, WATCH) for _ in range(4)]
            flooding = (flood(each, first, more, FLOOD_BYTES) for each in sockets)
            for said in await asyncio.gather(*flooding):
                assert code.to_bytes(2) in said
    harm.assert_unnoticed()
    assert stand.limited(Limit.CONNECTION_WORK) >= 12
    await stand.assert_back_to_base()


async def test_requests_without_end_are_refused_and_kept_nowhere(stand):
    chunked = request(stand.url, "POST", "/api/nowhere/", "Transfer-Encoding: chunked")
    long = request(stand.url, "POST", "/api/nowhere/", "Content-Length: 300000000")
    large = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    requests = [(chunked, b"1\r\nx\r\n", 400), (chunked, large, 413), (long, large, 413)]
    [pid] = stand.system.pids("web")
    async with stand.attack() as harm:
        for head, more, status in requests:
            said = await flood(connect(stand.url), head, more, 300_000_000)
            assert said.startswith(b"HTTP/1.1 %d " % status)
            assert not temporary_files(pid)
    harm.assert_unnoticed()
    await stand.assert_back_to_base()


def temporary_files(pid):
    links = [os.readlink(f"/proc/{pid}/fd/{each}") for each in os.listdir(f"/proc/{pid}/fd")]
    return [each for each in links if each.endswith("(deleted)")]


async def test_a_crowd_from_one_address_is_told_when_to_come_back(stand):
    refused = 0
    async with stand.attack() as harm:
        crowd = [upgrade(stand.url, "/ws/publish/none/") for _ in range(200)]
        await asyncio.sleep(0.5)
        for each in crowd:
            each.settimeout(0.001)
            refused += b"retry_after=20" in hear(each)
            each.close()
    harm.assert_unnoticed()
    # The witness has two of the places.
    assert refused == 200 - SOCKETS + 2
    assert stand.limited(Limit.SOCKETS_PER_ADDRESS) == refused
    await stand.assert_back_to_base()


async def test_messages_after_a_close_are_no_lines_in_the_log(stand):
    before = stand.system.output.count("Traceback")
    with upgrade(stand.url, WATCH) as connection:
        connection.sendall(masked(TEXT, b"junk") * 500)
        connection.settimeout(1)
        assert (4400).to_bytes(2) in hear(connection)
    assert stand.system.output.count("Traceback") == before


@pytest.mark.faults(seconds=20, always=True)
async def test_requests_and_streams_leave_nothing_behind(stand):
    cookie = f"Cookie: {stand.owner.cookies}"
    page = request(stand.url, "GET", "/", cookie)
    stream = request(stand.url, "GET", "/api/cameras/witness/stream.mjpg", cookie)

    async def rush():
        async with stand.attack() as harm:
            await ask(stand.url, page, 200, 0.3)
            await ask(stand.url, stream, 60, 1)
        harm.assert_unnoticed()

    # What the first of each needs for good, such as templates and modules, and what the heap keeps
    # of having been larger once, is there before the second.
    await rush()
    await stand.assert_back_to_base()
    await rush()
    await stand.assert_back_to_base(max_more_bytes=MAX_MORE_OF_THE_SAME_BYTES)


async def ask(url, asked, count, wait_s):
    """So many at once, each of which goes away after a while, whether it has its answer or not."""
    connections = [connect(url) for _ in range(count)]
    for each in connections:
        each.sendall(asked)
    await asyncio.sleep(wait_s)
    for each in connections:
        each.close()


async def test_without_descriptors_newcomers_wait_and_the_log_says_so(stand):
    [pid] = stand.system.pids("web")
    allowed = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(os.listdir(f"/proc/{pid}/fd"))
    async with stand.attack() as harm:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 10, allowed[1]))
        try:
            connections = [connect(stand.url) for _ in range(100)]
            await until(lambda: _SAID in stand.system.output)
            for each in connections:
                each.close()
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, allowed)
    harm.assert_unnoticed()
    assert stand.system.output.count(_SAID) == 1
    await stand.assert_back_to_base()
    upgrade(stand.url, WATCH).close()

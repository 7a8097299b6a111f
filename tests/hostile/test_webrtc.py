"""What is done to a camera's connection, by strangers or by the camera: others notice nothing."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import rtcsctptransport as sctp

from streaming.demo.device import Device, signaling
from streaming.tasks import stop
from tests.streaming.publish.webrtc.session import ice
from tests.streaming.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]

ATTACK_S = 2.0
#: A full line of 20 Mbit/s with the smallest packets.
DATAGRAMS_PER_S = 33_000
OPEN_S = 15.0


@pytest.fixture(scope="module")
def key(stand):
    return stand.owner.publish_key("target")


@contextlib.asynccontextmanager
async def filming(stand, key, device=None):
    """A camera whose channels are open."""
    device = device or Device(lambda _: None)
    try:
        async with signaling(stand.url, "target") as server, asyncio.timeout(OPEN_S) as patience:
            await server.say("authenticate", key=key)
            await server.hear("welcome")
            await server.negotiate(device)
            await device.opened()
            # Whoever attacks takes longer.
            patience.reschedule(None)
            yield device
    finally:
        await device.close()


def flood(send, seconds=ATTACK_S):
    """Send so often, as evenly as this process can. Returns how often."""
    began_s = time.monotonic()
    sent = 0
    while (passed_s := time.monotonic() - began_s) < seconds:
        while sent < passed_s * DATAGRAMS_PER_S:
            with contextlib.suppress(BlockingIOError):
                send()
            sent += 1
        time.sleep(0.002)
    return sent


def server_of(device):
    """Where the server's end of this connection listens."""
    [pair] = ice(device.connection)._nominated.values()
    return pair.remote_addr


def refused(stand):
    """What all ingest processes together refused, by reason."""
    found: Counter[str] = Counter()
    for each in stand.facts().values():
        found.update(each.refused_packets)
    return found


async def is_served(device):
    """Whether the server still answers this camera."""
    heard = asyncio.Event()
    device.control.on("message", lambda _: heard.set())
    device.say("ping", t0=0)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            await heard.wait()
    return heard.is_set()


async def test_strangers_at_line_rate(stand, key):
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    junk = itertools.cycle([b"\x17" * 60, stun])
    async with filming(stand, key) as device:
        host, port = server_of(device)
        async with stand.attack() as harm:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, 2) as stranger:
                stranger.connect((host, port))
                sent = await asyncio.to_thread(flood, lambda: stranger.send(next(junk)))
        # Not even the one that is attacked notices: the kernel drops them.
        assert await is_served(device)
    harm.assert_unnoticed()
    print(f"{sent} sent; {refused(stand)}")
    await stand.assert_back_to_base()


async def test_a_camera_that_floods_its_own_socket(stand, key):
    async with filming(stand, key) as device:
        [pair] = ice(device.connection)._nominated.values()
        own = pair.protocol.transport.get_extra_info("socket")
        async with stand.attack() as harm:
            await asyncio.to_thread(
                flood, lambda: own.sendto(b"\x17\xfe\xfd" + bytes(60), pair.remote_addr)
            )
        assert not await is_served(device)
    harm.assert_unnoticed()
    assert refused(stand)["pause, as too many datagrams came"]
    await stand.assert_back_to_base()


async def test_a_camera_that_answers_every_check_with_a_role_conflict(stand, key):
    device = Device(lambda _: None)
    connection = ice(device.connection)
    checks = 0

    def conflict(message, address, protocol):
        nonlocal checks
        checks += 1
        connection.respond_error(message, address, protocol, (487, "Role Conflict"))

    async def connect():
        async with filming(stand, key, device):
            pytest.fail("It cannot connect.")

    connection.request_received = conflict
    async with stand.attack() as harm:
        connecting = asyncio.create_task(connect())
        await until(lambda: checks)
        await asyncio.sleep(ATTACK_S)
        await stop(connecting)
    harm.assert_unnoticed()
    print(f"{checks} checks")
    assert checks < 50
    await stand.assert_back_to_base()


async def test_a_camera_whose_packets_cost_what_they_can(stand, key):
    async with filming(stand, key) as device:
        async with stand.attack() as harm:
            # Until it is ended, where this machine lets it have so much.
            with contextlib.suppress(ConnectionError):
                await disorder(device.connection.sctp, until_s=time.monotonic() + ATTACK_S)
        found = refused(stand)
    print(found)
    assert found["packet too far ahead"]
    harm.assert_unnoticed()
    await stand.assert_back_to_base()


async def disorder(association, until_s):
    """Every other packet of a thousand, then on behind them, over and over."""
    tsn = association._local_tsn + 1
    while time.monotonic() < until_s:
        for _ in range(12):
            await send(association, *(data((tsn + 2 * ahead) % 2**32) for ahead in range(40)))
            tsn += 80
        skip = sctp.ForwardTsnChunk()
        skip.cumulative_tsn = (tsn := tsn + 1) % 2**32
        await send(association, skip)
        tsn += 1
        await asyncio.sleep(0)


async def send(association, *chunks):
    several: Any = Several(chunks=chunks)
    tag = association._remote_verification_tag
    await association.transport._send_data(sctp.serialize_packet(5000, 5000, tag, several))


def data(tsn):
    chunk = sctp.DataChunk(sctp.SCTP_DATA_FIRST_FRAG | sctp.SCTP_DATA_LAST_FRAG | 4)
    chunk.tsn, chunk.stream_id, chunk.protocol, chunk.user_data = tsn, 1, 53, b"x"
    return chunk


class Several(SimpleNamespace):
    """Chunks where the library sends one."""

    def __bytes__(self):
        return b"".join(bytes(each) for each in self.chunks)

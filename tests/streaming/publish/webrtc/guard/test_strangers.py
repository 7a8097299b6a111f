"""Datagrams of somebody who knows where a session listens, and nothing else, on a system that
filters nothing."""

from __future__ import annotations

import asyncio
import os
import socket

import aioice.stun
import pytest
from aioice.stun import Class, Message, Method

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import ice as guard
from streaming.publish.webrtc.guard.kernel_filter import MAX_STUN_BYTES

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("bystander", "responsive_loop")]

FLOOD = 500
ALERT = bytes.fromhex("15fefd000000000000000000020228")


@pytest.fixture(autouse=True)
def _without_filter(monkeypatch):
    monkeypatch.setattr("streaming.publish.webrtc.guard.kernel_filter.attach", lambda *_: None)


@pytest.fixture
def strangers(session):
    """Opens sockets that are connected to where the server's end of the session listens."""
    [pair] = session.server.ice._nominated.values()
    host, port = pair.local_addr
    opened = []

    def stranger():
        opened.append(
            socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        )
        opened[-1].setblocking(False)
        opened[-1].connect((host, port))
        return opened[-1]

    yield stranger
    for each in opened:
        each.close()


@pytest.fixture
def stranger(strangers):
    return strangers()


def binding(ice=None, password=None, **attributes):
    """A STUN request, signed with the session's or another password where a session is given."""
    request = Message(Method.BINDING, Class.REQUEST)
    request.attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
    if ice is not None:
        request.attributes["USERNAME"] = f"{ice.local_username}:{ice.remote_username}"
        request.add_message_integrity((password or ice.local_password).encode())
    return bytes(request)


def longer(text, attribute):
    """The same with one more attribute, given in hexadecimal digits, as the first."""
    more = bytes.fromhex(attribute)
    more += bytes(max(0, int.from_bytes(more[2:4], "big") - len(more) + 4))
    return aioice.stun.set_body_length(text[:20] + more + text[20:], len(text) + len(more) - 20)


@pytest.fixture(scope="module")
def heavy():
    """A STUN message of 60 kB in which every attribute is a checksum of all before it."""
    size = 60_000
    message = aioice.stun.set_body_length(binding(), size - aioice.stun.HEADER_LENGTH)
    while len(message) < size:
        checksum = aioice.stun.message_fingerprint(message)
        message += bytes.fromhex("80280004") + checksum.to_bytes(4, "big")
    return message


async def hears_nothing(stranger):
    with pytest.raises(BlockingIOError):
        stranger.recv(2000)


async def test_an_empty_datagram_is_refused(session, stranger, refusals):
    stranger.send(b"")
    await refusals.told("empty datagram")
    assert await session.exchange(b"picture") == b"picture"


@pytest.mark.parametrize(
    "datagram",
    [
        ALERT,
        b"\x17\xfe\xfd" + bytes(10),
        b"\x16" * 1200,
        b"\x80" * 100,
        b"\xff",
        os.urandom(65_000),
    ],
    ids=["alert", "data", "handshake", "RTP", "one byte", "random"],
)
async def test_datagrams_of_strangers_are_refused(session, stranger, refusals, datagram):
    stranger.send(b"\x20" + datagram if datagram[0] in range(4) else datagram)
    await refusals.told("datagram from elsewhere")
    assert await session.exchange(b"picture") == b"picture"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: b"\x00", "STUN from elsewhere"),
        (lambda text: text + b"\0", "malformed STUN"),
        (lambda text: text[:-8], "malformed STUN"),
        (lambda text: text[:-1] + bytes([text[-1] ^ 1]), "malformed STUN"),
        (lambda text: longer(text, "0024000300000000"), "malformed STUN"),
        (lambda text: longer(text, "00060004ffffffff"), "malformed STUN"),
        (lambda text: b"\x00\x00" + text[2:], "malformed STUN"),
        (lambda text: longer(text, "8022" + f"{MAX_STUN_BYTES:04x}"), "STUN from elsewhere"),
    ],
    ids=[
        "one byte",
        "too long",
        "cut off",
        "wrong checksum",
        "short number",
        "no UTF-8",
        "unknown method",
        "too large",
    ],
)
async def test_malformed_stun_is_refused(session, stranger, refusals, change, reason):
    stranger.send(change(binding(session.server.ice)))
    await refusals.told(reason)
    assert await session.exchange(b"picture") == b"picture"


async def test_a_heavy_stun_message_is_not_even_read(stranger, refusals, heavy):
    stranger.send(heavy)
    await refusals.told("STUN from elsewhere")


async def test_what_answers_no_question_of_ours_is_not_even_read(stranger, refusals, monkeypatch):
    monkeypatch.setattr("aioice.stun.parse_message", pytest.fail)
    stranger.send(bytes(Message(Method.BINDING, Class.RESPONSE)))
    await refusals.told("STUN from elsewhere")


async def test_a_flood_of_stun_is_counted_and_not_answered(session, stranger, refusals):
    for answered in range(FLOOD):
        stranger.send(binding(USERNAME="who:ever"))
        if answered % 50 == 49:
            await refusals.told("STUN from elsewhere", answered + 1)
            assert await session.exchange(b"picture") == b"picture"
    await hears_nothing(stranger)


@pytest.mark.parametrize("password", ["wrong", "x" * 22])
async def test_a_wrong_password_is_not_answered(session, stranger, refusals, password):
    stranger.send(binding(session.server.ice, password, PRIORITY=1))
    await refusals.told("STUN without the password")
    await hears_nothing(stranger)


async def test_the_right_password_is_answered(session, stranger, refusals):
    stranger.setblocking(True)
    stranger.send(binding(session.server.ice, PRIORITY=1))
    answer = await asyncio.to_thread(stranger.recv, 2000)
    assert aioice.stun.parse_message(answer).message_class == Class.RESPONSE
    assert not refusals.total


async def test_a_check_without_priority_is_refused(session, stranger, refusals):
    stranger.send(binding(session.server.ice))
    await refusals.told("check without priority")


async def test_addresses_of_one_peer_are_bounded(session, stranger, strangers, refusals):
    ice = session.server.ice
    stranger.send(binding(ice, PRIORITY=1))
    for _ in range(guard.MAX_ADDRESSES + 2):
        strangers().send(binding(ice, PRIORITY=1))
    await refusals.told("address too many", 4)
    # One that is known is listened to as before.
    stranger.send(binding(ice, PRIORITY=1))
    strangers().send(binding(ice, PRIORITY=1))
    await refusals.told("address too many", 5)
    assert refusals.total["address too many"] == 5
    assert len(ice.remote_candidates) == guard.MAX_ADDRESSES
    assert await session.exchange(b"picture") == b"picture"


async def test_a_flood_with_the_right_password_is_answered_in_part(session, stranger, refusals):
    flood = [binding(session.server.ice, PRIORITY=1) for _ in range(guard.CHECKS_BURST + 100)]
    for datagram in flood:
        stranger.send(datagram)
    await refusals.told("check too many", 50)
    assert await session.exchange(b"picture") == b"picture"


async def test_a_flood_without_the_name_uses_nothing_up(session, stranger, refusals):
    for sent in range(guard.CHECKS_BURST + 100):
        stranger.send(binding(USERNAME="who:ever"))
        if sent % 50 == 49:
            await refusals.told("STUN from elsewhere", sent + 1)
    await test_the_right_password_is_answered(session, stranger, Tally())
    assert not refusals.total["check too many"]

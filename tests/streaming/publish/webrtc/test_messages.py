from __future__ import annotations

import json
import random

import pytest

from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES as LARGEST
from streaming.publish.webrtc.peer import MAX_CONTROL_BUFFER_BYTES
from tests.streaming.publish.webrtc.session import Server

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("size", [1, 10, 40_000, LARGEST])
async def test_a_frame_arrives_whole_and_unaltered(session, size):
    message = random.Random(size).randbytes(size)
    assert await session.exchange(message) == message


async def test_frames_arrive_each_as_one_message(session):
    frames = [random.Random(size).randbytes(size) for size in (40_000, 10, LARGEST, 1200, 1)]
    for frame in frames:
        session.camera.frames.send(frame)
    assert {await session.server.frames.get() for _ in frames} == set(frames)


async def test_the_answer_forbids_a_message_of_one_byte_more(session):
    with pytest.raises(ValueError, match="only supports messages up to 262144 bytes"):
        session.camera.frames.send(bytes(LARGEST + 1))


async def test_a_larger_message_sent_all_the_same_is_handed_on_to_be_counted(session):
    session.camera.sctp._remote_max_message_size = 0
    assert await session.exchange(bytes(LARGEST + 1)) == bytes(LARGEST + 1)


async def test_text_on_the_frames_channel_is_handed_on_as_text(session):
    assert await session.exchange("not a frame") == "not a frame"


async def test_an_empty_message_is_handed_on(session):
    assert await session.exchange(b"") == b""


async def test_control_messages_go_both_ways_in_order(session):
    sent = [json.dumps({"type": "ping", "time": time}) for time in range(100)]
    for message in sent:
        session.camera.control.send(message)
    heard = [await session.server.controls.get() for _ in sent]
    for message in heard:
        session.server.peer.send_control(message)
    assert heard == sent
    assert [await session.camera.heard.get() for _ in sent] == sent


async def test_binary_messages_on_the_control_channel_are_dropped(session):
    session.camera.control.send(b"\x01\x02")
    session.camera.control.send("{}")
    assert await session.server.controls.get() == "{}"


async def test_a_camera_that_takes_nothing_holds_little_back(session):
    # As if no acknowledgement came: nothing leaves any more.
    session.server.sctp._outbound_queue.append(None)
    for _ in range(1000):
        session.server.peer.send_control("x" * 1000)
    channel = session.server.peer._control
    assert 0 < channel.bufferedAmount <= MAX_CONTROL_BUFFER_BYTES
    session.server.sctp._outbound_queue.clear()


async def test_a_control_message_that_no_camera_takes_is_dropped(session):
    session.server.peer.send_control("x" * (MAX_CONTROL_BUFFER_BYTES + 1))
    session.server.peer.send_control("x" * MAX_CONTROL_BUFFER_BYTES)
    assert len(await session.camera.heard.get()) == MAX_CONTROL_BUFFER_BYTES


async def test_nothing_is_sent_before_the_channel_is_there():
    Server().peer.send_control("{}")

"""From a camera's data channels to the bus and the store, through everything between them."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from uuid import uuid4

import pytest

from streaming.bus import FrameBus
from streaming.clock import ServerClock
from streaming.domain import wire
from streaming.domain.liveness import State
from streaming.intake import Intake, Totals
from streaming.redis import connect
from streaming.store import AsyncStore
from streaming.store_writer import StoreWriter
from tests.loopback.session import connected
from tests.streaming.frames import HEIGHT, PICTURE, WIDTH, frame
from tests.streaming.waiting import WITHIN_S, until

SESSION = 7

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def redis(valkey):
    async with connect() as client:
        yield client


@pytest.fixture
async def ends(redis):
    """A camera, and what takes its messages in, publishes and stores them."""
    intake = Intake(
        camera_id=uuid4(),
        slug="front-door",
        session=SESSION,
        totals=Totals(),
        bus=FrameBus(),
        writer=StoreWriter(redis),
        clock=ServerClock(),
        send=lambda text: session.server.peer.send_control(text),
    )
    async with connected(on_frame=intake.frame, on_control=intake.control) as session:
        publishing = asyncio.create_task(intake.run())
        yield session.camera, intake
        publishing.cancel()


@pytest.fixture
def camera(ends):
    return ends[0]


@pytest.fixture
def intake(ends):
    return ends[1]


async def heard(camera, kind):
    """The next message of this type that the camera hears."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            message = json.loads(await camera.heard.get())
            if message["type"] == kind:
                return message


async def test_what_the_camera_sends_is_what_others_hear(intake, camera):
    sent: list[bytes] = []
    async with aclosing(FrameBus().frames(intake.camera_id)) as frames:
        listening = asyncio.ensure_future(anext(frames))
        while not listening.done():
            sent.append(frame(SESSION, len(sent) + 1))
            camera.frames.send(sent[-1])
            await asyncio.wait([listening], timeout=0.05)
        assert listening.result() in sent


async def test_the_newest_frame_is_stored(intake, camera, redis):
    for sequence in (1, 2, 3):
        camera.frames.send(frame(SESSION, sequence))
    await until(lambda: intake.totals.frames == 3)
    await intake._writer.flush()
    image = await AsyncStore(redis).image(intake.camera_id)
    assert image is not None
    assert wire.order_of(image.message) == (SESSION, 3)


async def test_frames_are_counted_and_shown(intake, camera):
    messages = [frame(SESSION, sequence) for sequence in (1, 2, 4)]
    for message in messages:
        camera.frames.send(message)
    await until(lambda: intake.totals.frames == 3)
    assert intake.totals == Totals(frames=3, bytes=sum(map(len, messages)), dropped=1)
    assert (intake.width, intake.height) == (WIDTH, HEIGHT)
    assert intake.state() is State.LIVE
    assert 0 <= intake.uplink_ms < 1000


async def test_an_overtaken_frame_goes_nowhere(intake, camera):
    for sequence in (2, 1, 2, 3):
        camera.frames.send(frame(SESSION, sequence))
    await until(lambda: intake.totals.frames == 2)
    assert intake.totals.dropped == 0


def broken(**fields):
    header = {
        "rendition": wire.Rendition.JPEG,
        "codec": wire.Codec.JPEG,
        "key": True,
        "session": SESSION,
        "sequence": 1,
        "captured_at": 0.0,
        "width": WIDTH,
        "height": HEIGHT,
        "payload": PICTURE,
    }
    return wire.pack(**{**header, **fields})


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "empty"),
        (b"\x01", "too_short"),
        (bytes(wire.MAX_MESSAGE_BYTES + 1), "too_large"),
        (b"\x02" + frame(SESSION, 1)[1:], "version"),
        (broken(width=0), "size"),
        (broken(width=65535, height=65535), "size"),
        (broken(captured_at=float("nan")), "captured_at"),
        (broken(session=SESSION + 1), "session"),
        (broken(payload=PICTURE[:-2]), "jpeg"),
        (frame(SESSION, 1).hex(), "text"),
    ],
)
async def test_a_frame_that_breaks_the_rules_is_refused_and_the_camera_told(
    intake, camera, message, reason
):
    camera.sctp._remote_max_message_size = 0
    camera.frames.send(message)
    await until(lambda: intake.totals.dropped == 1)
    intake.report()
    assert await heard(camera, "refused") == {"type": "refused", "reason": reason, "count": 1}
    assert intake.totals.frames == 0


async def test_a_refused_frame_does_not_end_the_session(intake, camera):
    camera.frames.send(b"?")
    camera.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.report()
    received = await heard(camera, "received")
    assert (received["frames"], received["dropped"]) == (1, 1)


async def test_a_ping_is_answered_with_the_time_of_the_server(intake, camera):
    before = ServerClock().now_ms()
    camera.control.send(json.dumps({"type": "ping", "time": 12.5}))
    pong = await heard(camera, "pong")
    assert pong["time"] == 12.5
    assert before - 1 <= pong["server_time"] <= ServerClock().now_ms() + 1


async def test_a_paused_camera_is_paused(intake, camera):
    camera.control.send(json.dumps({"type": "ping", "time": 1, "paused": "hidden"}))
    await heard(camera, "pong")
    assert intake.state() is State.PAUSED


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        '{"type": "ping"}',
        '{"type": "ping", "time": 1e999}',
        '{"type": "ping", "time": NaN}',
        '{"type": "offer"}',
        '{"type": "\\ud800"}',
        '{"type": "ping.flood", "time": 1}',
        "[" * 16_000,
        " " * 20_000,
    ],
)
async def test_a_bad_control_message_is_counted_and_the_session_goes_on(intake, camera, text):
    camera.control.send(text)
    camera.control.send(json.dumps({"type": "ping", "time": 2}))
    assert (await heard(camera, "pong"))["time"] == 2
    intake.report()
    assert (await heard(camera, "refused"))["count"] == 1


async def test_frames_are_lost_and_counted_while_redis_is_away(intake, camera, valkey):
    valkey.stop()
    camera.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.dropped == 1)
    assert intake.totals.frames == 1
    assert intake.state() is State.LIVE

"""From a camera's data channels to the bus and the store, through everything between them."""

from __future__ import annotations

import asyncio
import io
import json
import random
import time
from contextlib import aclosing
from functools import partial
from uuid import uuid4

import pytest
from django.test import override_settings
from PIL import Image

from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import connect
from streaming.backplane.store import AsyncStore
from streaming.backplane.writer import StoreWriter
from streaming.domain import wire
from streaming.domain.backlog import MAX_FRAMES
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import JPEG
from streaming.domain.demand import LEASE_S, Demand, Want
from streaming.domain.liveness import State
from streaming.publish.intake import MAX_IN_FLIGHT, Intake, Totals
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.refusals import Refusals
from tests.streaming.frames import HEIGHT, PICTURE, WIDTH, frame, video
from tests.streaming.parameters import key_frame
from tests.streaming.publish.webrtc.session import connected
from tests.streaming.waiting import WITHIN_S, end, until

SESSION = 7
PLACE = b"40.446195,-79.982195"

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("complaints")]


@pytest.fixture
async def redis(valkey):
    async with connect() as client:
        yield client


@pytest.fixture
def demand():
    """What the viewers want of the camera."""
    return Demand()


@pytest.fixture
def make_intake(redis, demand):
    """What takes a camera's messages in, publishes and stores them."""
    return partial(
        Intake,
        camera_id=uuid4(),
        slug="front-door",
        session=SESSION,
        totals=Totals(),
        bus=FrameBus(),
        writer=StoreWriter(redis),
        clock=ServerClock(),
        demand=demand,
        codec="auto",
        frame_rate=1000,
        refusals=Refusals(),
    )


@pytest.fixture
async def ends(make_intake):
    """A camera, and its intake."""

    def say(text: str) -> None:
        session.server.peer.send_control(text)

    intake = make_intake(send=say)
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
        assert listening.result()[0] in sent


async def test_a_new_picture_is_stored_and_video_is_not(intake, camera, redis):
    async def stored():
        await intake._writer.flush()
        return await AsyncStore(redis).image(intake.camera_id)

    camera.frames.send(video(SESSION, 1, key=True))
    await until(lambda: intake.totals.frames == 1)
    assert await stored() is None
    camera.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 2)
    image = await stored()
    assert wire.head_of(image.message).order == (SESSION, 1)


async def test_frames_are_counted_and_shown(intake, camera):
    messages = [frame(SESSION, sequence) for sequence in (1, 2, 4)]
    for message in messages:
        camera.frames.send(message)
    await until(lambda: intake.totals.frames == 3)
    timed = {"timed": 3, "delay_ms": intake.totals.delay_ms}
    size = sum(map(len, messages))
    assert intake.totals == Totals(frames=3, bytes=size, dropped=1, **timed)
    assert 0 <= intake.totals.delay_ms < 3000
    assert (intake.width, intake.height) == (WIDTH, HEIGHT)
    assert intake.state() is State.LIVE
    assert 0 <= intake.uplink_ms < 1000


async def test_every_tenth_frame_is_a_sign_of_life_and_each_is_counted(intake, camera, redis):
    for sequence in range(1, 25):
        camera.frames.send(video(SESSION, sequence, key=sequence == 1))
    await until(lambda: intake.totals.frames == 24)
    await intake._writer.flush()
    assert int(await redis.get("frames")) == 24
    seen_at = float(await redis.hget(f"client:{intake.camera_id}", "last_seen"))
    assert abs(seen_at - ServerClock().now_ms()) < 5000


async def test_a_still_beside_video_says_nothing_of_the_size(intake, camera, demand):
    large = broken(
        rendition=wire.Rendition.VIDEO,
        codec=H264,
        width=2 * WIDTH,
        height=2 * HEIGHT,
        payload=key_frame(2 * WIDTH, 2 * HEIGHT),
    )
    still = broken(rendition=wire.Rendition.STILL)
    demand.add(Want(video=(("h264", "vp8"),)), time.monotonic())
    intake.tick()
    for message in large, still:
        camera.frames.send(message)
    await until(lambda: intake.totals.frames == 2)
    assert (intake.width, intake.height) == (2 * WIDTH, 2 * HEIGHT)


def large(message_bytes):
    """A frame whose message has so many bytes."""
    return video(SESSION, 1, key=True).ljust(message_bytes, b"x")


@pytest.mark.parametrize("size", [MAX_BROWSER_MESSAGE_BYTES - 1, MAX_BROWSER_MESSAGE_BYTES])
async def test_a_browser_sends_frames_up_to_its_bound(intake, camera, size):
    camera.frames.send(large(size))
    await until(lambda: intake.totals.frames == 1)
    assert intake.totals.bytes == size


async def test_a_way_in_without_a_browser_takes_frames_up_to_that_of_the_bus(make_intake):
    intake = make_intake(send=lambda text: None, max_message_bytes=wire.MAX_MESSAGE_BYTES)
    intake.frame(large(wire.MAX_MESSAGE_BYTES + 1))
    assert intake.refused == {"too_large": 1}
    intake.frame(large(wire.MAX_MESSAGE_BYTES))
    assert intake.totals.frames == 1


async def test_an_overtaken_frame_goes_nowhere(intake, camera):
    for sequence in (2, 1, 2, 3):
        camera.frames.send(frame(SESSION, sequence))
    await until(lambda: intake.totals.frames == 2)
    assert intake.totals.dropped == 0


def broken(**fields):
    header = {
        "rendition": wire.Rendition.JPEG,
        "codec": JPEG,
        "key": True,
        "session": SESSION,
        "sequence": 1,
        "captured_at": 0.0,
        "width": WIDTH,
        "height": HEIGHT,
        "payload": PICTURE,
    }
    return wire.pack(**{**header, **fields})


def made_by_a_program(generator):
    """A picture as some program might write it: its bytes and its size."""
    size = (generator.randint(1, 80), generator.randint(1, 80))
    image = Image.frombytes("RGB", size, generator.randbytes(3 * size[0] * size[1]))
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = generator.randint(1, 8)
    options = {
        "quality": generator.choice([1, 30, 75, 95, 100]),
        "subsampling": generator.choice([0, 1, 2]),
        "optimize": generator.random() < 0.5,
        "progressive": generator.random() < 0.2,
        "restart_marker_blocks": generator.choice([0, 0, 1, 5]),
    }
    if generator.random() < 0.2:
        options |= {"keep_rgb": True, "subsampling": 0}
    notes = {"exif": exif, "comment": PLACE, "icc_profile": PLACE, "xmp": PLACE, "dpi": (72, 72)}
    options |= {name: value for name, value in notes.items() if generator.random() < 0.4}
    file = io.BytesIO()
    image.convert(generator.choice(["RGB", "RGB", "L", "CMYK"])).save(file, "JPEG", **options)
    tail = generator.choice([b"", PLACE, b"<html>", b"PK\x03\x04"])
    return file.getvalue() + tail, size


async def test_of_whatever_programs_make_the_picture_alone_goes_on(make_intake, monkeypatch):
    intake = make_intake(send=lambda text: None, frame_rate=100_000)
    passed: list[wire.Frame] = []
    monkeypatch.setattr(intake, "_pass_on", passed.append)
    generator = random.Random(15)
    count = 300
    for sequence in range(1, count + 1):
        payload, (width, height) = made_by_a_program(generator)
        message = broken(sequence=sequence, width=width, height=height, payload=payload)
        intake.frame(message)
        if passed and passed[-1].sequence == sequence:
            before, after = (Image.open(io.BytesIO(each)) for each in (payload, passed[-1].payload))
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
            assert PLACE not in passed[-1].message
            assert not after.getexif()
    # Nothing was refused but what is progressive, or of four colours.
    assert intake.refused == {"unsupported": count - len(passed)}
    assert count // 3 < len(passed) < count


async def test_what_comes_above_the_limits_is_dropped_counted_and_said(make_intake):
    said: list[str] = []
    refusals = Refusals()
    intake = make_intake(send=said.append, frame_rate=30, refusals=refusals)
    for sequence in range(1, 531):
        intake.frame(frame(SESSION, sequence))
    # Two seconds of them, and what came due meanwhile.
    assert 90 <= intake.totals.frames < 300
    dropped = 530 - intake.totals.frames
    assert refusals.total["frame_rate_percent"] == dropped
    intake.report()
    assert f'{{"type":"refused","reason":"frame_rate","count":{dropped}}}' in said
    # Video has a rate of its own.
    intake.frame(video(SESSION, 1, key=True))
    assert intake.totals.video_frames == 1


async def test_bytes_above_the_limit_are_dropped_whatever_they_are(make_intake):
    with override_settings(SKYSENTRY={"CAMERA_BYTES_PER_S": 100_000}):
        intake = make_intake(send=lambda text: None)
    for _ in range(5):
        intake.frame(large(MAX_BROWSER_MESSAGE_BYTES - 1))
    intake.frame(b"")
    assert intake.refused == {"bytes_per_s": 5, "empty": 1}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "empty"),
        (b"\x01", "too_short"),
        (bytes(MAX_BROWSER_MESSAGE_BYTES + 1), "too_large"),
        (large(MAX_BROWSER_MESSAGE_BYTES + 1), "too_large"),
        (b"\x02" + frame(SESSION, 1)[1:], "version"),
        (broken(width=0), "size"),
        (broken(width=wire.MAX_SIDE + 1), "size"),
        (broken(width=65535, height=65535), "size"),
        (broken(captured_at=float("nan")), "captured_at"),
        (broken(session=SESSION + 1), "session"),
        (broken(payload=PICTURE[:-2]), "jpeg"),
        (broken(rendition=wire.Rendition.VIDEO, codec=H264), "video"),
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
    assert intake.refused == {reason: 1}
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


async def test_frames_do_not_wait_for_the_answers_to_those_before(intake, valkey):
    expected = [frame(SESSION, number) for number in range(1, MAX_IN_FLIGHT + 1)]
    overtaken, newest = frame(SESSION, 101), frame(SESSION, 102)
    async with aclosing(FrameBus().frames(intake.camera_id)) as heard:
        first = asyncio.ensure_future(anext(heard))
        await until(lambda: _carries_to(first, intake))
        with valkey.frozen():
            for each in (*expected, overtaken, newest):
                intake.frame(each)
        arrived: list[bytes] = []
        async with asyncio.timeout(WITHIN_S):
            while newest not in arrived:
                arrived += [each for each in await anext(heard) if each]
    # No more are in flight: of those that come then, the newest waits.
    assert arrived == [*expected, newest]


async def _carries_to(listener, intake):
    """Whether the bus does by now."""
    await intake._bus.publish(intake.camera_id, b"")
    return listener.done()


async def test_what_is_not_the_absence_of_redis_ends_it(intake, monkeypatch):
    def publish_soon(*_):
        answer = asyncio.get_running_loop().create_future()
        answer.set_exception(TypeError("a bug"))
        return answer

    running = asyncio.create_task(intake.run())
    await asyncio.sleep(0)
    monkeypatch.setattr(intake._bus, "publish_soon", publish_soon)
    intake.frame(frame(SESSION, 1))
    with pytest.raises(TypeError, match="a bug"):
        await running


# Video


class Others:
    """What the other processes hear of the camera: session, sequence, and whether it is video."""

    def __init__(self):
        self.heard = []

    @property
    def video(self):
        return [sequence for is_video, sequence in self.heard if is_video]

    @property
    def pictures(self):
        return [sequence for is_video, sequence in self.heard if not is_video]


@pytest.fixture
async def others(intake, redis):
    others = Others()

    async def listen():
        async with aclosing(FrameBus().frames(intake.camera_id)) as frames:
            async for messages in frames:
                for frame in map(wire.unpack, messages):
                    is_video = frame.rendition is wire.Rendition.VIDEO
                    others.heard.append((is_video, frame.sequence))

    listening = asyncio.create_task(listen())
    await until(lambda: _has_listeners(redis, intake.camera_id))
    yield others
    await end(listening)


async def _has_listeners(redis, camera_id):
    [(_, count)] = await redis.pubsub_numsub(f"asgi__group__camera.{camera_id}")
    return bool(count)


async def test_video_goes_on_in_its_order_and_whole(intake, camera, others):
    for sequence in (1, 3, 2, 4, 4, 5):
        camera.frames.send(video(SESSION, sequence, key=sequence == 1))
    await until(lambda: len(others.video) == 5)
    assert others.video == [1, 2, 3, 4, 5]
    assert intake.totals.dropped == 0


async def test_pictures_and_video_are_numbered_apart(intake, camera, others):
    for sequence in range(1, 6):
        camera.frames.send(video(SESSION, sequence + 40, key=sequence == 1))
        camera.frames.send(frame(SESSION, sequence))
        await until(partial(others.heard.__contains__, (False, sequence)))
    await until(lambda: len(others.video) == 5)
    assert intake.totals.frames == 10
    assert intake.totals.dropped == 0


async def test_in_a_gap_the_camera_is_asked_for_a_key_frame_and_video_goes_on_there(
    intake, camera, others
):
    camera.frames.send(video(SESSION, 1, key=True))
    for sequence in range(3, 20):
        camera.frames.send(video(SESSION, sequence))
    assert await heard(camera, "key_frame") == {"type": "key_frame"}
    camera.frames.send(video(SESSION, 20, key=True))
    await until(lambda: 20 in others.video)
    assert others.video == [1, 20]
    assert intake.totals.dropped == 18
    intake.report()
    assert (await heard(camera, "received"))["lost"] == 18


async def test_bytes_that_came_count_whether_or_not_their_frame_goes_on(intake, camera):
    came = [video(SESSION, 1, key=True), video(SESSION, 3)]
    for message in came:
        camera.frames.send(message)
    await until(lambda: intake.totals.bytes == sum(map(len, came)))
    assert intake.totals.frames == 1


async def test_video_that_redis_does_not_take_goes_on_at_a_key_frame(
    intake, camera, others, valkey
):
    camera.frames.send(video(SESSION, 1, key=True))
    await until(lambda: others.video == [1])
    await asyncio.to_thread(valkey.stop)
    for sequence in range(2, 2 + MAX_FRAMES):
        camera.frames.send(video(SESSION, sequence))
    await heard(camera, "key_frame")
    await asyncio.to_thread(valkey.restart)
    async with asyncio.timeout(9.0):
        sequence = 100
        while others.video[-1] < 100:
            camera.frames.send(video(SESSION, sequence, key=True))
            sequence += 1
            await asyncio.sleep(0.1)
    assert all(number == 1 or number >= 100 for number in others.video)


@pytest.mark.parametrize("setting", ["jpeg", "vp8"])
async def test_a_codec_that_the_setting_does_not_admit_is_refused(intake, camera, setting):
    intake.set_codec(setting)
    camera.frames.send(video(SESSION, 1, key=True))
    await until(lambda: intake.totals.dropped == 1)
    intake.report()
    assert (await heard(camera, "refused"))["reason"] == "codec"


# What is wanted


def say(camera, kind, **fields):
    camera.control.send(json.dumps({"type": kind, **fields}))


def wanted(jpeg=False, video=None):
    return {"type": "wanted", "jpeg": jpeg, "video": video, "protocol": 1}


async def test_a_camera_hears_what_is_wanted_as_soon_as_it_speaks(intake, camera, demand):
    demand.add(Want(jpeg=True, video=(("vp8", "h264"),)), time.monotonic())
    say(camera, "ping", time=1)
    assert await heard(camera, "wanted") == wanted(jpeg=True)
    say(camera, "encoders", codecs=["vp8"])
    assert await heard(camera, "wanted") == wanted(jpeg=True, video="vp8")
    assert intake.wishes.codecs == ("vp8",)


async def test_what_nobody_wants_any_more_is_not_wanted(intake, camera, demand):
    demand.add(Want(jpeg=True), time.monotonic() - LEASE_S + 0.2)
    say(camera, "ping", time=1)
    assert await heard(camera, "wanted") == wanted(jpeg=True)
    await asyncio.sleep(0.25)
    intake.tick()
    assert await heard(camera, "wanted") == wanted()


async def test_frames_count_for_the_mean_while_more_than_stills_is_wanted(intake, camera, demand):
    camera.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.tick()
    assert (intake.totals.wanted_s, intake.totals.wanted_frames) == (0.0, 0)
    demand.add(Want(jpeg=True), time.monotonic())
    intake.tick()
    before_s = intake.totals.wanted_s
    for sequence in (1, 2, 3):
        camera.frames.send(video(SESSION, sequence, key=sequence == 1))
        camera.frames.send(frame(SESSION, sequence + 1))
    await until(lambda: intake.totals.frames == 7)
    intake.tick()
    assert intake.totals.wanted_frames == 3
    assert intake.totals.wanted_s > before_s


async def test_a_camera_that_sends_no_still_lives_by_its_beat(intake, camera):
    camera.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.frame_clock.frame(time.monotonic() - 60)
    assert intake.state() is State.LOST
    say(camera, "ping", time=1)
    await heard(camera, "pong")
    assert intake.state() is State.LIVE


async def test_a_camera_says_by_how_much_it_lowered_its_quality(intake, camera):
    say(camera, "report", captured=30, sent=30, skipped=0, encode_ms=4.0, level=2)
    await until(lambda: intake.level == 2)


@pytest.mark.parametrize(("said", "level"), [(1e308, 100), (-7, 0)])
async def test_a_report_of_what_cannot_be_does_no_harm(intake, camera, said, level):
    camera.control.send(json.dumps({"type": "report", "encode_ms": said, "level": said}))
    camera.control.send('{"type": "ping", "time": 1}')
    await heard(camera, "pong")
    assert intake.level == level
    assert 0 <= intake.encode_ms <= 60_000


@pytest.mark.parametrize("codecs", [None, "vp8", ["vp8", 7], ["vp8"] * 17])
async def test_encoders_that_are_no_list_of_names_are_refused(intake, camera, codecs):
    say(camera, "encoders", codecs=codecs)
    say(camera, "ping", time=2)
    await heard(camera, "pong")
    intake.report()
    assert (await heard(camera, "refused"))["reason"] == "control"
    assert intake.wishes.codecs == ()

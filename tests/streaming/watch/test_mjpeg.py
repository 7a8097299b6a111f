from __future__ import annotations

import asyncio
import contextlib
from contextlib import aclosing

import pytest

from cameras.access import Identity
from cameras.models import Grant
from streaming.backplane.bus import FrameBus
from streaming.backplane.live_state import LiveState
from streaming.domain.limits import Limit
from streaming.domain.liveness import State
from streaming.protocol.notices import Wants
from streaming.watch import mjpeg
from streaming.watch.mjpeg import MjpegStream, Place, StreamSlots
from tests.streaming.frames import PICTURE, frame, video
from tests.streaming.groups import listeners
from tests.streaming.waiting import WITHIN_S, end, until

PART = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE

pytestmark = pytest.mark.django_db(transaction=True)


class Wire:
    """A connection whose other end reads what it likes."""

    pending = 0
    is_aborted = False

    def abort(self):
        self.is_aborted = True


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def slots(settings):
    settings.SKYSENTRY = {"STREAMS": 2, "STREAMS_PER_READER": 1}
    return StreamSlots()


@pytest.fixture
def stream(viewer, wire, node, camera, slots):
    identity = Identity(viewer.pk, None, None)
    place = slots.reserve("vera")
    return MjpegStream(node.hub, camera.pk, identity, "vera", "192.0.2.7", node.start, place, wire)


@pytest.fixture
async def body(stream, camera, writer):
    writer.live(camera.pk, LiveState(state=State.LIVE, session=7), publishing=True)
    await writer.flush()
    async with aclosing(aiter(stream)) as body:
        assert await anext(body) == b"--frame\r\n"
        yield body


async def following(body):
    async with asyncio.timeout(WITHIN_S):
        return await anext(body)


async def has_ended(body):
    async with asyncio.timeout(WITHIN_S):
        return [part async for part in body] == []


@pytest.fixture
async def publish(redis, camera):
    async def publish(message):
        await until(lambda: listeners(redis, f"camera.{camera.pk}"))
        await FrameBus().publish(camera.pk, message)

    return publish


async def test_each_picture_is_a_part_with_the_boundary_behind_it(body, publish):
    await publish(frame(7, 1))
    assert await following(body) == PART + b"\r\n--frame\r\n"
    await publish(frame(7, 2))
    assert await following(body) == PART + b"\r\n--frame\r\n"


async def test_video_is_for_others(body, publish):
    await publish(video(7, 1))
    await publish(frame(7, 1))
    assert await following(body) == PART + b"\r\n--frame\r\n"


async def test_it_wants_jpeg(body, hub, camera):
    async def is_wanted():
        async with aclosing(FrameBus().notices()) as notices:
            async for notice in notices:
                if isinstance(notice, Wants) and camera.pk in notice.cameras:
                    return notice.cameras[camera.pk].jpeg

    async with asyncio.timeout(WITHIN_S):
        assert await is_wanted()


async def test_a_client_that_reads_slowly_gets_the_newest_picture(body, publish, wire, stream):
    await publish(frame(7, 1, captured_at=1.0))
    await following(body)
    wire.pending = 1
    asked = asyncio.create_task(following(body))
    for sequence in range(2, 5):
        await publish(frame(7, sequence, captured_at=float(sequence)))
    await until(lambda: stream.seat(None).skipped == 2)
    assert not asked.done()
    wire.pending = 0
    await asked
    assert not stream.seat(None).is_waiting


async def test_a_client_that_reads_nothing_is_cut_off(body, publish, wire, hub, monkeypatch):
    monkeypatch.setattr(mjpeg, "STUCK_AFTER_S", 0.1)
    await publish(frame(7, 1))
    await following(body)
    wire.pending = 1
    asked = asyncio.create_task(has_ended(body))
    await until(lambda: wire.is_aborted)
    assert await asked
    assert hub.outlets.cut_off == 1


async def test_who_waits_for_the_camera_is_not_stuck(body, publish, wire, monkeypatch):
    monkeypatch.setattr(mjpeg, "STUCK_AFTER_S", 0.1)
    await publish(frame(7, 1))
    await following(body)
    asked = asyncio.create_task(following(body))
    await asyncio.sleep(2 * mjpeg._LOOK_EVERY_S)
    assert not wire.is_aborted
    await publish(frame(7, 2))
    assert await asked


async def test_it_ends_when_the_camera_has_been_silent_for_long(body, monkeypatch):
    monkeypatch.setattr(mjpeg, "QUIET_S", 0.1)
    assert await has_ended(body)


async def test_it_ends_with_the_right_to_watch(body, publish, viewer):
    await publish(frame(7, 1))
    await following(body)
    asked = asyncio.create_task(has_ended(body))
    await Grant.objects.filter(user=viewer).adelete()
    assert await asked


async def test_it_ends_with_the_process(body, node):
    asked = asyncio.create_task(has_ended(body))
    await asyncio.sleep(0)
    await end(node.start())
    assert await asked


async def test_who_has_gone_leaves_nothing_behind(body, stream, hub):
    assert len(hub._viewers) == 1
    # As Django does, wherever it is.
    await asyncio.to_thread(stream.close)
    await until(lambda: not hub._viewers)
    assert not stream.cameras
    assert await has_ended(body)


async def test_who_goes_while_redis_is_asked_leaves_nothing_behind(
    stream, slots, node, camera, monkeypatch
):
    asked = asyncio.Event()

    async def live(_camera_ids):
        # As redis-py does under Python 3.11: the cancellation comes when all is done, and is lost.
        asked.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(WITHIN_S)
        return [LiveState(state=State.LIVE, session=7)]

    monkeypatch.setattr(node.hub._store, "live", live)
    reading = asyncio.create_task(consume(stream))
    await asked.wait()
    reading.cancel()
    await asyncio.wait([reading], timeout=WITHIN_S)
    assert reading.cancelled()
    assert not node.hub._viewers
    assert not node.hub._relays
    assert isinstance(slots.reserve("vera"), Place)


async def consume(stream):
    async with aclosing(aiter(stream)) as body:
        async for _part in body:
            pass


def test_places_are_few_for_each_reader_and_for_all(slots):
    assert isinstance(slots.reserve("vera"), Place)
    assert slots.reserve("vera") is Limit.STREAMS_PER_READER
    assert isinstance(slots.reserve("olga"), Place)
    assert slots.reserve("stan") is Limit.STREAMS


def test_a_place_that_no_stream_began_to_hold_is_free_again(slots, monkeypatch):
    monkeypatch.setattr(mjpeg, "BEGIN_WITHIN_S", 0.0)
    assert isinstance(slots.reserve("vera"), Place)
    assert isinstance(slots.reserve("vera"), Place)


def test_a_place_that_a_stream_holds_is_free_once_given_back(slots, monkeypatch):
    monkeypatch.setattr(mjpeg, "BEGIN_WITHIN_S", 0.0)
    place = slots.reserve("vera")
    assert place.begin()
    assert slots.reserve("vera") is Limit.STREAMS_PER_READER
    place.free()
    place.free()
    assert isinstance(slots.reserve("vera"), Place)


async def test_a_stream_whose_place_went_to_another_ends_at_once(stream, slots, hub, monkeypatch):
    monkeypatch.setattr(stream._place, "until_s", 0.0)
    assert isinstance(slots.reserve("vera"), Place)
    assert [part async for part in stream] == []
    assert not hub._viewers

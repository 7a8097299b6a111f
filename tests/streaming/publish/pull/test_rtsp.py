from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import av
import pytest

from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull import rtsp
from streaming.publish.pull.media import Credentials, SourceError
from streaming.publish.pull.rtsp import rtsp_pictures
from tests.streaming.publish.pull.rtsp_server import FPS, GROUP, Behaviour, camera

OWNER = Credentials("owner", 'p:ä"\\ss wörd')


async def taken(it, count, credentials=None):
    """So many pictures."""
    pictures = []
    async with rtsp_pictures(it.place, credentials) as stream:
        async for picture in stream:
            pictures.append(picture)
            if len(pictures) == count:
                break
    return pictures


async def error_of(it, credentials=None, count=1000):
    with pytest.raises(SourceError) as raised:
        await taken(it, count, credentials)
    return raised.value


def bars(pictures):
    """Where the bar is in each picture, as a decoder shows it."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for each in pictures for frame in decoder.decode(av.Packet(each.data))]
    frames += decoder.decode(None)
    return [_bar(frame.planes[0]) for frame in frames]


def _bar(plane):
    row = bytes(plane)[64 * plane.line_size :][:160]
    return row.index(max(row))


async def test_every_picture_comes_whole_and_in_order():
    async with camera() as it:
        pictures = await taken(it, 25)
        await it.closed.wait()
    assert [each.key for each in pictures] == [number % GROUP == 0 for number in range(25)]
    at = bars(pictures)
    assert len(at) == 25
    assert at == sorted(at)
    assert len(set(at)) > 20
    steps = [b.media_s - a.media_s for a, b in pairwise(pictures)]
    assert steps == [pytest.approx(1 / FPS)] * 24
    assert it.asked == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert all("User-Agent: SkySentry\r\n" in request for request in it.requests)
    assert "/live?channel=1/trackID=1 RTSP" in it.requests[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": "4-5", "first_channel": 4},
        {"channels": "0-1", "first_channel": 6},
        {"rubbish": b"log: 12:00 all is well\n"},
        {"parameters_in_stream": False},
        {"has_parameters": False},
        {"first_key": 7},
        {"control": "rtsp://10.9.8.7/live/track/"},
        {"control": "/track"},
        {"base": "rtsp://10.9.8.7:99/live/"},
        {"early": True},
        {"asks": "OPTIONS", "at": 2},
    ],
    ids=str,
)
async def test_odd_cameras_are_read(changes):
    async with camera(**changes) as it:
        pictures = await taken(it, 12)
    assert pictures[0].key
    assert len(bars(pictures)) == 12


async def test_what_a_camera_is_asked_is_at_the_address_it_names_and_stays_on_its_connection():
    async with camera(control="rtsp://10.9.8.7/live/track/") as it:
        await taken(it, 1)
    assert it.requests[2].startswith("SETUP rtsp://10.9.8.7/live/track/ RTSP/1.0")


async def test_after_a_loss_pictures_go_on_at_the_next_key_frame():
    async with camera(loses=frozenset({4})) as it:
        pictures = await taken(it, 8)
    numbers = [round((each.media_s - pictures[0].media_s) * FPS) for each in pictures]
    assert numbers == [0, 1, 2, 3, 10, 11, 12, 13]
    assert pictures[4].key


async def test_a_jump_in_time_is_left_in():
    async with camera(jump_s=3600.0) as it:
        pictures = await taken(it, 20)
    assert pictures[19].media_s - pictures[0].media_s == pytest.approx(3600 + 19 / FPS)


@pytest.mark.parametrize("basic", [False, True])
async def test_user_and_password_may_have_any_characters(basic):
    way = Behaviour(user=OWNER.user, password=OWNER.password, basic=basic)
    async with camera(way) as it:
        assert len(await taken(it, 2, OWNER)) == 2
    assert OWNER.password not in "".join(it.requests)


@pytest.mark.parametrize("basic", [False, True])
@pytest.mark.parametrize("credentials", [None, Credentials("owner", "wrong")])
async def test_a_wrong_password_is_refused_after_one_try(basic, credentials):
    async with camera(user="owner", password="right", basic=basic) as it:
        error = await error_of(it, credentials)
    assert error.code is SourceErrorCode.REFUSED
    assert len(it.asked) <= 2
    assert "wrong" not in repr(error)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "302 Moved", "headers": "Location: rtsp://10.0.0.1/\r\n"}, "redirected"),
        ({"status": "404 Not Found"}, "not_found"),
        ({"status": "500 Oops"}, "failed"),
        ({"endless_description": True}, "too_large"),
        ({"media": "audio"}, "no_video"),
        ({"encoding": "MP4V-ES"}, "codec"),
        ({"b_frames": 2}, "reordered"),
        ({"ends": True}, "unreachable"),
        ({"asks": "REDIRECT"}, "redirected"),
        ({"rubbish": b"x" * 70_000}, "malformed"),
        ({"base": "nowhere", "control": "/track"}, "malformed"),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_what_a_camera_does_wrong_is_said(changes, code):
    async with camera(**changes) as it:
        error = await error_of(it)
    assert error.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"hangs_at": "OPTIONS"},
        {"hangs_at": "PLAY"},
        {"drips": True},
        {"goes_silent": True},
    ],
    ids=str,
)
async def test_a_camera_that_hangs_is_left(changes, monkeypatch):
    monkeypatch.setattr(rtsp, "CONNECT_TIMEOUT_S", 0.5)
    monkeypatch.setattr(rtsp, "SILENT_AFTER_S", 0.5)
    async with camera(**changes) as it:
        error = await error_of(it)
    assert error.code is SourceErrorCode.SILENT


async def test_where_nothing_listens_nothing_is_reached():
    async with camera() as it:
        place = it.place
    with pytest.raises(SourceError) as raised:
        async with rtsp_pictures(place, None):
            pass
    assert raised.value.code is SourceErrorCode.UNREACHABLE


async def test_the_session_is_kept_alive_and_reported_on(monkeypatch):
    monkeypatch.setattr(rtsp, "REPORT_EVERY_S", 0.2)
    monkeypatch.setattr(rtsp, "_MIN_SESSION_S", 0.3)
    async with camera(session=";timeout=0") as it:
        await taken(it, 45)
    assert it.asked.count("GET_PARAMETER") >= 2
    assert "Session: 12345678\r\n" in it.requests[-1]
    assert len(it.reports) >= 2


async def test_leaving_does_not_wait_for_the_camera():
    async with camera() as it:
        async with rtsp_pictures(it.place, None) as stream:
            await anext(stream)
            reading = asyncio.create_task(_read(stream))
            await asyncio.sleep(0.05)
            began_s = time.process_time()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        assert time.process_time() - began_s < 0.05
        await asyncio.wait_for(it.closed.wait(), 5)
        assert it.asked[-1] == "TEARDOWN"


async def _read(stream):
    async for _ in stream:
        pass

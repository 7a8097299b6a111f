from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from streaming.backplane import server_time
from streaming.backplane.live_state import SILENT_MS, WATCHING_MS, LiveState
from streaming.backplane.server_time import Reading
from streaming.backplane.store import IMAGE_TTL_S, AsyncStore
from streaming.domain.liveness import State

CAMERA = uuid4()
HOUR_MS = 3_600_000


@pytest.fixture
async def live(now_ms):
    return LiveState(
        state=State.LIVE,
        session=7,
        publisher="olga",
        transport="webrtc",
        connected_at=now_ms - 60_000,
        last_seen=now_ms,
        width=640,
        height=480,
        fps=29.5,
        bits_per_s=9_600_000.0,
        frames=1770,
        bytes=70_800_000,
        dropped=3,
        uplink_ms=12.5,
        codecs=("h264", "vp8"),
        video="h264",
        jpeg=True,
        level=2,
        video_frames=1700,
    )


async def test_a_state_is_read_as_it_was_written(store, reader, writer, live):
    writer.live(CAMERA, live, publishing=True)
    await writer.flush()
    assert await store.live([CAMERA]) == reader.live([CAMERA]) == [live]


async def test_states_come_in_the_order_asked(store, writer, live):
    cameras = [uuid4() for _ in range(3)]
    for session, camera in enumerate(cameras):
        writer.live(camera, replace(live, session=session), publishing=True)
    await writer.flush()
    asked = [cameras[2], cameras[0], uuid4(), cameras[1]]
    assert [state.session for state in await store.live(asked)] == [2, 0, 0, 1]


async def test_a_camera_nobody_knows_is_off(store, reader):
    assert await store.live([CAMERA]) == reader.live([CAMERA]) == [LiveState(state=State.OFF)]


async def test_a_clock_of_redis_that_was_just_set_makes_nothing_silent(
    redis, reader, writer, live, now_ms, monkeypatch
):
    writer.live(CAMERA, live, publishing=True)
    writer.watching(CAMERA, "a", ["olga"], now_ms)
    await writer.flush()
    ahead = Reading(now_ms + HOUR_MS, "")
    monkeypatch.setattr(server_time, "read", lambda time, shift: ahead)
    [told] = await AsyncStore(redis, lambda: now_ms).live([CAMERA])
    assert (told.state, told.watching) == (State.LIVE, ("olga",))
    assert reader.live([CAMERA], now_ms) == [told]


async def test_nothing_asked_is_nothing_answered(store):
    assert await store.live([]) == []


@pytest.mark.parametrize("state", [State.CONNECTING, State.LIVE, State.PAUSED])
async def test_a_state_that_nobody_refreshes_is_lost(store, writer, live, state):
    silent = replace(live, state=state, last_seen=live.last_seen - SILENT_MS - 1)
    writer.live(CAMERA, silent, publishing=True)
    await writer.flush()
    [read] = await store.live([CAMERA])
    assert (read.state, read.session) == (State.LOST, 7)
    # Its process is silent, not the camera.
    assert (read.reason, read.since) == ("process", silent.last_seen)
    assert (read.fps, read.bits_per_s) == (0, 0)


async def test_a_camera_that_stopped_stays_off_and_says_why(store, writer, live):
    stopped = LiveState(state=State.OFF, reason="stopped", session=7, last_seen=0)
    writer.live(CAMERA, stopped, publishing=False)
    await writer.flush()
    assert await store.live([CAMERA]) == [stopped]


async def test_a_field_that_is_not_known_is_left_aside(store, redis, writer, live):
    writer.live(CAMERA, live, publishing=True)
    await writer.flush()
    await redis.hset(f"client:{CAMERA}", "of_a_newer_version", "1")
    assert await store.live([CAMERA]) == [live]


# Who watches


async def test_those_who_watch_are_known_over_all_processes(store, writer, now_ms):
    writer.watching(CAMERA, "web-1", ["vera", ""], now_ms)
    await writer.flush()
    writer.watching(CAMERA, "web-2", ["olga"], now_ms)
    await writer.flush()
    [state] = await store.live([CAMERA])
    assert sorted(state.watching) == ["", "olga", "vera"]


async def test_whoever_left_watches_no_more(store, writer, now_ms):
    for names in ["vera"], []:
        writer.watching(CAMERA, "web-1", names, now_ms)
        await writer.flush()
    [state] = await store.live([CAMERA])
    assert state.watching == ()


async def test_viewers_of_a_process_that_died_are_forgotten(store, redis, writer, now_ms):
    writer.watching(CAMERA, "web-1", ["vera"], now_ms - WATCHING_MS - 1)
    await writer.flush()
    writer.watching(CAMERA, "web-2", ["olga"], now_ms)
    await writer.flush()
    [state] = await store.live([CAMERA])
    assert state.watching == ("olga",)
    assert 0 < await redis.ttl(f"watching:{CAMERA}") <= IMAGE_TTL_S

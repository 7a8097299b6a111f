"""Video and those who decode it; others go on seeing pictures."""

from __future__ import annotations

import asyncio

import pytest

from streaming.protocol.notices import KeyFrame
from streaming.watch import relay as relay_module
from streaming.watch import seat as seats
from tests.streaming.frames import frame, video
from tests.streaming.waiting import until
from tests.streaming.watch.watchers import video_viewer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_who_decodes_video_is_shown_it_from_a_key_frame_on(
    hub, watch, live, bus, camera, owner
):
    watcher = await video_viewer(hub, watch, live, camera, owner)
    for message in video(7, 4), video(7, 5, key=True), video(7, 6), frame(7, 1), video(7, 7):
        await bus.publish(camera.pk, message)
    await until(lambda: (7, 7) in watcher.frames)
    assert watcher.frames == [(7, 5), (7, 6), (7, 7)]


async def test_after_a_gap_it_goes_on_at_a_key_frame_that_is_asked_for(
    hub, watch, live, bus, noticed, camera, owner
):
    watcher = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await bus.publish(camera.pk, video(7, 3))
    await until(lambda: KeyFrame(camera.pk) in noticed)
    await bus.publish(camera.pk, video(7, 4))
    await bus.publish(camera.pk, video(7, 5, key=True))
    await until(lambda: (7, 5) in watcher.frames)
    assert watcher.frames == [(7, 1), (7, 5)]


async def test_who_joins_late_catches_up_with_the_chain(hub, watch, live, bus, camera, owner):
    first = await video_viewer(hub, watch, live, camera, owner)
    chain = [(7, 1), (7, 2), (7, 3)]
    for _, sequence in chain:
        await bus.publish(camera.pk, video(7, sequence, key=sequence == 1))
    await until(lambda: first.frames == chain)
    late = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 4))
    await until(lambda: late.frames == [*chain, (7, 4)])


async def test_who_joins_a_long_chain_gets_a_key_frame(
    hub, watch, live, bus, noticed, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    length = relay_module.MAX_KEPT + 1
    for sequence in range(1, length + 1):
        await bus.publish(camera.pk, video(7, sequence, key=sequence == 1))
    await until(lambda: len(first.frames) == length)
    late = await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: KeyFrame(camera.pk) in noticed)
    await bus.publish(camera.pk, video(7, length + 1))
    await bus.publish(camera.pk, video(7, length + 2, key=True))
    await until(lambda: (7, length + 2) in late.frames)
    assert late.frames == [(7, length + 2)]


async def test_where_video_stalls_pictures_are_shown_until_the_next_key_frame(
    hub, watch, live, bus, camera, owner, monkeypatch
):
    monkeypatch.setattr(seats, "VIDEO_STALLS_S", 0.2)
    watcher = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await until(lambda: watcher.frames == [(7, 1)])
    await asyncio.sleep(0.3)
    for message in frame(7, 11), video(7, 2), video(7, 3, key=True), frame(7, 12), video(7, 4):
        await bus.publish(camera.pk, message)
    await until(lambda: (7, 4) in watcher.frames)
    assert watcher.frames == [(7, 1), (7, 11), (7, 3), (7, 4)]


async def test_who_joins_is_not_shown_video_that_has_ended(
    monkeypatch, hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await until(lambda: first.frames == [(7, 1)])
    monkeypatch.setattr(relay_module, "VIDEO_STALLS_S", 0)
    late = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 2, key=True))
    await until(lambda: (7, 2) in late.frames)
    assert late.frames == [(7, 2)]


async def test_who_joins_is_not_shown_video_of_an_earlier_session(
    hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    for message in video(7, 1, key=True), frame(8, 1):
        await bus.publish(camera.pk, message)
    await until(lambda: first.states[-1].session == 8)
    await live(session=8, codecs=("h264",), video="h264")
    late = await watch(camera, owner)
    late.seat(camera.pk).choice.codecs = ("h264",)
    hub.choose(late, camera.pk)
    await bus.publish(camera.pk, video(8, 1, key=True))
    await until(lambda: (8, 1) in late.frames[1:])
    assert late.frames == [(8, 1), (8, 1)]


async def test_who_joins_is_not_shown_a_picture_of_an_earlier_session(
    hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    for message in frame(7, 1), video(8, 1, key=True):
        await bus.publish(camera.pk, message)
    await until(lambda: (8, 1) in first.frames)
    late = await watch(camera, owner)
    assert late.frames == []


async def test_others_go_on_seeing_jpeg(hub, watch, live, bus, camera, owner, viewer):
    first = await video_viewer(hub, watch, live, camera, owner)
    second = await watch(camera, viewer)
    await bus.publish(camera.pk, video(7, 1, key=True))
    for sequence in 11, 12:
        await bus.publish(camera.pk, frame(7, sequence))
    await bus.publish(camera.pk, video(7, 2))
    await until(lambda: (7, 2) in first.frames)
    assert (first.frames, second.frames) == ([(7, 1), (7, 2)], [(7, 11), (7, 12)])

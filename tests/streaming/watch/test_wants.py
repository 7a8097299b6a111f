from __future__ import annotations

import time

import pytest

from streaming.domain.demand import Want
from streaming.watch import wants
from tests.streaming.waiting import until
from tests.streaming.watch.watchers import last_wants, video_viewer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_who_takes_the_camera_over_is_told_at_once_what_is_wanted(
    hub, watch, live, noticed, camera, owner
):
    await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    noticed.clear()
    began_s = time.monotonic()
    await live(codecs=("h264", "vp8"), video="")
    await until(lambda: last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    assert time.monotonic() - began_s < wants._EVERY_S / 2


async def test_what_viewers_want_is_said_at_once(hub, watch, live, noticed, camera, owner, viewer):
    await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    other = await watch(camera, viewer)
    await until(lambda: last_wants(noticed) == {camera.pk: Want(True, (("h264",),))})
    hub.remove(other)
    await until(lambda: last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})

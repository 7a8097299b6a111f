"""Frames over the publish socket, where WebRTC cannot connect."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from channels.db import database_sync_to_async

from cameras.models import CaptureSession, Grant, PublishKey, Role
from streaming import conf
from streaming.backplane.bus import FrameBus
from streaming.domain import wire
from streaming.domain.demand import Want
from streaming.domain.liveness import State
from streaming.process.web import WebNode
from streaming.publish import publication
from streaming.publish.admission import Refused
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.streaming.frames import frame
from tests.streaming.phone import Phone
from tests.streaming.publish.conditions import has_ended, is_free, is_in
from tests.streaming.waiting import WITHIN_S, end, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


class Streaming:
    """A camera whose frames go over its publish socket."""

    def __init__(self, socket):
        self.socket = socket
        self.session = 0
        self.sequence = 0

    async def stream(self, **fields):
        await self.socket.say("stream", **fields)
        said = await self.socket.hear("streaming")
        self.session, self.resume = said["session"], said["resume"]
        return said

    async def film(self):
        self.sequence += 1
        await self.socket.send_to(bytes_data=frame(self.session, self.sequence))
        return self.session, self.sequence

    async def hear(self, kind):
        [*_, said] = await self.socket.hear_until(lambda said: said["type"] == kind)
        return said


@pytest.fixture
async def open_socket(dial, camera):
    """Opens publish sockets, which have authenticated."""

    async def open_socket(who=None, key=None):
        socket = await dial(f"/ws/publish/{camera.slug}/", who)
        await socket.say("authenticate", key=key)
        await socket.hear("welcome")
        return Streaming(socket)

    return open_socket


@pytest.fixture
async def streaming(open_socket, owner):
    """The owner's camera, whose frames go over its publish socket."""
    streaming = await open_socket(owner)
    await streaming.stream()
    return streaming


async def seen_by(page, camera):
    await camera.film()
    return any(isinstance(said, bytes) for said in await page.heard())


async def of(session):
    return await CaptureSession.objects.aget(pk=session)


async def test_what_it_films_is_seen(streaming, watching):
    await until(lambda: seen_by(watching, streaming))


async def test_a_frame_arrives_as_it_was_sent(streaming, watching):
    order = await streaming.film()
    [*_, said] = await watching.hear_until(lambda said: isinstance(said, bytes))
    assert wire.unpack(said).order == order


async def test_its_session_says_by_which_way_it_came(streaming, store, camera):
    assert (await of(streaming.session)).transport == "websocket"
    await until(lambda: is_in(State.CONNECTING, store, camera))
    [live] = await store.live([camera.pk])
    assert (live.session, live.transport) == (streaming.session, "websocket")


async def test_the_control_messages_share_the_socket(streaming, store, camera):
    await streaming.socket.say("ping", time=12.5, paused="hidden")
    assert (await streaming.hear("pong"))["time"] == 12.5
    await until(lambda: is_in(State.PAUSED, store, camera))
    await streaming.socket.say("report", captured=1, sent=1, skipped=0, encode_ms=7)
    assert (await streaming.hear("received"))["frames"] == 0


async def test_it_hears_who_watches(streaming, watching):
    while (await streaming.hear("watching"))["names"] != ["olga"]:
        pass


async def test_it_hears_what_the_camera_is_called_now(streaming, camera):
    camera.name = "Porch"
    await database_sync_to_async(camera.save)()
    assert (await streaming.hear("renamed"))["name"] == "Porch"


async def test_a_refused_frame_is_told_and_ends_nothing(streaming, watching):
    await streaming.socket.send_to(bytes_data=b"no frame")
    assert (await streaming.hear("refused"))["reason"] == "too_short"
    await until(lambda: seen_by(watching, streaming))


async def test_a_frame_over_the_bound_of_browsers_is_refused(streaming):
    await streaming.socket.send_to(bytes_data=bytes(MAX_BROWSER_MESSAGE_BYTES + 1))
    assert (await streaming.hear("refused"))["reason"] == "too_large"


async def test_a_control_message_stays_small(streaming):
    await streaming.socket.say("report", filler="x" * 17_000)
    assert (await streaming.hear("error"))["code"] == "bad_message"
    assert await streaming.socket.close_code() == 4400


@pytest.mark.parametrize("early", [b"frame", "ping"])
async def test_before_it_streams_frames_and_beats_are_bad_messages(open_socket, owner, early):
    camera = await open_socket(owner)
    if isinstance(early, bytes):
        await camera.socket.send_to(bytes_data=early)
    else:
        await camera.socket.say("ping", time=1)
    await camera.socket.is_refused("bad_message")


async def test_it_streams_once(streaming):
    await streaming.socket.say("stream")
    assert (await streaming.hear("error"))["code"] == "bad_message"


async def test_a_camera_that_stops_is_recorded_with_all_that_came(streaming, watching):
    await until(lambda: seen_by(watching, streaming))
    await streaming.socket.say("bye")
    assert (await streaming.hear("ended"))["reason"] == "stopped"
    assert await streaming.socket.close_code() == 1000
    await until(lambda: has_ended(streaming.session, "stopped"))
    assert (await of(streaming.session)).frames == streaming.sequence


async def test_without_its_socket_it_is_lost_and_over(streaming, store, camera, monkeypatch):
    monkeypatch.setattr(publication, "LOST_AFTER_S", 0.3)
    await streaming.socket.disconnect()
    await until(lambda: has_ended(streaming.session, "signaling_lost"))
    await until(lambda: is_free(store, camera))


async def test_after_a_break_it_goes_on_as_the_same_session(streaming, open_socket, owner):
    await streaming.socket.disconnect()
    again = await open_socket(owner)
    said = await again.stream(resume=streaming.resume)
    assert (said["session"], said["resumed"]) == (streaming.session, True)


async def test_a_second_camera_is_told_who_streams(streaming, open_socket, superuser):
    other = await open_socket(superuser)
    await other.socket.say("stream")
    assert (await other.socket.is_refused("camera_busy"))["publisher"] == "olga"


async def test_a_streaming_camera_is_told_who_takes_over(streaming, phone, superuser):
    other = await phone(superuser)
    await other.offer(take_over=True)
    await other.connect()
    ended = await streaming.hear("ended")
    assert (ended["reason"], ended["by"]) == ("taken_over", superuser.username)
    assert superuser.username in ended["message"]


async def test_a_stream_takes_over_from_webrtc(filming, open_socket, superuser, watching):
    other = await open_socket(superuser)
    await other.stream(take_over=True)
    assert await filming.ended() == "taken_over"
    await until(lambda: seen_by(watching, other))


async def test_a_revoked_key_ends_the_stream(open_socket, camera):
    key, secret = await database_sync_to_async(PublishKey.issue)(camera=camera, name="Phone")
    streaming = await open_socket(key=secret)
    await streaming.stream()
    await database_sync_to_async(key.revoke)()
    assert (await streaming.hear("ended"))["reason"] == "not_allowed"


@pytest.mark.parametrize("loss", ["grant", "account"])
async def test_a_key_ends_its_stream_when_its_maker_loses_the_right(
    open_socket, camera, stranger, loss
):
    await Grant.objects.acreate(camera=camera, user=stranger, role=Role.MANAGE)
    _, secret = await database_sync_to_async(PublishKey.issue)(
        camera=camera, name="Phone", created_by=stranger
    )
    streaming = await open_socket(key=secret)
    await streaming.stream()
    if loss == "grant":
        await Grant.objects.all().adelete()
    else:
        stranger.is_active = False
        await stranger.asave()
    assert (await streaming.hear("ended"))["reason"] == "not_allowed"


async def test_a_page_that_speaks_for_no_peer_cannot_attach_to_a_stream(
    streaming, open_socket, owner
):
    other = await open_socket(owner)
    await other.socket.say("attach", resume=streaming.resume)
    await other.socket.is_refused("gone")


async def test_a_web_process_that_stops_says_so(streaming, node: WebNode):
    await end(node.start(), patience_s=5.0)
    assert (await streaming.hear("ended"))["reason"] == "server_stopped"
    await until(lambda: has_ended(streaming.session, "server_stopped"))


# From the socket to WebRTC


@pytest.fixture
async def try_webrtc(ingest, streaming):
    """Offers a peer on the socket that streams; gives it, with the answer it has not taken."""
    phones = []

    async def try_webrtc():
        phone = Phone(streaming.socket)
        phones.append(phone)
        await phone.offer()
        answer = await streaming.hear("answer")
        phone.session, phone.sequence = answer["session"], streaming.sequence
        return phone, answer["sdp"]

    yield try_webrtc
    for phone in phones:
        await phone.close()


@pytest.fixture
async def upgrade(try_webrtc, node):
    """Lets the camera that streams go on over a peer."""

    async def upgrade():
        phone, sdp = await try_webrtc()
        await phone.camera.accept(sdp)
        await phone.camera.opened()
        await until(lambda: not node.registry)
        return phone

    return upgrade


async def test_webrtc_goes_on_with_the_session(upgrade, streaming, watching):
    upgraded = await upgrade()
    assert upgraded.session == streaming.session
    order = upgraded.film()
    await watching.hear_until(
        lambda said: isinstance(said, bytes) and wire.head_of(said).order == order
    )
    assert (await of(streaming.session)).transport == "webrtc"
    assert not any(said["type"] == "ended" for said in await streaming.socket.heard())


async def test_the_socket_speaks_for_the_peer_from_then_on(upgrade, streaming):
    await upgrade()
    await streaming.socket.say("bye")
    assert (await streaming.hear("ended"))["reason"] == "stopped"


async def test_frames_that_still_come_over_the_socket_are_let_go(upgrade, streaming):
    await upgrade()
    await streaming.film()
    await streaming.socket.say("ping", time=1)
    await streaming.socket.say("bye")
    assert (await streaming.hear("ended"))["reason"] == "stopped"


async def test_what_came_on_both_ways_is_added_up(upgrade, streaming):
    for _ in range(3):
        await streaming.film()
    upgraded = await upgrade()
    for _ in range(2):
        upgraded.film()
    while (await upgraded.told("received"))["frames"] < 2:
        pass
    await streaming.socket.say("bye")
    await streaming.hear("ended")
    await until(lambda: has_ended(streaming.session, "stopped"))
    assert (await of(streaming.session)).frames == 5


async def test_a_peer_that_never_connects_changes_nothing(
    try_webrtc, streaming, watching, monkeypatch
):
    monkeypatch.setattr("streaming.publish.admission.NEGOTIATION_TIMEOUT_S", 0.3)
    await try_webrtc()
    await until(is_given_up)
    await until(lambda: seen_by(watching, streaming))


def is_given_up():
    return not any("IngestNode._publish" in repr(task) for task in asyncio.all_tasks())


async def test_another_attempt_may_follow_one_that_failed(try_webrtc):
    for _ in range(2):
        phone, _sdp = await try_webrtc()
        await phone.close()


async def test_a_newer_upgrade_ends_the_one_before(try_webrtc, ingest):
    for _ in range(3):
        await try_webrtc()
    await until(lambda: len(upgrades()) == 1)


def upgrades():
    return [task for task in asyncio.all_tasks() if "IngestNode._publish" in repr(task)]


async def test_an_upgrade_ends_with_the_socket_that_streams(try_webrtc, streaming):
    await try_webrtc()
    await streaming.socket.disconnect(timeout=WITHIN_S)
    await until(lambda: not upgrades())


async def test_an_upgrade_too_many_leaves_the_stream_as_it_is(
    streaming, watching, node, camera, ingest
):
    for _ in range(conf.get().NEGOTIATIONS_PER_CAMERA):
        with suppress(Refused):
            node.admission.count_request(camera)
    phone = Phone(streaming.socket)
    await phone.offer()
    refused = await streaming.hear("error")
    assert (refused["code"], refused["retry_after_s"] > 0) == ("unavailable", True)
    await until(lambda: seen_by(watching, streaming))
    await phone.close()


async def test_an_upgrade_of_a_session_that_is_gone_is_refused(ingest, streaming):
    await CaptureSession.objects.all().adelete()
    phone = Phone(streaming.socket)
    await phone.offer()
    assert (await streaming.hear("error"))["code"] == "gone"
    await phone.close()


# What is wanted


def wanted(jpeg, video):
    return {"type": "wanted", "jpeg": jpeg, "video": video, "protocol": 1}


async def test_wishes_go_over_the_socket_too(open_socket, owner, camera, hub):
    phone = await open_socket(owner)
    await phone.stream()
    await phone.socket.say("encoders", codecs=["vp8"])
    assert (await phone.hear("wanted"))["video"] is None
    asked_s = time.monotonic()
    await FrameBus().want("a web process", {camera.pk: Want(video=(("h264", "vp8"),))})
    assert await phone.hear("wanted") == wanted(jpeg=False, video="vp8")
    # Promised: the first picture within 300 ms of the wish. They are told anew every 2 s.
    assert time.monotonic() - asked_s < 0.9
    await FrameBus().ask_key_frame(camera.pk)
    await phone.hear("key_frame")


async def test_the_codec_setting_takes_effect_while_the_camera_streams(
    open_socket, owner, camera, hub, redis
):
    phone = await open_socket(owner)
    await phone.stream()
    await phone.socket.say("encoders", codecs=["h264", "vp8"])
    await phone.hear("wanted")
    await FrameBus().want("a web process", {camera.pk: Want(video=(("h264", "vp8"),))})
    assert (await phone.hear("wanted"))["video"] == "h264"
    camera.codec = "jpeg"
    await database_sync_to_async(camera.save)()
    assert await phone.hear("wanted") == wanted(jpeg=True, video=None)


async def test_a_camera_that_nobody_watches_lives_by_its_beat(open_socket, owner, camera, store):
    phone = await open_socket(owner)
    await phone.stream()
    await phone.film()
    await phone.socket.say("ping", time=1)
    assert (await phone.hear("wanted"))["jpeg"] is False

    async def live():
        [state] = await store.live([camera.pk])
        return state

    await until(lambda: _is(live, State.LIVE))
    for _ in range(5):
        await asyncio.sleep(0.5)
        await phone.socket.say("ping", time=1)
        assert (await live()).state is State.LIVE


async def _is(live, state):
    return (await live()).state is state

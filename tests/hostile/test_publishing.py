"""Cameras with a valid key that ask, attach or send without end, or send more than pictures."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from streaming.demo.device import Device, signaling
from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import JPEG
from tests.chaos.viewer import watching
from tests.hostile.stand import Stand
from tests.streaming.parameters import key_frame
from tests.streaming.waiting import WITHIN_S, until

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]

OFFER = (Path(__file__).parents[1] / "vectors" / "offer-chromium.sdp").read_text()
ATTACK_S = 3.0
#: Sockets that attach, and how many of them at a time: the test is not to be about handshakes.
ATTACHING, AT_ONCE = 60, 6
SIZE = (320, 240)
#: Where a picture was taken, as nobody may learn from it.
PLACE = b"40.446195,-79.982195"


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """Limits that a busy machine reaches, too."""
    return {"SKYSENTRY_NEGOTIATIONS_PER_CAMERA": "8"}


@dataclass(frozen=True, slots=True)
class Attacker:
    """A camera of its own, whose key somebody has."""

    stand: Stand
    slug: str
    key: str

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        """A publish socket that has authenticated."""
        address = f"{self.stand.url.replace('http', 'ws')}/ws/publish/{self.slug}/"
        origin: Any = self.stand.url
        async with connect(address, origin=origin, proxy=None) as socket:
            await say(socket, "authenticate", key=self.key)
            await hear(socket, "welcome")
            yield socket

    @asynccontextmanager
    async def streaming(self) -> AsyncIterator[tuple[ClientConnection, int]]:
        """A socket over which frames may come, and its session."""
        async with self.socket() as socket:
            await say(socket, "stream")
            yield socket, (await hear(socket, "streaming"))["session"]

    @asynccontextmanager
    async def peer(self) -> AsyncIterator[tuple[Device, dict[str, Any]]]:
        """A connected WebRTC camera, and what it was answered."""
        async with signaling(self.stand.url, self.slug) as server:
            await server.say("authenticate", key=self.key)
            await server.hear("welcome")
            device = Device(lambda text: None)
            answer = await server.negotiate(device)
            await device.opened()
            yield device, answer
            with contextlib.suppress(ConnectionClosed):
                await server.say("bye")
            await device.close()

    def records(self) -> int:
        """Of its sessions."""
        code = "from cameras.models import CaptureSession as Session\n"
        code += f"print(Session.objects.filter(camera__slug={self.slug!r}).count())"
        return int(self.stand.system.run(code))


@pytest.fixture
def attacker(stand: Stand) -> Attacker:
    slug = f"attacker-{uuid4().hex[:8]}"
    stand.system.run(
        "from cameras.models import Camera\n"
        "from cameras.users import User\n"
        f"Camera.objects.create(name={slug!r}, slug={slug!r}, owner=User.objects.get(),"
        " width=320, height=240, frame_rate=15)"
    )
    return Attacker(stand, slug, stand.owner.publish_key(slug))


async def say(socket: ClientConnection, kind: str, **fields: Any) -> None:
    await socket.send(json.dumps({"type": kind, **fields}))


async def hear(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message of these types."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] in kinds:
                return message


def code_of(said: dict[str, Any]) -> str:
    """What an answer comes to."""
    code: str = said.get("code", said["type"])
    return code


async def is_told_to_wait(socket: ClientConnection, said: dict[str, Any]) -> bool:
    """Whether a refusal says when to come back, and closes the socket."""
    with pytest.raises(ConnectionClosed) as closed:
        await socket.recv()
    return closed.value.rcvd is not None and (
        closed.value.rcvd.code,
        closed.value.rcvd.reason,
    ) == (1013, f"retry_after={said['retry_after_s']}")


def frame(session: int, sequence: int, payload: bytes, **fields: Any) -> bytes:
    known = {
        "rendition": wire.Rendition.JPEG,
        "codec": JPEG,
        "key": True,
        "captured_at": time.time() * 1000,
        "width": SIZE[0],
        "height": SIZE[1],
    }
    fields = {**known, **fields}
    return wire.pack(session=session, sequence=sequence, payload=payload, **fields)


def picture(mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, SIZE).save(file, "JPEG", **options)
    return file.getvalue()


# Asking


async def test_offers_that_are_abandoned(stand: Stand, attacker: Attacker) -> None:
    answers: Counter[str] = Counter()
    async with stand.attack() as harm, asyncio.timeout(ATTACK_S + WITHIN_S):
        until_s = time.monotonic() + ATTACK_S
        # A machine that is busy takes longer until they are too many.
        while time.monotonic() < until_s or not answers["busy"]:
            async with attacker.socket() as socket:
                await say(socket, "offer", sdp=OFFER, take_over=True)
                said = await hear(socket, "answer", "error")
                answers[code_of(said)] += 1
                if code_of(said) == "busy":
                    assert await is_told_to_wait(socket, said)
            await asyncio.sleep(0.1)
    print(answers)
    harm.assert_unnoticed()
    assert answers.keys() == {"answer", "busy"}
    assert stand.limited("take_overs_per_camera") + stand.limited("negotiations_per_camera") > 0
    await stand.assert_back_to_base()
    assert attacker.records() == 0


async def test_upgrades_that_are_abandoned(stand: Stand, attacker: Attacker) -> None:
    answers: Counter[str] = Counter()
    async with stand.attack() as harm, attacker.streaming() as (socket, session):
        until_s = time.monotonic() + ATTACK_S
        for sequence in count(1):
            if time.monotonic() > until_s:
                break
            await socket.send(frame(session, sequence, picture()))
            await say(socket, "offer", sdp=OFFER)
            answers[code_of(await hear(socket, "answer", "error"))] += 1
            await asyncio.sleep(0.07)
        # Nobody waits for those before it.
        held = {each.role: each.peers for each in stand.facts().values()}
    print(answers, held)
    harm.assert_unnoticed()
    assert answers.keys() == {"answer", "unavailable"}
    # Connections to Redis that were needed together are kept for 10 to 15 s.
    await stand.assert_back_to_base(within_s=20.0)


async def test_sockets_that_attach_to_one_session(stand: Stand, attacker: Attacker) -> None:
    answers: Counter[str] = Counter()
    #: Sockets that know whether they attached.
    answered: set[ClientConnection] = set()
    turns = asyncio.Semaphore(AT_ONCE)

    async def attach(sockets: contextlib.AsyncExitStack, resume: str) -> None:
        async with turns:
            socket = await sockets.enter_async_context(attacker.socket())
            await say(socket, "attach", resume=resume)
            answers[code_of(await hear(socket, "attached", "error"))] += 1
            answered.add(socket)
        with contextlib.suppress(ConnectionClosed):
            answers[code_of(await hear(socket, "error", "ended"))] += 1

    async with stand.attack() as harm, contextlib.AsyncExitStack() as sockets:
        async with attacker.peer() as (_, answer):
            attaching = [
                asyncio.create_task(attach(sockets, answer["resume"])) for _ in range(ATTACHING)
            ]
            # All but one: that one speaks for the session.
            await until(lambda: len(answered) == ATTACHING)
            await until(lambda: sum(task.done() for task in attaching) == ATTACHING - 1)
        await asyncio.wait(attaching)
    print(answers)
    harm.assert_unnoticed()
    assert answers["busy"] > 0
    assert answers["superseded"] == ATTACHING - answers["busy"] - 1
    assert answers["ended"] == 1
    await stand.assert_back_to_base(within_s=20.0)


# Sending


async def test_a_flood_of_frames(stand: Stand, attacker: Attacker) -> None:
    sent = 0
    async with stand.attack() as harm, attacker.peer() as (device, answer):
        small = picture()
        until_s = time.monotonic() + ATTACK_S
        while time.monotonic() < until_s:
            for _ in range(6):
                sent += 1
                device.frames.send(frame(answer["session"], sent, small))
            await asyncio.sleep(0.01)
        # So many are shown to nobody.
        await until(lambda: stand.limited("frame_rate_percent") > sent / 2)
    print(f"{sent / ATTACK_S:.0f} frames a second")
    harm.assert_unnoticed()
    await stand.assert_back_to_base()


# What is no mere picture


async def test_of_a_picture_only_the_picture_goes_on(stand: Stand, attacker: Attacker) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    hidden = picture(exif=exif, comment=PLACE, icc_profile=PLACE, xmp=PLACE, quality=90) + PLACE
    assert hidden.count(PLACE) == 5
    async with watching(stand.url, attacker.slug, stand.owner.cookies) as viewer:
        async with attacker.streaming() as (socket, session):
            await socket.send(frame(session, 1, hidden))
            await assert_seen_without_its_place(stand, attacker.slug, viewer, session)
        async with attacker.peer() as (device, answer):
            device.say("ping", time=1.0)
            device.frames.send(frame(answer["session"], 1, hidden))
            await assert_seen_without_its_place(stand, attacker.slug, viewer, answer["session"])


async def assert_seen_without_its_place(stand: Stand, slug: str, viewer: Any, session: int) -> None:
    """At every way out, and where it is kept meanwhile."""
    await until(lambda: viewer.seen and viewer.seen[-1].frame.session == session)
    message = viewer.seen[-1].frame.message
    # It is kept soon after it was handed on.
    await until(lambda: message[wire.HEADER.size :] in stand.stored())
    latest = await asyncio.to_thread(fetched, stand, f"/api/cameras/{slug}/latest.jpg")
    stream = await asyncio.to_thread(fetched, stand, f"/api/cameras/{slug}/stream.mjpg")
    Image.open(io.BytesIO(latest)).load()
    assert latest == message[wire.HEADER.size :]
    for output in (message, latest, stream, stand.stored()):
        assert b"\xff\xd8" in output
        assert PLACE not in output
        assert b"Exif" not in output


def fetched(stand: Stand, path: str) -> bytes:
    """What is read at this address, or of an endless one its beginning."""
    request = urllib.request.Request(stand.url + path, headers={"Cookie": stand.owner.cookies})
    with urllib.request.urlopen(request, timeout=WITHIN_S) as response:
        body = b""
        while b"\xff\xd9" not in body:
            body += response.read1()
        return body


async def test_what_would_cost_viewers_dearly_goes_nowhere(
    stand: Stand, attacker: Attacker
) -> None:
    video = {"rendition": wire.Rendition.VIDEO, "codec": H264}
    huge = [(8192, 8192), (4096, 2304)]
    odd = [
        picture(progressive=True),
        picture("CMYK"),
        picture()[:400] + b"\xff\xd9",
        picture().replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),
        picture()[:-2] + b"\xff\xd0\xff\xd1" * 10_000 + b"\xff\xd9",
    ]
    refused: Counter[str] = Counter()
    async with (
        stand.attack() as harm,
        attacker.streaming() as (socket, session),
        watching(stand.url, attacker.slug, stand.owner.cookies) as viewer,
    ):
        sequence = count(1)
        for size in huge:
            payload = key_frame(*size).ljust(200_000, b"x")
            await socket.send(frame(session, 1, payload, **video))
        for payload in odd:
            await socket.send(frame(session, next(sequence), payload))
        await socket.send(frame(session, next(sequence), picture()))
        while refused.total() < len(huge) + len(odd):
            said = await hear(socket, "refused")
            refused[said["reason"]] += said["count"]
        async with asyncio.timeout(WITHIN_S):
            # The first may have come before the viewer's process asked for any.
            while not viewer.seen:
                await socket.send(frame(session, next(sequence), picture()))
                await asyncio.sleep(0.2)
        assert {bytes(each.frame.payload) for each in viewer.seen} == {picture()}
    assert refused == {"unsupported": 4, "jpeg": 2, "video": 1}
    harm.assert_unnoticed()
    await stand.assert_back_to_base()

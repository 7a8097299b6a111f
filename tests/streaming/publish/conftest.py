from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer

from cameras.models import PublishKey, Transport
from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.writer import StoreWriter
from streaming.domain.demand import Demand
from streaming.publish import consumer as publish
from streaming.publish import publication
from streaming.publish.intake import Intake, Totals
from streaming.refusals import Refusals
from tests.streaming.publish.links import Wire, tell_nobody
from tests.streaming.publish.messages import SESSION
from tests.streaming.publish.publish_socket import PUBLISH
from tests.streaming.publish.webrtc.session import connected


@pytest.fixture
async def complaints() -> AsyncIterator[list[str]]:
    """What nobody caught in a task or callback; a test that provokes it empties the list."""
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: complaints.append(f"{context['message']}: {context.get('exception')!r}")
    )
    yield complaints
    # A lost exception of a task is told when the task is collected.
    gc.collect(1)
    assert complaints == []


@pytest.fixture
def key(camera):
    return PublishKey.issue(camera=camera, name="Hall phone")[1]


@pytest.fixture
def layer(valkey) -> Any:
    return get_channel_layer()


@pytest.fixture
async def socket(dial, owner, camera):
    """The owner's, authenticated."""
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    return socket


@pytest.fixture
def impatient(monkeypatch):
    """The waits of peers and sockets for each other, shortened, in their proportions."""
    monkeypatch.setattr(publish, "_ALIVE_EVERY_S", 0.1)
    monkeypatch.setattr(publication, "SIGNALING_TIMEOUT_S", 0.5)
    monkeypatch.setattr(publication, "_UNCLAIMED_S", 0.3)


async def keep_beating(phone):
    while True:
        phone.beat()
        await asyncio.sleep(0.2)


@pytest.fixture
async def beating(filming):
    """The owner's phone, which publishes and beats."""
    task = asyncio.create_task(keep_beating(filming))
    yield filming
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
def admit(node):
    return partial(node.admission.admit, notify_end=tell_nobody)


@pytest.fixture
def begin(admit, claim):
    """Admits the camera over a wire, and gives its publication."""

    async def begin(claim=claim, make_link=Wire, **options):
        async with admit(claim, Transport.WEBSOCKET, make_link, **options) as publication:
            return publication

    return begin


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
def device(ends):
    """The camera's end of what goes to `intake`."""
    return ends[0]


@pytest.fixture
def intake(ends):
    return ends[1]

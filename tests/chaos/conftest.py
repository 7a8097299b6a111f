from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from streaming.demo.camera import DemoCamera
from tests.chaos.network import Network
from tests.chaos.system import Owner, RelayedSystem
from tests.chaos.tcp import TcpRelay
from tests.chaos.udp import UdpRelay
from tests.streaming.waiting import end

needs_second_address = pytest.mark.skipif(
    sys.platform != "linux", reason="Elsewhere a machine has no 127.0.0.2 by itself."
)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayedSystem]:
    with RelayedSystem(tmp_path_factory.mktemp("var")) as system:
        yield system


@pytest.fixture(scope="module")
def owner_cookies(signed_in: Owner) -> str:
    return signed_in.cookies


@pytest.fixture(scope="module")
def signed_in(system: RelayedSystem) -> Owner:
    return Owner(system)


@pytest.fixture
async def relay(system: RelayedSystem) -> AsyncIterator[UdpRelay]:
    """Between camera and server; its network is a good one, until a test spoils it."""
    async with system.relay(Network(1)) as relay:
        yield relay


@pytest.fixture
async def filming(
    system: RelayedSystem, signed_in: Owner, relay: UdpRelay
) -> AsyncIterator[DemoCamera]:
    """A camera of aiortc whose pictures and words come over the same bad network."""
    async with TcpRelay(relay.network, system.port) as words:
        camera = DemoCamera(words.url, "my-camera", signed_in.publish_key("my-camera"))
        running = asyncio.create_task(camera.run())
        yield camera
        assert not running.done()
        relay.network.heal()
        await end(running)

"""A browser that films over a bad network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext

from tests.chaos.conftest import needs_second_address
from tests.chaos.network import Network
from tests.chaos.system import RelayedSystem
from tests.e2e.pages import film, watch
from tests.e2e.recording import drawn, frames_per_second, is_in_order, is_whole, record_drawn

pytestmark = needs_second_address

WATCH_S = 5.0
#: A quarter of 30 fps: what a busy machine still keeps.
LEAST_FPS = 7.5


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayedSystem]:
    with RelayedSystem(tmp_path_factory.mktemp("var")) as system:
        yield system


async def test_pictures_arrive_whole_and_in_order_through_loss_and_delay(
    owner: BrowserContext, system: RelayedSystem
) -> None:
    async with system.relay(Network(1)) as relay:
        relay.network.set(loss=0.01, delay_ms=20)
        await film(owner)
        viewer = await watch(owner)
        await record_drawn(viewer)
        sent = relay.network.up.sent
        await asyncio.sleep(WATCH_S)
        seen = await drawn(viewer)
        # Over the relay, and not over the page's socket.
        assert relay.network.up.sent - sent > len(seen)
        assert relay.network.up.lost
    print(f"{frames_per_second(seen):.1f} fps")
    assert is_whole(seen)
    assert is_in_order(seen)
    assert frames_per_second(seen) >= LEAST_FPS

"""A browser that films over a bad network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext

from tests.chaos.conftest import needs_second_address
from tests.chaos.network import Network
from tests.chaos.system import RelayedSystem
from tests.e2e.pages import film, watch
from tests.e2e.recording import ENOUGH, WITHIN_S, next_drawn

pytestmark = needs_second_address


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
        sent = relay.network.up.sent
        seen = await next_drawn(viewer, 3 * ENOUGH, 3 * WITHIN_S)
        # Over the relay, and not over the page's socket.
        assert relay.network.up.sent - sent > len(seen)
        assert relay.network.up.lost

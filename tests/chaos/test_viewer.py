"""A viewer behind a proxy that buffers, on a slow line."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import needs_second_address
from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay
from tests.chaos.viewer import Record, watching
from tests.streaming.waiting import until

pytestmark = [needs_second_address, pytest.mark.usefixtures("filming")]

CONNECTED_WITHIN_S = 20.0
WATCH_S = 20.0


async def seen_through(system, cookies, *, bits_per_s: float, buffer_bytes: int) -> Record:
    """What a viewer sees in 20 s behind a proxy with this buffer, on a line of this rate."""
    async with (
        TcpRelay(Network(1), system.port) as proxy,
        watching(system.url, "my-camera", cookies, by=proxy.url) as viewer,
    ):
        await until(lambda: viewer.seen, CONNECTED_WITHIN_S)
        proxy.network.down.buffer_bytes = buffer_bytes
        proxy.network.down.bits_per_s = bits_per_s
        return await viewer.saw(WATCH_S)


async def test_a_viewer_behind_a_buffering_proxy(system, owner_cookies):
    record = await seen_through(system, owner_cookies, bits_per_s=1_000_000, buffer_bytes=4_000_000)
    print(record)
    assert record.is_whole()
    assert record.is_in_order()
    # Three times what is promised from the tenth second on.
    assert record.age_ms(0.95) <= 4500

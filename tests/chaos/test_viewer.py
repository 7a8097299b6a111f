"""A viewer behind a proxy that buffers, on a slow line."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import needs_second_address
from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay
from tests.chaos.viewer import Record, watching
from tests.streaming.waiting import until

pytestmark = [needs_second_address, pytest.mark.system, pytest.mark.usefixtures("filming")]

CONNECTED_WITHIN_S = 20.0
#: Promised from here on: before, the server finds the rate of the line behind the proxy.
FOUND_S = 1.0
WATCH_S = 10.0
#: Three times what is promised.
MAX_AGE_MS = 4500


async def seen_through(
    system, cookies, *, bits_per_s: float, buffer_bytes: int
) -> tuple[Record, Record]:
    """What a viewer sees behind a proxy with this buffer, on a line of this rate: from the second
    second on, and in as many seconds after those."""
    network = Network(1)
    network.down.buffer_bytes, network.down.bits_per_s = buffer_bytes, bits_per_s
    async with (
        TcpRelay(network, system.port) as proxy,
        watching(system.url, "my-camera", cookies, by=proxy.url) as viewer,
    ):
        await until(lambda: viewer.seen, CONNECTED_WITHIN_S)
        await viewer.saw(FOUND_S)
        return await viewer.saw(WATCH_S), await viewer.saw(WATCH_S)


@pytest.mark.faults(seconds=26)
async def test_a_viewer_behind_a_buffering_proxy(system, owner_cookies):
    records = await seen_through(system, owner_cookies, bits_per_s=800_000, buffer_bytes=4_000_000)
    for record in records:
        print(record)
        assert record.is_whole()
        assert record.is_in_order()
        # Neither at first nor later.
        assert record.age_ms(0.95) <= MAX_AGE_MS

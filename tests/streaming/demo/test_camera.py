"""When the demo camera takes a picture."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from streaming.demo.camera import STILL_EVERY_S, Control
from streaming.demo.device import Device, Lost

PERIOD_S = 1 / 30


@pytest.fixture
async def control():
    return Control()


def wants(control, jpeg):
    """The server's word."""
    control.hear(json.dumps({"type": "wanted", "jpeg": jpeg, "video": None}))


async def seconds_of(control, pictures):
    started_s = due_s = time.monotonic()
    for _ in range(pictures):
        due_s = await control.next_picture(due_s, PERIOD_S)
    return time.monotonic() - started_s


async def test_it_takes_one_still_a_second_while_nobody_wants_more(control):
    assert await seconds_of(control, 1) >= STILL_EVERY_S - 0.01
    wants(control, jpeg=True)
    wants(control, jpeg=False)
    assert await seconds_of(control, 1) >= STILL_EVERY_S - 0.01


async def test_it_takes_all_pictures_while_they_are_wanted(control):
    wants(control, jpeg=True)
    assert 9 * PERIOD_S <= await seconds_of(control, 10) < STILL_EVERY_S


async def test_a_wish_is_met_at_once(control):
    picture = asyncio.create_task(seconds_of(control, 1))
    await asyncio.sleep(0)
    wants(control, jpeg=True)
    assert await picture < STILL_EVERY_S / 3


async def test_a_connection_that_the_server_closed_is_lost_though_its_socket_stays(control):
    device = Device(print)
    device.control.close()
    async with asyncio.timeout(1):
        with pytest.raises(Lost):
            await control.beat(device)
    await device.close()

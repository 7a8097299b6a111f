from __future__ import annotations

import asyncio
import sys
import time

import pytest

from streaming.process.vitals import VitalSigns
from streaming.tasks import stop


async def test_an_event_loop_that_stood_still_is_seen():
    signs = VitalSigns()
    watching = asyncio.create_task(signs.watch())
    await asyncio.sleep(0.1)
    time.sleep(0.3)  # noqa: ASYNC251
    await asyncio.sleep(0.1)
    assert 0.2 <= signs.read().loop_lag_s < 5
    await stop(watching)


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no /proc.")
async def test_a_process_knows_what_it_holds(tmp_path):
    signs = VitalSigns()
    before = signs.read()
    with (tmp_path / "open").open("w"):
        assert signs.read().descriptors == before.descriptors + 1
    assert before.memory_bytes > 10_000_000
    assert before.tasks == len(asyncio.all_tasks())

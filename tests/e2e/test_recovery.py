"""Whatever dies, pictures move again by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.pages import film, seconds_until_moving, watch
from tests.e2e.recording import drawn, is_in_order, is_whole, record_drawn
from tests.e2e.system import System

pytestmark = pytest.mark.daphne(seconds=6)

#: Three times what is promised.
WITHIN_S = {"ingest": 15.0, "web": 15.0, "valkey-server": 9.0}
#: What was under way when the process died has been drawn by then.
SETTLE_S = 0.3


@pytest.fixture(scope="module")
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """One of its own, whose processes may die."""
    with System(tmp_path_factory.mktemp("var"), request.param) as system:
        yield system


@pytest.mark.parametrize("role", WITHIN_S)
async def test_pictures_move_again_after_a_kill(
    owner: BrowserContext, system: System, role: str
) -> None:
    await film(owner)
    viewer = await watch(owner)
    await record_drawn(viewer)
    before = system.pids(role)
    assert before
    system.kill(role)
    await asyncio.sleep(SETTLE_S)
    await seconds_until_moving(viewer, WITHIN_S[role])
    await expect(viewer.locator(".tile")).to_have_attribute("data-state", "live", timeout=5_000)
    assert not set(before) & set(system.pids(role))


@pytest.mark.faults(seconds=17, always=True)
async def test_the_same_session_goes_on_after_the_web_process_died(
    owner: BrowserContext, system: System
) -> None:
    await film(owner)
    viewer = await watch(owner)
    await record_drawn(viewer)
    system.kill("web")
    await seconds_until_moving(viewer, WITHIN_S["web"])
    # Longer than a peer lives without its signaling socket.
    await asyncio.sleep(12)
    seen = await drawn(viewer)
    assert len({picture.session for picture in seen}) == 1
    assert is_in_order(seen)
    assert is_whole(seen)


async def test_a_picture_that_stopped_never_looks_live(
    owner: BrowserContext, system: System
) -> None:
    await film(owner)
    viewer = await watch(owner)
    system.kill("ingest")
    # 1 s promised.
    await expect(viewer.locator(".tile")).not_to_have_attribute("data-state", "live", timeout=3_000)

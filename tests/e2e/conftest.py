from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright, expect

from tests.e2e import clip
from tests.e2e.devtools import Chromium, chromium
from tests.e2e.system import System

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # Whatever language the machine has.
    "--accept-lang=en",
)

#: What is promised without a figure may take so long on a busy machine.
expect.set_options(timeout=15_000)

#: For all fixtures that wait: the browser that all tests share lives in one loop with them.
fixture = partial(pytest_asyncio.fixture, loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")
            item.add_marker("system")
            if isinstance(item, pytest_asyncio.plugin.PytestAsyncioFunction):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What a server may do differently is marked, and tried under daphne too."""
    if "system" not in metafunc.fixturenames:
        return
    servers: list[Any] = ["uvicorn"]
    if daphne := metafunc.definition.get_closest_marker("daphne"):
        marks = [pytest.mark.faults(**daphne.kwargs)] if daphne.kwargs else []
        servers.append(pytest.param("daphne", marks=marks))
    metafunc.parametrize("system", servers, indirect=True, scope="module")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = os.environ.get("SKYSENTRY_CHROMIUM")
    if not path:
        pytest.fail("No Chromium: run `python3 dev.py test`, or set SKYSENTRY_CHROMIUM to one.")
    return path


@pytest.fixture(scope="session")
def numbered_clip(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Written once for all processes that run tests at the same time."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    path = folder / "numbers.mjpeg"
    with (folder / "numbers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            clip.write(path.with_suffix(".part")).rename(path)
    return path


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], System]]:
    """The one `serve` of each server, for all tests that leave it as they found it."""
    with ExitStack() as stack:
        yield cache(
            lambda server: stack.enter_context(System(tmp_path_factory.mktemp("var"), server))
        )


@pytest.fixture(scope="module")
def system(request: pytest.FixtureRequest, running: Callable[[str], System]) -> System:
    """A running `serve`, with the owner's sign-in link."""
    return running(request.param)


@fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@fixture(scope="session")
async def shared_browser(
    playwright: Playwright, chromium_path: str, numbered_clip: Path
) -> AsyncIterator[Browser]:
    browser = await launch(playwright, chromium_path, numbered_clip)
    yield browser
    await browser.close()


async def launch(playwright: Playwright, path: str, clip: Path, *flags: str) -> Browser:
    """A Chromium whose camera plays the clip."""
    camera = f"--use-file-for-fake-video-capture={clip}"
    return await playwright.chromium.launch(executable_path=path, args=[*FLAGS, camera, *flags])


@fixture
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """A Chromium whose camera plays the numbered clip, and in which nothing is open."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()


@fixture
async def visitor(browser: Browser, system: System) -> BrowserContext:
    """Somebody who has not signed in."""
    return await browser.new_context(base_url=system.url, permissions=["camera"])


@fixture
async def owner(browser: Browser, system: System) -> BrowserContext:
    """The owner, signed in."""
    context = await browser.new_context(base_url=system.url, permissions=["camera"])
    await system.sign_in(context)
    return context


@fixture
async def desktop(
    owner: BrowserContext, system: System, chromium_path: str, numbered_clip: Path, tmp_path: Path
) -> AsyncIterator[Chromium]:
    """The owner's own Chromium, whose hidden tabs are hidden and whose permissions can go."""
    # Asks as for a person, as far as nothing is said in advance.
    flags = [flag for flag in FLAGS if flag != "--use-fake-ui-for-media-stream"]
    flags.append(f"--use-file-for-fake-video-capture={numbered_clip}")
    async with chromium(chromium_path, flags, tmp_path) as desktop:
        await desktop.sign_in(system.cookies)
        await desktop.permit_camera("granted", system.url)
        yield desktop

from __future__ import annotations

import gc
import time
from asyncio.events import Handle
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.streaming.publish.webrtc.session import Refusals, Session, connected

PROMISED_LAG_S = 0.1


@pytest.fixture
def refusals() -> Refusals:
    """Of the session's server."""
    return Refusals()


@pytest.fixture(autouse=True)
def _no_complaints(complaints: list[str]) -> None:
    """Of every test here."""


@pytest.fixture
async def session(refusals: Refusals) -> AsyncIterator[Session]:
    async with connected(refused=refusals) as session:
        yield session


@pytest.fixture
async def bystander() -> AsyncIterator[Session]:
    """Somebody else's session, which must be as it was when the test is over."""
    async with connected() as session:
        yield session
        assert await session.exchange(b"picture") == b"picture"
        assert not session.server.closed.is_set()


@pytest.fixture
def responsive_loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No callback or step of a task may hold the event loop for longer than is promised."""
    longest_s = 0.0
    run = Handle._run

    def timed(handle: Handle) -> None:
        nonlocal longest_s
        # CPU time: what other processes take of this machine is not ours to answer for.
        started_s = time.thread_time()
        run(handle)
        longest_s = max(longest_s, time.thread_time() - started_s)

    # What the tests before have left behind is not gone through in the middle of this one.
    gc.freeze()
    with monkeypatch.context() as patch:
        patch.setattr(Handle, "_run", timed)
        yield
    gc.unfreeze()
    assert longest_s < PROMISED_LAG_S

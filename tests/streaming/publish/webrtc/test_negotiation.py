from __future__ import annotations

import asyncio
import contextlib
import gc
import random
from pathlib import Path

import pytest

from streaming.domain.sdp import OfferError, clean_offer
from streaming.publish.webrtc.peer import PeerError
from tests.mutation import mutated
from tests.streaming.publish.webrtc.session import PATIENCE_S, Camera, Server, all_others_done

VECTORS = Path(__file__).parents[3] / "vectors"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(params=["chromium", "firefox"])
def sdp(request):
    """A real offer."""
    return (VECTORS / f"offer-{request.param}.sdp").read_text()


@pytest.fixture
async def server():
    server = Server()
    yield server
    await server.peer.close()


async def test_the_offer_of_a_browser_is_answered(server, sdp):
    answer = (await server.peer.answer(clean_offer(sdp))).splitlines()
    assert "a=max-message-size:262144" in answer
    assert "a=setup:active" in answer
    assert "a=group:BUNDLE 0" in answer
    assert any(line.startswith("a=fingerprint:sha-256 ") for line in answer)


async def test_no_other_server_is_asked_for_an_address(server, sdp, monkeypatch):
    monkeypatch.setattr("aioice.ice.server_reflexive_candidate", pytest.fail)
    answer = await server.peer.answer(clean_offer(sdp))
    candidates = [line for line in answer.splitlines() if line.startswith("a=candidate:")]
    assert candidates
    assert all(line.endswith(" typ host") for line in candidates)


async def test_the_channels_open_without_candidates_of_the_camera(session):
    assert "candidate" not in await session.camera.offer()
    [remote] = session.server.ice.remote_candidates
    assert remote.type == "prflx"


async def test_one_channel_does_not_open_the_peer(server):
    camera = Camera()
    camera.control.close()
    camera.frames.on("open", lambda: camera.frames.send(b"early"))
    async with asyncio.timeout(PATIENCE_S):
        await camera.accept(await server.peer.answer(await camera.offer()))
        assert await server.frames.get() == b"early"
    await camera.connection.close()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(server.peer.opened(), timeout=0)


async def test_a_connection_that_the_library_cannot_close_is_only_logged(sdp, complaints, caplog):
    server = Server()
    with contextlib.suppress(PeerError):
        await server.peer.answer(sdp.replace("BUNDLE 0", "BUNDLE other 0"))
    await server.peer.close()
    assert "did not close as it should" in caplog.text
    # An offer that was not cleaned breaks the library in more than one place.
    await all_others_done()
    gc.collect()
    complaints.clear()


@pytest.mark.parametrize("text", ["v=one", "m=application x", "m=audio 9 UDP/TLS/RTP/SAVPF 300"])
async def test_what_the_library_refuses_is_a_peer_error(server, text):
    with pytest.raises(PeerError):
        await server.peer.answer(text)


async def test_an_answered_peer_takes_no_second_offer(server, sdp):
    await server.peer.answer(clean_offer(sdp))
    await server.peer.close()
    with pytest.raises(PeerError):
        await server.peer.answer(clean_offer(sdp))


async def test_mutated_offers_are_answered_or_refused_and_leave_nothing(sdp):
    generator = random.Random(7)
    for _ in range(150):
        server = Server()
        with contextlib.suppress(OfferError, PeerError):
            await server.peer.answer(clean_offer(mutated(sdp, generator)))
        await server.peer.close()
    async with asyncio.timeout(PATIENCE_S):
        await all_others_done()

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.test import override_settings

from streaming.backplane.clock import ServerClock
from streaming.domain.tally import Tally
from streaming.publish import probes
from streaming.publish.probes import Full, Probes
from streaming.publish.webrtc.peer import PeerError
from tests.streaming.publish.publish_socket import OFFER
from tests.streaming.publish.webrtc.session import Camera
from tests.streaming.waiting import WITHIN_S


@pytest.fixture
def held():
    return Probes(Tally(), ServerClock())


@asynccontextmanager
async def connected(held):
    """A browser's end of a test connection, and what waits for its end."""
    phone = Camera()
    try:
        async with held.take(await phone.offer()) as (answer, ended):
            await phone.accept(answer)
            await phone.opened()
            yield phone, ended
    finally:
        await phone.connection.close()


async def ends(ended):
    """Long before its time is over."""
    async with asyncio.timeout(probes.LIFE_S / 2):
        await ended()
    return True


async def test_more_bytes_than_a_check_needs_end_it(held, monkeypatch):
    monkeypatch.setattr(probes, "MAX_FILLED_BYTES", 1000)
    async with connected(held) as (phone, ended):
        phone.frames.send(bytes(1001))
        assert await ends(ended)


@pytest.mark.parametrize("text", ["hello", '{"type": "fill", "bytes": 1}', "x" * 300])
async def test_it_takes_nothing_but_pings(held, text):
    async with connected(held) as (phone, ended):
        phone.control.send(text)
        assert await ends(ended)


async def test_more_pings_than_a_check_needs_end_it(held, monkeypatch):
    monkeypatch.setattr(probes, "MAX_PINGS", 1)
    async with connected(held) as (phone, ended):
        for _ in range(2):
            phone.control.send('{"type": "ping", "time": 1}')
        await phone.told("pong")
        assert await ends(ended)


async def test_there_are_so_many_at_once_and_each_gives_its_place_back(held):
    with override_settings(SKYSENTRY={"DOCTOR_CHECKS": 1}):
        async with held.take(OFFER):
            with pytest.raises(Full):
                async with held.take(OFFER):
                    pass
        with pytest.raises(PeerError):
            async with held.take("hello"):
                pass
        async with asyncio.timeout(WITHIN_S), held.take(OFFER):
            pass

from __future__ import annotations

import asyncio
import socket

import pytest

from cameras.source_address import SourceAddress
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.media import SourceError
from streaming.publish.pull.resolve import resolve

SOURCE = SourceAddress("rtsp", "cam.example", 554, "/live")


@pytest.fixture
def names(monkeypatch):
    """What the name stands for; each look-up uses one list up."""
    answers: list[list[str]] = []

    async def getaddrinfo(_host, port, **_):
        if not answers:
            raise socket.gaierror
        return [(0, 0, 0, "", (address, port)) for address in answers.pop(0)]

    def use():
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
        return answers

    return use


async def test_it_connects_to_what_the_name_stood_for_and_keeps_the_name(names):
    names().extend([["2606:4700::1", "8.8.8.8"], ["127.0.0.2"]])
    place = await resolve(SOURCE)
    assert (place.host, place.address, place.port, place.path) == (
        "cam.example",
        "8.8.8.8",
        554,
        "/live",
    )


async def test_a_name_for_something_forbidden_is_refused(names):
    names().append(["169.254.169.254", "fe80::1%eth0"])
    with pytest.raises(SourceError) as raised:
        await resolve(SOURCE)
    assert raised.value.code is SourceErrorCode.FORBIDDEN


async def test_a_name_that_stands_for_nothing_is_unreachable(names):
    names()
    with pytest.raises(SourceError) as raised:
        await resolve(SOURCE)
    assert raised.value.code is SourceErrorCode.UNREACHABLE

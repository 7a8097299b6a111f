from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from itertools import islice

import pytest

from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull import http, media
from streaming.publish.pull.http import MAX_PICTURE_BYTES, http_pictures
from streaming.publish.pull.media import Credentials, Place, SourceError
from tests.streaming.publish.pull.http_server import (
    STREAM,
    counting,
    head,
    number_of,
    one_picture,
    part,
    picture,
    serving,
)

SECRET = "t0p:s@cret"


async def read(answer, count=1, credentials=None, path="/live?x=1", every_s=0.05):
    """The first pictures, and the camera."""
    found = []
    async with serving(answer) as camera:
        place = Place("http", "cam.example", "127.0.0.1", camera.port, path)
        async with http_pictures(place, credentials, every_s=every_s) as pictures:
            async for each in pictures:
                found.append(each)
                if len(found) == count:
                    break
    return found, camera


async def problem(answer, **options):
    with pytest.raises(SourceError) as raised:
        await read(answer, **options)
    return raised.value


def says(data):
    async def answer(_request, writer):
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.05)

    return answer


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(http, "SILENT_AFTER_S", 0.2)
    monkeypatch.setattr(http, "CONNECT_TIMEOUT_S", 0.2)


async def test_a_stream_gives_each_of_its_pictures():
    found, camera = await read(counting, 3)
    assert [number_of(each.data) for each in found] == [0, 1, 2]
    assert len(camera.requests) == 1
    assert camera.requests[0].startswith("GET /live?x=1 HTTP/1.1\r\n")
    assert f"cam.example:{camera.port}\r\n" in camera.requests[0]


async def test_a_single_picture_is_asked_for_again_at_its_rate():
    began_s = time.monotonic()
    found, camera = await read(one_picture, 3, every_s=0.1)
    assert len(found) == len(camera.requests) == 3
    assert time.monotonic() - began_s >= 0.2


@pytest.mark.parametrize(
    "challenge", ['Basic realm="cam"', 'Digest realm="cam", nonce="n", qop="auth"']
)
async def test_it_signs_in_once_it_is_asked_to(challenge):
    async def answer(request, writer):
        if "Authorization:" not in request and "authorization:" not in request:
            writer.write(head("401 Unauthorized", WWW_Authenticate=challenge, Content_Length="0"))
        else:
            await one_picture(request, writer)

    found, camera = await read(answer, credentials=Credentials("ölga", SECRET))
    assert found
    assert "uthorization" not in camera.requests[0]
    assert challenge.split()[0] in camera.requests[1]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (head("401 Unauthorized", Content_Length="0"), SourceErrorCode.REFUSED),
        (head("404 Not Found", Content_Length="0"), SourceErrorCode.NOT_FOUND),
        (head("503 Busy", Content_Length="0"), SourceErrorCode.FAILED),
        (head("302 Found", Location="http://169.254.169.254/"), SourceErrorCode.REDIRECTED),
        (head(Content_Type="text/html") + b"<html>", SourceErrorCode.NO_VIDEO),
        (head(Content_Type="image/jpeg", Content_Length="4") + b"GIF8", SourceErrorCode.NO_VIDEO),
        (b"SSH-2.0-OpenSSH\r\n\r\n", SourceErrorCode.MALFORMED),
        (head(X="y" * 100_000), SourceErrorCode.MALFORMED),
        (b"", SourceErrorCode.UNREACHABLE),
        (STREAM + part(picture(1))[:80], SourceErrorCode.UNREACHABLE),
        (STREAM + b"x" * 5000, SourceErrorCode.MALFORMED),
        (STREAM + b"--frame\r\nContent-Length: 99999999\r\n\r\n", SourceErrorCode.MALFORMED),
    ],
)
async def test_what_is_wrong_has_a_word(answer, code):
    assert (await problem(says(answer))).code is code


async def test_a_wrong_password_is_tried_once_and_told_to_nobody():
    challenge = head("401 Unauthorized", WWW_Authenticate='Basic realm="x"', Content_Length="0")
    error = await problem(says(challenge), credentials=Credentials("olga", SECRET))
    assert error.code is SourceErrorCode.REFUSED
    assert SECRET not in repr(error) + str(error) + repr(Credentials("olga", SECRET))


async def test_an_endless_picture_is_left():
    async def answer(_request, writer):
        writer.write(head(Content_Type="image/jpeg") + b"\xff\xd8")
        for _ in range(MAX_PICTURE_BYTES // 50_000 + 2):
            writer.write(bytes(50_000))
            await writer.drain()
        await asyncio.sleep(5)

    assert (await problem(answer)).code is SourceErrorCode.TOO_LARGE


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\n", STREAM, STREAM + part(picture(1))[:90]]
)
async def test_who_says_nothing_more_is_left(data, impatient):
    async def answer(_request, writer):
        writer.write(data)
        await asyncio.sleep(5)

    assert (await problem(answer)).code is SourceErrorCode.SILENT


async def test_who_drips_is_left_too(impatient):
    async def answer(_request, writer):
        writer.write(STREAM)
        for byte in islice(part(picture(1)), 200):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    assert (await problem(answer)).code is SourceErrorCode.SILENT


async def test_nobody_there_is_said():
    place = Place("http", "cam", "127.0.0.1", 1, "/")
    with pytest.raises(SourceError) as raised:
        async with http_pictures(place, None, every_s=1) as pictures:
            await anext(pictures)
    assert raised.value.code is SourceErrorCode.UNREACHABLE


async def test_it_is_cancelled_at_once():
    async def hang(_request, writer):
        await asyncio.sleep(5)

    async with serving(hang) as camera:
        place = Place("http", "cam", "127.0.0.1", camera.port, "/")

        async def reading():
            async with http_pictures(place, None, every_s=1) as pictures:
                await anext(pictures)

        task = asyncio.create_task(reading())
        await asyncio.sleep(0.05)
        began_s = time.monotonic()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert time.monotonic() - began_s < 0.05
    assert media.SILENT_AFTER_S == 5

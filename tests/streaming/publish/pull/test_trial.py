from __future__ import annotations

import asyncio
import time

import pytest

from cameras.models import Source
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull import trial
from streaming.publish.pull.trial import Trial, try_source
from tests.streaming.publish.pull.http_server import counting, head, number_of, serving


async def tried(answer, **fields):
    async with serving(answer) as device:
        return await try_source(Source(address=f"http://127.0.0.1:{device.port}/", **fields))


async def test_what_works_shows_a_picture():
    found = await tried(counting)
    assert (found.problem, found.codec) == (None, "jpeg")
    assert number_of(found.still) == 0


async def test_what_is_wrong_has_its_word():
    async def refusing(_request, writer):
        writer.write(head("401 Unauthorized", Content_Length="0"))

    assert await tried(refusing) == Trial(SourceErrorCode.REFUSED)


async def test_a_picture_that_is_none_is_said():
    async def broken(_request, writer):
        writer.write(head(Content_Type="image/jpeg", Content_Length="4") + b"\xff\xd8\xff\xd9")

    assert (await tried(broken)).problem is SourceErrorCode.MALFORMED


async def test_it_takes_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr(trial, "TRY_S", 0.2)
    began_s = time.monotonic()
    found = await tried(lambda *_: asyncio.sleep(5))
    assert found == Trial(SourceErrorCode.SILENT)
    assert time.monotonic() - began_s < 1


async def test_a_password_of_another_secret_key_is_no_password(settings):
    source = Source(address="http://127.0.0.1:1/", user="olga", sealed_password="nonsense")
    assert (await try_source(source)).problem is SourceErrorCode.REFUSED


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:7f00:1]"]
)
async def test_this_machine_is_reached_by_no_name_unless_it_is_named(host, settings):
    settings.SKYSENTRY = {}
    found = await try_source(Source(address=f"http://{host}:1/"))
    assert found.problem in (SourceErrorCode.FORBIDDEN, SourceErrorCode.UNREACHABLE)
    if host in ("localhost", "127.0.0.1"):
        assert found.problem is SourceErrorCode.FORBIDDEN

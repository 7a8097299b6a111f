"""Viewers who ask without end, say what nobody understands, or leave at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from base64 import b64encode

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.streaming.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]

ATTACK_S = 3.0
ATTACKERS = 150
#: Before, a camera waited for 12 s; beside nobody it is a hundredth of a second.
MAX_AUTHENTICATION_S = 4.0
MAX_PAGE_S = 4.0
#: What no client of ours says.
NONSENSE = [
    "",
    "[]",
    "x",
    '{"type": 7}',
    '{"type": "\\ud800"}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "cameras": ["\\ud800"]}',
    '{"type": "subscribe", "cameras": ["a\\u0000"], "rendition": "\\udfff"}',
    '{"type": "subscribe", "cameras": ["a"], "fps": 1e999}',
    '{"type": "report", "camera": "witness", "bytes": NaN}',
    '{"type": "report", "camera": "witness", "bytes": ' + "9" * 400 + "}",
    '{"type": "ping", "time": true}',
    '{"type": "authenticate", "token": "\\udead", "key": ["\\ud800"]}',
    '{"type": "offer", "sdp": "\\ud800"}',
]


@pytest.fixture(scope="module")
def environ():
    return {"SKYSENTRY_SOCKETS_PER_PERSON": "400", "SKYSENTRY_SOCKETS_PER_ADDRESS": "400"}


def socket(stand, path, cookies=""):
    return connect(
        stand.url.replace("http", "ws", 1) + path,
        origin=stand.url,
        additional_headers={"Cookie": cookies} if cookies else {},
        proxy=None,
        compression=None,
        open_timeout=30,
    )


# Row after row of subscriptions


async def subscribe_for_ever(stand, number, until_s):
    with contextlib.suppress(ConnectionClosed, OSError):
        async with socket(stand, "/ws/watch/", stand.owner.cookies) as viewer:
            while time.monotonic() < until_s:
                cameras = ["target", *(f"none-{number}-{index}" for index in range(5))]
                await say(viewer, "subscribe", cameras=cameras)
                await say(viewer, "unsubscribe", cameras=["target"])
                # All together are three times as many as one thread of the database can answer.
                await asyncio.sleep(0.5)


async def say(viewer, kind, **fields):
    await viewer.send(json.dumps({"type": kind, **fields}))


async def authentication_s(stand, key):
    begun_s = time.monotonic()
    async with socket(stand, "/ws/publish/target/") as camera:
        await say(camera, "authenticate", key=key)
        assert json.loads(await camera.recv())["type"] == "welcome"
    return time.monotonic() - begun_s


async def page_s(stand):
    begun_s = time.monotonic()
    await fetch(stand, "/", f"Cookie: {stand.owner.cookies}")
    return time.monotonic() - begun_s


async def test_viewers_who_subscribe_without_end_hold_up_no_camera_and_no_page(stand):
    key = stand.owner.publish_key("target")
    async with stand.attack() as harm:
        until_s = time.monotonic() + ATTACK_S
        attackers = [
            asyncio.create_task(subscribe_for_ever(stand, number, until_s))
            for number in range(ATTACKERS)
        ]
        await asyncio.sleep(1)
        cameras, pages = [], []
        while time.monotonic() < until_s:
            cameras.append(await authentication_s(stand, key))
            pages.append(await page_s(stand))
        await asyncio.wait(attackers)
    print(f"authentication {max(cameras):.2f} s at most, pages {max(pages):.2f} s")
    assert max(cameras) <= MAX_AUTHENTICATION_S
    assert max(pages) <= MAX_PAGE_S
    harm.assert_unnoticed()
    await stand.assert_back_to_base()


# What nobody understands


async def test_nonsense_is_counted_and_no_traceback(stand):
    before = stand.limited("bad_messages")
    async with stand.attack() as harm:
        for path in "/ws/watch/", "/ws/publish/target/":
            await asyncio.gather(*(talk_nonsense(stand, path, text) for text in NONSENSE))
    assert "Traceback" not in stand.system.output
    assert stand.limited("bad_messages") - before >= 2 * len(NONSENSE)
    assert stand.system.output.count("Refused:") <= 2 * ATTACK_S + 5
    harm.assert_unnoticed()


async def talk_nonsense(stand, path, text):
    """Again and again: what comes after the end is let go."""
    for wait_s in 0.2, 0.0:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with socket(stand, path) as client, asyncio.timeout(wait_s or None):
                for _ in range(5):
                    await client.send(text)
                while wait_s:
                    await client.recv()


# Who leaves


async def fetch(stand, path, header, stay_s=None):
    """The answer's status, and its whole body; or what came until the client left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.system.port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{stand.system.port}\r\n"
    writer.write(f"{request}{header}\r\nConnection: close\r\n\r\n".encode())
    answer = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(stay_s):
            answer = await reader.readline()
            while await reader.read(65536):
                pass
    writer.transport.abort()
    return int(answer.split()[1]) if answer else None


STREAM = "/api/cameras/witness/stream.mjpg"
PLACES = 20


async def test_whoever_leaves_a_stream_leaves_no_place_and_no_viewer_behind(stand):
    token = token_of_owner(stand)
    header = "Authorization: Basic " + b64encode(f"any:{token}".encode()).decode()
    async with stand.attack() as harm:
        base = viewers(stand)
        for index in range(60):
            await fetch(stand, STREAM, header, stay_s=(index % 30) / 100)
    await until(lambda: viewers(stand) <= base, 3 * 2.0)
    stays = [fetch(stand, STREAM, header, stay_s=2.0) for _ in range(PLACES)]
    assert await asyncio.gather(*stays) == [200] * PLACES
    harm.assert_unnoticed()
    await stand.assert_back_to_base()


def token_of_owner(stand):
    return stand.system.run(
        "from cameras.models import ApiToken; from cameras.users import User;"
        "print(ApiToken.issue(user=User.objects.get(), name='Stream')[1])"
    ).splitlines()[-1]


def viewers(stand):
    return sum(each.viewers for each in stand.facts().values())

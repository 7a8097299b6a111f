from __future__ import annotations

import io

import pytest
from channels.testing import HttpCommunicator
from PIL import Image

from streaming.routing import with_pushes

PUSH = "/api/cameras/front-door/push/"


def jpeg(number: int = 0, size: tuple[int, int] = (64, 48), **options) -> bytes:
    """A small picture whose grey is its number."""
    stream = io.BytesIO()
    Image.new("L", size, number).save(stream, "JPEG", quality=95, **options)
    return stream.getvalue()


def number_of(picture: bytes) -> int:
    return Image.open(io.BytesIO(picture)).tobytes()[0]


async def nobody_else(scope, receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def push_to(node, key):
    """Pushes as a program does, to a web process; gives status and body."""

    async def push_to(process, *args, **options):
        return await asked(with_pushes(nobody_else, process), *args, **{"key": key, **options})

    return push_to


async def asked(door, body=b"", path=PUSH, *, key, method="POST", headers=()):
    headers = [*headers, *([(b"authorization", b"Bearer " + key.encode())] if key else [])]
    request = HttpCommunicator(door, method, path, body=body, headers=headers)
    return await request.get_response(timeout=10)


@pytest.fixture
def push(node, push_to):
    async def push(*args, **options):
        return await push_to(node, *args, **options)

    return push

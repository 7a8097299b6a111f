from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from channels.layers import channel_layers
from django.test import override_settings

from cameras.models import Source
from streaming.process.pull import PullNode
from streaming.publish.pull import pulled
from tests.streaming.publish.pull.http_server import counting, serving
from tests.streaming.waiting import end


@pytest.fixture(autouse=True)
def loopback_is_named():
    with override_settings(SKYSENTRY={"PULL_NETWORKS": ("127.0.0.1/32",)}):
        yield


@asynccontextmanager
async def pulling():
    """A pull process, which shares no channel layer with others."""
    ours, channel_layers.backends = channel_layers.backends, {}
    node = PullNode()
    channel_layers.backends = ours
    running = asyncio.create_task(node.run())
    yield node, running
    await end(running, patience_s=5.0)


@pytest.fixture
async def pull(valkey, db, monkeypatch):
    monkeypatch.setattr(pulled, "MAX_WAIT_S", 0.6)
    async with pulling() as (node, _):
        yield node


@pytest.fixture
async def device():
    """An IP camera that streams numbered pictures."""
    async with serving(counting) as device:
        yield device


def make_source(camera, port, **fields):
    source = Source(camera=camera, address=f"http://127.0.0.1:{port}/video?token=geheim", **fields)
    source.save()
    return source

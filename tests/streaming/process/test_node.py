from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import ResponseError

from cameras.signals import limit_reached
from streaming.backplane import store as streaming_store
from streaming.backplane.connection import connect_sync
from streaming.logs import left_out
from streaming.process.ingest import IngestNode
from streaming.process.node import RECHECK_S
from streaming.process.web import WebNode, node
from streaming.protocol.signaling import event_of
from streaming.publish.offers import OFFERS
from tests.processes import PATIENCE_S
from tests.streaming.waiting import WITHIN_S, end, until

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.django_db(transaction=True)


def test_rights_are_checked_every_ten_seconds():
    assert RECHECK_S == 10.0


def test_a_process_has_one_of_each():
    assert node() is node()
    assert isinstance(node(), WebNode)


def test_what_the_catalogue_refuses_counts_with_the_rest():
    before = node().refusals.total["sign_ins"]
    limit_reached.send(None, limit="sign_ins", who="192.0.2.7")
    assert node().refusals.total["sign_ins"] == before + 1


async def test_lines_that_the_log_left_out_are_in_the_facts(monkeypatch):
    monkeypatch.setattr(left_out, "count", 7)
    assert node().facts().limited["log_lines_per_s"] == 7


async def test_its_tasks_have_names(node):
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert {"web: clock", "web: writer", "web: registry", "web: notices"} <= names
    assert {"web: rights", "web: facts", "web: states", "web: wants", "web: outlets"} <= names


async def fails_with(node):
    with pytest.raises(ExceptionGroup) as raised:
        async with asyncio.timeout(WITHIN_S):
            await node.run()
    return raised.group_contains(ResponseError)


async def test_a_wrong_type_of_key_ends_a_process(redis):
    await redis.lpush("clock", "no number")
    assert await fails_with(IngestNode())
    assert await fails_with(WebNode())


async def test_a_wrong_script_ends_a_process(monkeypatch, valkey, offer):
    monkeypatch.setattr(streaming_store, "_CLAIM", "this is no Lua")
    ingest = IngestNode()
    layer: Any = get_channel_layer()
    await layer.send(OFFERS, event_of(offer))
    assert await fails_with(ingest)


async def test_a_wrong_script_ends_a_web_process_too(
    monkeypatch, valkey, node, dial, owner, camera
):
    sent = []
    monkeypatch.setattr("os.kill", lambda pid, number: sent.append(number))
    monkeypatch.setattr(node.backplane.store, "_claim", wrong_script(node))
    socket = await dial(f"/ws/publish/{camera.slug}/", owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    await socket.say("stream")
    await until(lambda: sent == [signal.SIGTERM])
    with pytest.raises(ResponseError):
        await socket.wait(WITHIN_S)
    # Whoever closes it later would hear of it again.
    monkeypatch.setattr(socket, "disconnect", AsyncMock())


def wrong_script(node):
    return node.backplane.store._client.register_script("this is no Lua")


def test_the_log_says_why(valkey):
    with connect_sync() as redis:
        redis.lpush("clock", "no number")
    ended = subprocess.run(
        [sys.executable, "manage.py", "ingest"],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": settings.REDIS_LAYER_URL},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
    )
    assert ended.returncode != 0
    assert "Traceback" in ended.stderr
    assert "WRONGTYPE" in ended.stderr


async def test_a_process_that_ends_counts_no_longer(node, store, writer, dial, camera, owner):
    socket = await dial("/ws/watch/", owner)
    await socket.say("subscribe", cameras=["front-door"])

    async def are_counted(viewers):
        [state] = await store.live([camera.pk])
        told = [each.viewers for each in await asyncio.to_thread(sync_processes)]
        return len(state.watching) == viewers and sum(told) == viewers

    await until(lambda: are_counted(1))
    await end(node.start())
    assert await are_counted(0)


def sync_processes():
    return streaming_store.store().processes()

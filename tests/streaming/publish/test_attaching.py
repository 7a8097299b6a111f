"""Sockets that come to speak for a peer."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from cameras.models import CaptureSession
from streaming.publish import publication
from streaming.publish.states import TIMEOUTS_S, State
from tests.streaming.publish.publish_socket import is_bad_message
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


async def test_another_socket_attaches_to_a_running_peer(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    assert await again.socket.hear("attached") == {"session": filming.session}
    await again.socket.say("bye")
    assert (await again.socket.hear("ended"))["reason"] == "stopped"


async def test_one_socket_attaches_once(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.hear("attached")
    await again.socket.say("attach", resume=filming.resume)
    assert await is_bad_message(again.socket)


async def test_who_publishes_does_not_attach(filming):
    await filming.socket.say("attach", resume=filming.resume)
    assert await is_bad_message(filming.socket)


async def test_who_has_attached_makes_no_offer(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.hear("attached")
    await again.offer()
    assert await is_bad_message(again.socket)


@pytest.mark.parametrize("token", ["", "a:b:c", "x" * 1000])
async def test_what_is_no_token_attaches_to_nothing(filming, phone, owner, token):
    again = await phone(owner)
    await again.socket.say("attach", resume=token)
    await again.socket.is_refused("gone")


async def test_the_token_of_somebody_else_attaches_to_nothing(filming, phone, key):
    thief = await phone(key=key)
    await thief.socket.say("attach", resume=filming.resume)
    await thief.socket.is_refused("gone")


async def test_a_session_that_is_over_is_gone_and_an_offer_resumes_nothing(filming, phone, owner):
    await filming.socket.say("bye")
    await filming.socket.hear("ended")
    await until(lambda: CaptureSession.objects.filter(end_reason="stopped").aexists())
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.is_refused("gone")
    await again.offer(resume=filming.resume)
    assert (await again.connect())["resumed"] is False


async def test_a_peer_that_its_process_does_not_know_is_gone(socket, store, filming, camera):
    lease = await store.holder(camera.pk)
    await store.claim(camera.pk, replace(lease, peer="of an earlier life"), take_over=True)
    await socket.say("attach", resume=filming.resume)
    await socket.is_refused("gone")
    await socket.say("offer", sdp="hello")
    await socket.is_refused("bad_offer")


async def test_while_redis_is_away_attaching_is_unavailable(filming, phone, owner, valkey):
    again = await phone(owner)
    await asyncio.to_thread(valkey.stop)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.is_refused("unavailable")


@pytest.fixture
def never_renewed(monkeypatch):
    """A lease stays as a test has left it."""
    monkeypatch.setattr(publication, "_TICK_S", 60.0)


async def test_an_attachment_that_nobody_answers_is_unavailable(
    never_renewed, socket, store, filming, camera, monkeypatch
):
    monkeypatch.setitem(TIMEOUTS_S, State.ATTACHING, 0.1)
    lease = await store.holder(camera.pk)
    # By another peer: its own process would renew its own lease.
    nobody = replace(lease, peer="nobody", channel="ingest.nobody!1")
    await store.claim(camera.pk, nobody, take_over=True)
    await socket.say("attach", resume=filming.resume)
    await socket.is_refused("unavailable")


async def test_the_newer_socket_of_a_session_closes_the_older(filming, phone, owner):
    sockets = [filming.socket]
    for _ in range(3):
        again = await phone(owner)
        await again.socket.say("attach", resume=filming.resume)
        await again.socket.hear("attached")
        await sockets[-1].is_refused("superseded")
        assert await sockets[-1].close_code() == 1000
        sockets.append(again.socket)
    # It speaks for the session.
    await sockets[-1].say("bye")
    assert (await sockets[-1].hear("ended"))["reason"] == "stopped"

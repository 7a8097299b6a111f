from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings

from streaming.network import sign_in
from streaming.network.sign_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


async def user_of(client):
    """Who opens a WebSocket with the cookies of this client."""
    seen = []

    async def note(scope, receive, send):
        seen.append(scope["user"])
        await receive()
        await send({"type": "websocket.accept"})

    cookies = [] if client is None else [client.cookies[settings.SESSION_COOKIE_NAME].value]
    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={c}".encode()) for c in cookies]
    await WebsocketCommunicator(signed_in(note), "/", headers).connect()
    [user] = seen
    return user


async def test_whoever_has_signed_in_on_the_page_is_known(async_client, viewer):
    await async_client.aforce_login(viewer)
    assert await user_of(async_client) == viewer


async def test_a_visitor_is_nobody(db):
    assert (await user_of(None)).is_anonymous


async def test_whoever_has_signed_out_is_nobody(async_client, viewer):
    await async_client.aforce_login(viewer)
    cookies = async_client.cookies.copy()
    await async_client.alogout()
    async_client.cookies = cookies
    assert (await user_of(async_client)).is_anonymous


async def test_a_visitor_waits_for_no_database(monkeypatch):
    monkeypatch.setattr(sign_in, "HANDSHAKES", None)
    assert (await user_of(None)).is_anonymous

from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator

from streaming.routing import application


@pytest.mark.parametrize("path", ["/", "/ws/foo/", "/ws/watch", "/ws/publish/no slug/"])
async def test_a_path_that_leads_nowhere_is_denied(path: str) -> None:
    socket = WebsocketCommunicator(application, path)
    connected, _ = await socket.connect()
    assert not connected


@pytest.mark.parametrize("path", ["/ws/watch/", "/ws/publish/front-door/"])
async def test_whoever_routes_to_a_socket_gets_its_origin_check_too(path: str) -> None:
    headers = [(b"host", b"localhost"), (b"origin", b"http://elsewhere.example")]
    socket = WebsocketCommunicator(application, path, headers)
    connected, _ = await socket.connect()
    assert not connected

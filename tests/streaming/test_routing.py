from __future__ import annotations

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from streaming.routing import websocket_urlpatterns


@pytest.mark.parametrize("path", ["/", "/ws/foo/", "/ws/watch", "/ws/publish/no slug/"])
async def test_a_path_that_leads_nowhere_is_denied(path: str) -> None:
    socket = WebsocketCommunicator(URLRouter(websocket_urlpatterns), path)
    connected, _ = await socket.connect()
    assert not connected

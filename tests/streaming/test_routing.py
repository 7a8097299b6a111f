from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from skysentry import asgi
from streaming import routing
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


@pytest.fixture
def _behind_a_proxy(settings: Any) -> Iterator[None]:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    importlib.reload(routing)
    yield
    settings.TRUSTED_PROXIES = []
    importlib.reload(routing)


@pytest.mark.usefixtures("_behind_a_proxy")
def test_whoever_routes_to_the_sockets_knows_visitors_behind_a_proxy() -> None:
    assert isinstance(routing.application, ProxyHeadersMiddleware)
    # What a project puts around everything is not done twice.
    assert not isinstance(routing.sockets, ProxyHeadersMiddleware)


def test_our_own_project_looks_behind_proxies_once() -> None:
    assert asgi.routes.application_mapping["websocket"] is vars(asgi)["sockets"]

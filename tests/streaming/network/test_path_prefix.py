from __future__ import annotations

import pytest

from streaming.network.path_prefix import PathPrefix


async def path_seen(path: str) -> str:
    seen: list[str] = []

    async def application(scope, _receive, _send):
        seen.append(scope["path"])

    scope = {"type": "websocket", "path": path, "root_path": ""}
    await PathPrefix(application)(scope, None, None)
    return seen[0]


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/cams/ws/watch/", "/ws/watch/"),
        ("/ws/watch/", "/ws/watch/"),
        ("/camshaft/ws/watch/", "/camshaft/ws/watch/"),
        ("/cams", "/cams"),
    ],
)
async def test_a_socket_is_found_with_and_without_the_prefix(settings, path, seen):
    settings.FORCE_SCRIPT_NAME = "/cams"
    assert await path_seen(path) == seen


async def test_without_a_prefix_paths_are_as_they_are(settings):
    settings.FORCE_SCRIPT_NAME = None
    assert await path_seen("/cams/ws/watch/") == "/cams/ws/watch/"

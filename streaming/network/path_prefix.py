"""A server below a path, such as /cameras, which its own addresses do not have."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class PathPrefix:
    """Takes FORCE_SCRIPT_NAME off the paths of WebSockets where a proxy left it on.

    Django does so for requests, and Channels would refuse who comes without it.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        prefix = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
        if prefix and scope["path"].startswith(f"{prefix}/"):
            scope = {**scope, "path": scope["path"].removeprefix(prefix), "root_path": ""}
        await self.application(scope, receive, send)

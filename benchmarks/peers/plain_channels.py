"""Live pictures as Channels' own tutorial would have them: a group, and a message to each member.

REDIS_URL=... daphne benchmarks.peers.plain_channels:application
"""

from __future__ import annotations

import os
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
        }
    }
)


class Viewer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("camera", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("camera", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Reports are not read here."""

    async def frame(self, event: dict[str, Any]) -> None:
        await self.send(bytes_data=event["message"])


application = ProtocolTypeRouter({"websocket": Viewer.as_asgi()})

from __future__ import annotations

from typing import Any, cast

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from streaming.process.web import hub
from streaming.publish.consumer import PublishConsumer
from streaming.watch.consumer import WatchConsumer

websocket_urlpatterns = [
    # Channels routes ASGI applications by Django's own path(), whose type knows only views.
    path("ws/publish/<slug:slug>/", cast(Any, PublishConsumer.as_asgi(hub=hub))),
    path("ws/watch/", cast(Any, WatchConsumer.as_asgi(hub=hub))),
    # Without it, an unknown path would be an error of the server.
    re_path("", cast(Any, WebsocketDenier.as_asgi())),
]

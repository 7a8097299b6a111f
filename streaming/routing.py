from __future__ import annotations

from django.urls import path

from streaming.consumers import PublishConsumer, WatchConsumer
from streaming.web import hub

websocket_urlpatterns = [
    path("ws/publish/<slug:slug>/", PublishConsumer.as_asgi(hub=hub)),
    path("ws/watch/", WatchConsumer.as_asgi(hub=hub)),
]

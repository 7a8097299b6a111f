from __future__ import annotations

from typing import Any, cast

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from streaming.process.web import WebNode, node
from streaming.publish.consumer import PublishConsumer
from streaming.watch.consumer import WatchConsumer


def websockets(node: WebNode) -> list[Any]:
    """The addresses of both sockets, for the viewers and cameras of a process."""
    publish = PublishConsumer.as_asgi(
        backplane=node.backplane,
        admission=node.admission,
        start=node.start,
        count_refusal=node.refusals.count,
    )
    watch = WatchConsumer.as_asgi(hub=node.hub, start=node.start, count_refusal=node.refusals.count)
    return [
        # Channels routes ASGI applications by Django's own path(), whose type knows only views.
        path("ws/publish/<slug:slug>/", cast(Any, publish)),
        path("ws/watch/", cast(Any, watch)),
        # Without it, an unknown path would be an error of the server.
        re_path("", cast(Any, WebsocketDenier.as_asgi())),
    ]


websocket_urlpatterns = websockets(node())

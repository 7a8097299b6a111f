"""The protocol as an AsyncAPI 3.0 document, for programs that make clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from streaming.protocol import schema
from streaming.protocol.message import PROTOCOL, Message

_FRAME = {
    "name": "frame",
    "title": "Frame",
    "contentType": "application/octet-stream",
    "summary": "One picture, or one frame of video, in its envelope of 24 bytes.",
    "payload": {"type": "string", "format": "binary"},
}


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go: from a client, and to it."""

    name: str
    description: str
    #: Of a socket; None for a data channel, which has none.
    path: str | None
    received: str | None
    sent: str | None
    frames_come: bool = False
    frames_go: bool = False


CHANNELS = (
    Channel(
        "publish",
        "One camera's signaling, and its frames and control messages where WebRTC can't connect.",
        "/ws/publish/{slug}/",
        "PublishFromCamera",
        "PublishToCamera",
        frames_come=True,
    ),
    Channel(
        "control",
        "WebRTC data channel `control`, ordered: beat, clock, what is wanted.",
        None,
        "ControlFromCamera",
        "ControlToCamera",
    ),
    Channel("frames", "WebRTC data channel `frames`, unordered.", None, None, None, True),
    Channel(
        "watch",
        "Subscriptions and states of any number of cameras, and their frames.",
        "/ws/watch/",
        "FromViewer",
        "ToViewer",
        frames_go=True,
    ),
)


def document(servers: Mapping[str, str]) -> dict[str, Any]:
    """`servers` are the addresses of the `publish` and the `watch` socket, as ws://host:port."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SkySentry",
            "version": f"{PROTOCOL}.0.0",
            "description": "What cameras and viewers say to the server, and what it answers.",
        },
        "defaultContentType": "application/json",
        "servers": {name: _server(address) for name, address in servers.items()},
        "channels": {channel.name: _channel(channel, servers) for channel in CHANNELS},
        "operations": {name: of for channel in CHANNELS for name, of in _operations(channel)},
        "components": {
            "messages": {
                "Frame": _FRAME,
                **{message.__name__: _message(message) for message in schema.all_messages()},
            },
            "schemas": schema.definitions("#/components/schemas/{name}"),
        },
    }


def _server(address: str) -> dict[str, str]:
    protocol, _, host = address.partition("://")
    return {"host": host, "protocol": protocol}


def _channel(channel: Channel, servers: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": channel.path,
        "description": channel.description,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for name in dict.fromkeys([*_received(channel), *_sent(channel)])
        },
    }
    if channel.path and "{slug}" in channel.path:
        found["parameters"] = {"slug": {"description": "Of the camera."}}
    if channel.name in servers:
        found["servers"] = [{"$ref": f"#/servers/{channel.name}"}]
    return found


def _operations(channel: Channel) -> Iterator[tuple[str, dict[str, Any]]]:
    """From the server's point of view."""
    for action, names in ("receive", _received(channel)), ("send", _sent(channel)):
        if names:
            refs = [{"$ref": f"#/channels/{channel.name}/messages/{name}"} for name in names]
            to = {"$ref": f"#/channels/{channel.name}"}
            operation = {"action": action, "channel": to, "messages": refs}
            yield f"{action}{channel.name.capitalize()}", operation


def _received(channel: Channel) -> list[str]:
    return _names(channel.received, channel.frames_come)


def _sent(channel: Channel) -> list[str]:
    return _names(channel.sent, channel.frames_go)


def _names(direction: str | None, frames: bool) -> list[str]:
    said = schema.messages(direction) if direction else ()
    return [*(message.__name__ for message in said), *(["Frame"] if frames else [])]


def _message(message: type[Message]) -> dict[str, Any]:
    return {
        "name": str(message.__struct_config__.tag),
        "title": message.__name__,
        "summary": " ".join((message.__doc__ or "").split()),
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{message.__name__}"},
    }

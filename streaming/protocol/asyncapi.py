"""The protocol as an AsyncAPI 3.0 document, for programs that make clients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streaming.domain.wire import HEADER
from streaming.protocol import schema
from streaming.protocol.enums import CloseCode
from streaming.protocol.message import PROTOCOL, Message

_FRAME = {
    "name": "frame",
    "title": "Frame",
    "contentType": "application/octet-stream",
    "summary": f"One picture, or one frame of video, after a header of {HEADER.size} bytes.",
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
    #: What answers which message, by their names.
    replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_HANDSHAKE = (
    "The handshake is refused with 403 if the `Origin` header, which every browser sends, names"
    " neither this server nor one of `CSRF_TRUSTED_ORIGINS`; programs send none."
)
_CLOSES = f"Close codes: {', '.join(f'{code.value} ({code.means})' for code in CloseCode)}."
_MADE = "made by the camera before its `offer` on `publish`"

CHANNELS = (
    Channel(
        "publish",
        "One camera's signaling, and its frames and control messages where WebRTC can't connect."
        f" {_HANDSHAKE} The first message is `authenticate`, with a publish key or, without one, as"
        f" the user of the session cookie. {_CLOSES}",
        "/ws/publish/{slug}/",
        "PublishFromCamera",
        "PublishToCamera",
        frames_come=True,
        replies={
            "Authenticate": ("Welcome", "PublishError"),
            "Offer": ("Answer", "PublishError"),
            "Stream": ("Streaming", "PublishError"),
            "Attach": ("Attached", "PublishError"),
            "CameraPing": ("Pong",),
            "Frame": ("Taken",),
        },
    ),
    Channel(
        "control",
        f"WebRTC data channel `control`, {_MADE}. Ordered: beat, clock, what is wanted.",
        None,
        "ControlFromCamera",
        "ControlToCamera",
        replies={"CameraPing": ("Pong",)},
    ),
    Channel(
        "frames",
        f"WebRTC data channel `frames`, {_MADE}. Unordered, with `maxPacketLifeTime: 300` (delivery"
        " `resilient`) or `maxRetransmits: 0` (`realtime`).",
        None,
        None,
        None,
        frames_come=True,
    ),
    Channel(
        "watch",
        "Subscriptions and states of any number of cameras, and their frames."
        f" {_HANDSHAKE} A viewer is the user of the session cookie, or a visitor without one, who"
        f" may watch public cameras. {_CLOSES}",
        "/ws/watch/",
        "FromViewer",
        "ToViewer",
        frames_go=True,
        replies={
            "Subscribe": ("CameraState", "WatchError"),
            "AskStages": ("Stages",),
            "ViewerPing": ("Pong",),
        },
    ),
)


def document(servers: Mapping[str, str]) -> dict[str, Any]:
    """`servers` are the addresses of the `publish` and the `watch` socket, as ws://host:port."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SkySentry",
            "version": f"{PROTOCOL}.0.0",
            "description": "What cameras and viewers say to the server, and what it answers."
            " docs/protocol.md explains it.",
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
    """From the server's point of view; what is answered has an operation of its own."""
    title = channel.name.capitalize()
    for name, replies in channel.replies.items():
        operation = _operation(channel, "receive", [name])
        yield f"receive{title}{name}", {**operation, "reply": _said(channel, replies)}
    unanswered = [name for name in _received(channel) if name not in channel.replies]
    for action, names in ("receive", unanswered), ("send", _sent(channel)):
        if names:
            yield f"{action}{title}", _operation(channel, action, names)


def _operation(channel: Channel, action: str, names: Iterable[str]) -> dict[str, Any]:
    return {"action": action, **_said(channel, names)}


def _said(channel: Channel, names: Iterable[str]) -> dict[str, Any]:
    return {
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "messages": [{"$ref": f"#/channels/{channel.name}/messages/{name}"} for name in names],
    }


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

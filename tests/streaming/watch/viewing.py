"""Of the watch socket: what it says, and whether frames reach it by now."""

from __future__ import annotations

from streaming.domain import wire
from tests.streaming.groups import listeners

WATCH = "/ws/watch/"


async def heard_by(socket):
    """What the server has said once it has answered a ping of now."""
    await socket.say("ping", time=4711)
    *said, _pong = await socket.hear_until(lambda message: is_kind(message, "pong"))
    return said


def is_kind(message, kind):
    return not isinstance(message, bytes) and message["type"] == kind


def is_state(message, state):
    return is_kind(message, "state") and message["state"] == state


async def is_relayed(hub, camera):
    return await listeners(hub._store._client, f"camera.{camera.pk}") == 1


async def is_quiet(redis):
    """Whether nobody listens any more, but to changes."""
    return [name for name in await redis.pubsub_channels() if b"camera." in name] == []


def newest_of(hub, camera):
    newest = hub._relays[camera.pk].newest
    return newest and newest.message


def order_of_newest(hub, camera):
    newest = newest_of(hub, camera)
    return newest and wire.head_of(newest).order

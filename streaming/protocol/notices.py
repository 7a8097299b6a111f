"""What every process hears on the `control` group of the `frames` layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from streaming.domain.demand import Want
from streaming.protocol.enums import ChangeKind
from streaming.protocol.message import convert_known


class Change(msgspec.Struct, frozen=True, tag="change"):
    """A fact for all processes; None means any camera, any user."""

    kind: ChangeKind
    camera_id: UUID | None = None
    user_id: int | None = None


class Wants(msgspec.Struct, frozen=True, tag="wants"):
    """What the viewers of one process want of each camera now."""

    by: str
    cameras: Mapping[UUID, Want]


class KeyFrame(msgspec.Struct, frozen=True, tag="key_frame"):
    """Somebody cannot go on with a camera's video before its next key frame."""

    camera_id: UUID


#: What every process hears.
Notice: TypeAlias = Change | Wants | KeyFrame


def event_of(notice: Notice) -> dict[str, Any]:
    """As it travels on the layer."""
    event: dict[str, Any] = msgspec.to_builtins(notice)
    return event


def notice_of(event: Mapping[str, Any]) -> Notice | None:
    """None for one that only a newer process knows, as while processes are renewed.

    Raises msgspec.ValidationError: nobody else speaks there, so anything else is a bug.
    """
    notice: Notice | None = convert_known(event, Notice)
    return notice

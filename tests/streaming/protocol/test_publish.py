from __future__ import annotations

import json

import msgspec
import pytest

from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.protocol.publish import Ended, IceServer, PublishError


def test_what_has_no_value_is_left_out():
    ended = json.loads(Ended(EndReason.LOST, "Nothing came.").text())
    assert ended == {"type": "ended", "reason": "lost", "message": "Nothing came."}
    error = json.loads(PublishError(PublishErrorCode.GONE, "It is over.").text())
    assert error == {
        "type": "error",
        "code": "gone",
        "message": "It is over.",
        "protocol": 1,
    }


@pytest.mark.parametrize(
    "server",
    [
        {"urls": "stun:stun.example"},
        {"urls": ["turn:one.example", "turn:two.example"], "username": "a", "credential": "b"},
    ],
)
def test_ice_servers_are_told_as_they_are_set(server):
    assert msgspec.to_builtins(msgspec.convert(server, IceServer)) == {
        name: tuple(value) if isinstance(value, list) else value for name, value in server.items()
    }

from __future__ import annotations

import json

from streaming.domain.liveness import State
from streaming.protocol.decode import Decoder
from streaming.protocol.enums import WatchErrorCode
from streaming.protocol.watch import CameraState, FromViewer, Subscribe, WatchError


def test_a_state_says_the_version_and_what_is_not_known_as_null():
    assert json.loads(CameraState("hall", State.OFF, None, None, None, None, 0).text()) == {
        "type": "state",
        "camera": "hall",
        "state": "off",
        "session": None,
        "reason": None,
        "since": None,
        "publisher": None,
        "watching": 0,
        "protocol": 1,
    }


def test_an_error_names_a_camera_only_where_one_is_meant():
    error = json.loads(WatchError(WatchErrorCode.TOO_MANY, "At most 64.").text())
    assert error == {
        "type": "error",
        "code": "too_many",
        "message": "At most 64.",
        "protocol": 1,
    }


def test_who_subscribes_says_as_little_as_possible():
    read = Decoder[FromViewer](FromViewer, 4096).decode('{"type": "subscribe", "cameras": ["a"]}')
    assert read == Subscribe(("a",), fps=None, video=(), rendition=None)


def test_too_many_cameras_are_read_as_they_are_told_so_in_words():
    said = {"type": "subscribe", "cameras": [str(number) for number in range(65)]}
    assert Decoder[FromViewer](FromViewer, 4096).decode(json.dumps(said))

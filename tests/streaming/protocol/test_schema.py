from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from streaming.domain.liveness import State
from streaming.protocol import control, publish, schema, watch
from streaming.protocol.control import CameraReport, Pong, Wanted
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.enums import (
    Delivery,
    EndReason,
    PublishErrorCode,
    WatchErrorCode,
)
from streaming.protocol.facts import CameraFacts, ListedCamera
from streaming.protocol.watch import CameraState, WatchError

ID = UUID("4a8c3f0e-1f3b-4b0f-9f7e-2f3d8a6b5c41")
LISTED = ListedCamera(ID, "front-door", "Front door", 640, 480, 30, True, False)
FACTS = CameraFacts(ID, "front-door", "Front door", 640, 480, 30, 0.7, Delivery.RESILIENT, "auto")
#: One of each that the server says.
SAID = [
    publish.Welcome(FACTS, (publish.IceServer(("stun:stun.example",)),)),
    publish.Answer("v=0", 7, "token", resumed=False),
    publish.Streaming(7, "token", resumed=True),
    publish.Attached(7),
    publish.Taken(3),
    publish.Ended(EndReason.STOPPED, "The camera has stopped."),
    publish.Ended(EndReason.TAKEN_OVER, "Vera publishes.", "vera"),
    publish.PublishError(PublishErrorCode.CAMERA_BUSY, "Olga publishes.", "olga"),
    publish.PublishError(PublishErrorCode.UNAVAILABLE, "Not now.", retry_after_s=2),
    Pong(1.5, 1.7e12),
    Wanted(jpeg=True, video=None),
    Wanted(jpeg=False, video="vp8"),
    control.KeyFrame(),
    control.Watching(2, ["olga"]),
    control.Renamed("Porch"),
    control.Received(frames=1, bytes=2, dropped=3, lost=1, delay_ms=0.5, uplink_ms=12.5, fps=29.9),
    control.Refused("jpeg", 1),
    watch.ViewerWelcome("vera"),
    CameraState("front-door", State.OFF, None, None, None, None, 0),
    CameraState("front-door", State.PAUSED, 7, "hidden", 1000.5, "olga", 1),
    watch.Cameras((LISTED,)),
    watch.Stages("front-door", 1.0, 2.0, 3.0),
    WatchError(WatchErrorCode.NOT_FOUND, "There is no such camera.", "front-door"),
    WatchError(WatchErrorCode.TOO_MANY, "At most 64."),
    WatchError(WatchErrorCode.UNAVAILABLE, "Too many watch.", "front-door", 5),
]
HEARD = [
    ("PublishFromCamera", {"type": "authenticate"}),
    ("PublishFromCamera", {"type": "authenticate", "key": None}),
    ("PublishFromCamera", {"type": "offer", "sdp": "v=0", "take_over": True}),
    ("PublishFromCamera", {"type": "offer", "sdp": 7}),
    ("PublishFromCamera", {"type": "offer"}),
    ("PublishFromCamera", {"type": "stream", "take_over": "yes"}),
    ("PublishFromCamera", {"type": "bye", "newer": 1}),
    ("PublishFromCamera", {"type": "shout"}),
    ("PublishFromCamera", {"type": "report", "level": "2"}),
    ("ControlFromCamera", {"type": "report", "encode_ms": 4.2}),
    ("ControlFromCamera", {"type": "encoders", "codecs": ["vp8"] * 17}),
    ("ControlFromCamera", {"type": "encoders", "codecs": ["av1"]}),
    ("ControlFromCamera", {"type": "ping", "time": 1, "paused": "asleep"}),
    ("ControlFromCamera", {"type": "ping", "time": 1, "paused": 7}),
    ("ControlFromCamera", {"type": "bye"}),
    ("FromViewer", {"type": "authenticate", "token": "ssat_1"}),
    ("FromViewer", {"type": "authenticate", "token": None}),
    ("FromViewer", {"type": "subscribe", "cameras": ["hall"], "fps": 10, "rendition": "still"}),
    ("FromViewer", {"type": "subscribe", "cameras": ["hall"], "fps": 31}),
    ("FromViewer", {"type": "subscribe", "cameras": ["hall"], "rendition": "webm"}),
    ("FromViewer", {"type": "unsubscribe", "cameras": ["hall"] * 65}),
    ("FromViewer", {"type": "report", "camera": "hall", "bytes": 1}),
    ("FromViewer", {"type": "ping", "time": True}),
]


@pytest.fixture(scope="module")
def document():
    return schema.document()


def validator(document, name):
    return jsonschema.Draft202012Validator({**document, "$ref": f"#/$defs/{name}"})


def test_it_is_a_schema(document):
    jsonschema.Draft202012Validator.check_schema(document)


def test_it_has_each_message_and_each_direction(document):
    assert {message.__name__ for message in schema.all_messages()} <= document["$defs"].keys()
    assert schema.DIRECTIONS.keys() <= document["$defs"].keys()


def test_each_message_of_the_server_is_tried():
    said = {
        message
        for direction in ("PublishToCamera", "ToViewer")
        for message in schema.messages(direction)
    }
    assert {type(message) for message in SAID} == said


@pytest.mark.parametrize(
    "message", SAID, ids=[f"{n} {type(m).__name__}" for n, m in enumerate(SAID)]
)
def test_what_the_server_says_is_as_the_schema_says(document, message):
    content = json.loads(message.text())
    validator(document, type(message).__name__).validate(content)
    directions = [name for name in schema.DIRECTIONS if type(message) in schema.messages(name)]
    for direction in directions:
        validator(document, direction).validate(content)
    for name in content:
        # Each field is required, unless it is sometimes left out.
        is_optional = name in ("by", "publisher", "retry_after_s", "camera") and (
            content["type"] in ("ended", "error")
        )
        required = document["$defs"][type(message).__name__]["required"]
        assert (name in required) is not is_optional


@pytest.mark.parametrize(("direction", "content"), HEARD)
def test_the_schema_admits_what_the_server_reads(document, direction, content):
    decoder: Decoder[Any] = Decoder(schema.DIRECTIONS[direction], 4096)
    try:
        decoder.decode(json.dumps(content))
        is_read = True
    except MessageError:
        is_read = False
    assert validator(document, direction).is_valid(content) is is_read


def test_within_a_direction_no_type_means_two_things():
    for direction in schema.DIRECTIONS:
        tags = [message.__struct_config__.tag for message in schema.messages(direction)]
        assert len(tags) == len(set(tags))


def test_each_message_says_what_it_is_for(document):
    for message in schema.all_messages():
        assert document["$defs"][message.__name__]["description"].endswith(".")


def test_words_say_what_they_mean(document):
    [stopped, *_] = document["$defs"]["EndReason"]["oneOf"]
    assert stopped == {"const": "stopped", "description": "the camera said `bye`"}
    assert [code["const"] for code in document["$defs"]["CloseCode"]["oneOf"]][:2] == [1000, 1001]


def test_reports_may_lack_everything():
    assert Decoder[Any](control.FromCamera, 100).decode('{"type": "report"}') == CameraReport()

from __future__ import annotations

import json
import uuid

import msgspec
import pytest

from streaming.domain.demand import Want
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, KeyFrame, Wants, event_of, notice_of

CAMERA = uuid.uuid4()


@pytest.mark.parametrize(
    "notice",
    [
        Change(ChangeKind.ACCESS),
        Change(ChangeKind.DISCONNECT, CAMERA, 7),
        Wants("web 1", {}),
        Wants("web 1", {CAMERA: Want(jpeg=True, video=(("h264", "vp8"), ()))}),
        KeyFrame(CAMERA),
    ],
)
def test_a_notice_arrives_as_it_was_told(notice):
    assert notice_of(json.loads(json.dumps(event_of(notice)))) == notice


def test_processes_of_before_understand_it():
    assert event_of(Change(ChangeKind.TAKEN_OVER, CAMERA)) == {
        "type": "change",
        "kind": "taken_over",
        "camera_id": str(CAMERA),
        "user_id": None,
    }


def test_what_only_a_newer_process_knows_is_passed_over():
    assert notice_of({"type": "shout"}) is None


def test_what_is_not_ours_is_an_error():
    with pytest.raises(msgspec.ValidationError):
        notice_of({"type": "key_frame", "camera_id": 7})

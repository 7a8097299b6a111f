from __future__ import annotations

import json
from uuid import uuid4

import pytest

from cameras.models import MAX_FRAME_RATE, CameraGroup
from streaming.domain import wire
from streaming.domain.codecs import VIDEO_CODECS
from streaming.protocol import limits
from streaming.protocol.decode import Decoder
from streaming.protocol.generate import DOCS
from streaming.protocol.watch import FromViewer, Subscribe
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.streaming.protocol.scripts import number


def test_a_viewer_may_ask_for_all_the_frames_that_a_camera_may_send():
    assert limits.MAX_FPS == MAX_FRAME_RATE


def test_they_are_as_the_docs_say():
    page = " ".join(DOCS.read_text().split())
    camera, viewer = limits.MAX_CAMERA_MESSAGE_BYTES, limits.MAX_VIEWER_MESSAGE_BYTES
    assert f"at most {camera // 1024} KiB (on the watch socket {viewer // 1024} KiB)" in page
    assert f"up to {limits.MAX_CAMERAS} ids or slugs" in page
    assert f"over {limits.MAX_CAMERAS} cameras" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERSION", wire.VERSION),
        ("HEADER_BYTES", wire.HEADER.size),
        ("MAX_MESSAGE_BYTES", wire.MAX_MESSAGE_BYTES),
        ("MAX_SENT_BYTES", MAX_BROWSER_MESSAGE_BYTES),
        ("MAX_SIDE", wire.MAX_SIDE),
    ],
)
def test_the_scripts_have_the_same_bounds_of_a_frame(name, value):
    assert number("protocol/wire.js", name) == value


def test_a_page_subscribes_to_as_many_cameras_as_a_connection_carries_and_a_message_holds():
    most = number("watch/connection/subscriptions.js", "MAX_CAMERAS")
    ids = [str(uuid4())] * most
    asked = {"cameras": ids, "video": list(VIDEO_CODECS), "rendition": "video"}
    text = json.dumps({"type": "subscribe", **asked})
    decoder = Decoder[FromViewer](FromViewer, limits.MAX_VIEWER_MESSAGE_BYTES)
    assert decoder.decode(text) == Subscribe(tuple(ids), None, tuple(VIDEO_CODECS), "video")
    assert most == limits.MAX_CAMERAS


def test_a_group_may_be_named_by_any_slug():
    assert CameraGroup._meta.get_field("slug").max_length == limits.MAX_SLUG_LENGTH

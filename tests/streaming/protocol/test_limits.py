from __future__ import annotations

from cameras.models import MAX_FRAME_RATE
from streaming.protocol import limits
from streaming.protocol.generate import DOCS


def test_a_viewer_may_ask_for_all_the_frames_that_a_camera_may_send():
    assert limits.MAX_FPS == MAX_FRAME_RATE


def test_they_are_as_the_docs_say():
    page = " ".join(DOCS.read_text().split())
    camera, viewer = limits.MAX_CAMERA_MESSAGE_BYTES, limits.MAX_VIEWER_MESSAGE_BYTES
    assert f"at most {camera // 1024} KiB (on the watch socket {viewer // 1024} KiB)" in page
    assert f"up to {limits.MAX_CAMERAS} slugs" in page
    assert f"over {limits.MAX_CAMERAS} cameras" in page

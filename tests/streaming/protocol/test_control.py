from __future__ import annotations

import json

import pytest

from streaming.domain.liveness import Pause
from streaming.protocol.control import CameraPing, FromCamera, Wanted
from streaming.protocol.decode import Decoder


def test_the_first_message_says_the_version():
    wanted = Wanted(jpeg=False, video=None)
    assert json.loads(wanted.text()) == {
        "type": "wanted",
        "jpeg": False,
        "video": None,
        "protocol": 1,
    }


@pytest.mark.parametrize("paused", [*Pause, "asleep"])
def test_a_camera_may_say_a_pause_that_the_server_does_not_know(paused):
    ping = Decoder[FromCamera](FromCamera, 100).decode(
        json.dumps({"type": "ping", "time": 1, "paused": paused})
    )
    assert ping == CameraPing(1.0, paused)

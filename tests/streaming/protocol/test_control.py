from __future__ import annotations

import json

import pytest

from streaming.domain.liveness import Pause
from streaming.protocol.control import CameraPing, FromCamera, Pong, Wanted
from streaming.protocol.decode import Decoder


def test_the_first_message_says_the_version():
    wanted = Wanted(jpeg=False, video=None)
    assert json.loads(wanted.text()) == {
        "type": "wanted",
        "jpeg": False,
        "video": None,
        "protocol": 1,
    }


def test_so_does_a_pong_which_may_come_before_it():
    pong = {"type": "pong", "time": 1.5, "server_time": 2.5, "protocol": 1}
    assert json.loads(Pong(1.5, 2.5).text()) == pong


@pytest.mark.parametrize("paused", [*Pause, "asleep"])
def test_a_camera_may_say_a_pause_that_the_server_does_not_know(paused):
    ping = Decoder[FromCamera](FromCamera, 100).decode(
        json.dumps({"type": "ping", "time": 1, "paused": paused})
    )
    assert ping == CameraPing(1.0, paused)

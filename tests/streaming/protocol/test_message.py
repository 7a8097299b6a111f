from __future__ import annotations

import json

from streaming.protocol.control import KeyFrame, Watching
from streaming.protocol.message import Message


def test_it_travels_as_an_object_with_its_type():
    assert json.loads(KeyFrame().text()) == {"type": "key_frame"}
    assert json.loads(Watching(1, ["Zoë 📷"]).text()) == {
        "type": "watching",
        "count": 1,
        "names": ["Zoë 📷"],
    }


def test_it_is_a_value():
    assert KeyFrame() == KeyFrame()
    assert isinstance(hash(KeyFrame()), int)
    assert issubclass(KeyFrame, Message)

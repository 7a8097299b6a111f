from __future__ import annotations

import pytest
from websockets.frames import Frame, Opcode

from streaming.domain import websocket


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 262_144, 1_048_576])
def test_a_binary_frame_is_as_a_library_makes_it(length):
    payload = bytes(length)
    assert websocket.binary(payload) == Frame(Opcode.BINARY, payload).serialize(mask=False)


def test_a_text_frame_is_utf_8():
    expected = Frame(Opcode.TEXT, "18 ms · müde".encode()).serialize(mask=False)
    assert websocket.text("18 ms · müde") == expected

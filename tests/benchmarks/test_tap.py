from __future__ import annotations

from typing import cast

import pytest

from benchmarks import tap
from benchmarks.load import frames
from streaming.domain import websocket, wire
from streaming.publish.intake import Intake
from streaming.watch import connection as direct

FRAME = frames.frame(frames.picture(4_000), session=1, sequence=1)
CAPTURED_AT = wire.unpack(FRAME).captured_at


class Connection:
    """A direct write that takes a frame, or does not."""

    is_open = True
    pending = 0

    def __init__(self, takes: bool) -> None:
        self._takes = takes

    def offer(self, framed: bytes) -> bool:
        return self._takes

    def write(self, framed: bytes) -> None:
        pass

    def abort(self) -> None:
        pass


@pytest.fixture(autouse=True)
def notes(monkeypatch):
    monkeypatch.setattr(tap, "notes", {"in": [], "written": []})
    return tap.notes


def tapped(monkeypatch, takes=True):
    monkeypatch.setattr(direct, "direct_write", lambda scope: Connection(takes))
    tap.tap_web()
    return direct.direct_write({})


def test_frames_that_are_written_are_noted(monkeypatch, notes):
    connection = tapped(monkeypatch)
    assert connection.offer(websocket.binary(FRAME))
    connection.write(websocket.binary(FRAME))
    assert [captured_at for captured_at, _, _ in notes["written"]] == [CAPTURED_AT] * 2


def test_a_frame_that_waits_is_not_noted_yet(monkeypatch, notes):
    assert not tapped(monkeypatch, takes=False).offer(websocket.binary(FRAME))
    assert not notes["written"]


def test_words_are_no_frames(monkeypatch, notes):
    tapped(monkeypatch).write(websocket.text("{}"))
    assert not notes["written"]


def test_frames_that_come_in_are_noted_before_they_are_taken(monkeypatch, notes):
    taken = []
    monkeypatch.setattr(Intake, "frame", lambda self, data: taken.append(len(notes["in"])))
    tap.tap_ingest()
    Intake.frame(cast(Intake, None), FRAME)
    assert taken == [1]
    assert notes["in"][0][0] == CAPTURED_AT

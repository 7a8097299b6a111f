from __future__ import annotations

from streaming import labels
from streaming.domain.liveness import State


def test_states_are_told_apart_by_their_labels():
    assert len(set(map(str, labels.STATES.values()))) == len(State)

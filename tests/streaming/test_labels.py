from __future__ import annotations

from streaming import labels
from streaming.domain.liveness import State
from tests.streaming.protocol.scripts import words


def test_states_are_told_apart_by_their_labels():
    assert len(set(map(str, labels.STATES.values()))) == len(State)


def test_the_scripts_call_each_state_the_same():
    shown = words("pages/shared/words.js", "STATES")
    assert {state: shown[state] for state in State} == {
        state: str(label) for state, label in labels.STATES.items()
    }

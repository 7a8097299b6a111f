from __future__ import annotations

import json
import re
from typing import cast

from rest_framework import serializers

from cameras.models import EndReason
from streaming import labels
from streaming.api.serializers import StatsSerializer
from streaming.domain.liveness import LOSSES, NEVER, PROCESS_SILENT, REDIS_AWAY, Pause, State
from tests.streaming.protocol.scripts import script, words


def test_states_are_told_apart_by_their_labels():
    assert len(set(map(str, labels.STATES.values()))) == len(State)


def test_the_scripts_call_each_state_the_same():
    shown = words("pages/shared/words.js", "STATES")
    assert {state: shown[state] for state in State} == {
        state: str(label) for state, label in labels.STATES.items()
    }


def test_every_reason_has_a_label_of_its_own():
    known = {*EndReason.values, *(pause.value for pause in Pause)}
    assert labels.REASONS.keys() == known | {NEVER, PROCESS_SILENT, REDIS_AWAY}
    assert len(set(map(str, labels.REASONS.values()))) == len(labels.REASONS)


def test_the_scripts_have_a_sentence_for_each_reason():
    table = _table("pages/shared/words.js", "ENDS_OF_SESSIONS")
    assert set(re.findall(r"^  (\w+): \{$", table, re.MULTILINE)) == set(EndReason.values)
    pauses = _table("pages/shared/words.js", "PAUSES")
    assert set(re.findall(r"^  (\w+):", pauses, re.MULTILINE)) == set(Pause) - {Pause.OTHER}
    for reason in NEVER, PROCESS_SILENT, REDIS_AWAY:
        assert re.search(rf"\b{reason}: ", script("pages/shared/words.js"))


def test_the_scripts_call_the_same_ends_a_loss():
    found = re.search(r"LOSSES = (\[.*?\])", script("watch/state.js"), re.DOTALL)
    assert found
    assert set(json.loads(found[1])) == LOSSES


def test_an_end_that_nobody_wished_for_is_shown_as_lost():
    assert labels.shown_state(State.OFF, "peer_failed") is State.LOST
    assert labels.shown_state(State.OFF, "stopped") is State.OFF
    assert labels.shown_state(State.PAUSED, "lost") is State.PAUSED


def test_the_api_documents_each_reason():
    reason = cast(serializers.ChoiceField, StatsSerializer().fields["reason"])
    described = dict(reason.choices)
    assert described == dict(labels.REASONS)


def _table(path, name):
    found = re.search(rf"const {name} = \{{\n(.*?)^\}};$", script(path), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]

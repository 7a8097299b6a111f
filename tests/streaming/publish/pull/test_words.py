from __future__ import annotations

from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.words import PROBLEMS, sentence


def test_each_problem_has_a_sentence():
    assert set(PROBLEMS) == set(SourceErrorCode)
    assert "password" in sentence("failed", "refused")


def test_states_have_theirs_and_what_a_newer_process_says_too():
    assert sentence("connected", "") == "Connected to the camera."
    assert sentence("dreaming", "of sheep") == sentence("connecting", "")

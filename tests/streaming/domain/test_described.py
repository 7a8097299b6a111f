from __future__ import annotations

import json

import pytest

from streaming.domain.described import Described
from streaming.domain.liveness import Pause, State
from streaming.domain.wire import Reason


class Weather(Described):
    FAIR = "fair", "no clouds"


def test_a_word_is_its_text_wherever_a_text_may_stand():
    assert isinstance(Weather.FAIR, str)
    assert {"fair": 1}[Weather.FAIR] == 1
    assert f"{Weather.FAIR} {json.dumps(Weather.FAIR)}" == 'fair "fair"'


def test_it_is_found_by_its_text_alone():
    assert Weather("fair") is Weather.FAIR
    assert Weather.FAIR.means == "no clouds"


@pytest.mark.parametrize("words", [State, Pause, Reason])
def test_each_word_of_the_domain_says_what_it_means(words):
    assert all(word.means for word in words)

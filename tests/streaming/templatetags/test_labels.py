from __future__ import annotations

import pytest
from django.template import Context, Template

from streaming import labels
from streaming.domain.liveness import State


def rendered(state):
    return Template("{% load labels %}{% state_label state %}").render(Context({"state": state}))


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_label(state):
    assert rendered(state.value) == labels.STATES[state]


def test_what_is_no_state_is_an_error():
    with pytest.raises(ValueError, match="asleep"):
        rendered("asleep")

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cameras import two_step

pytestmark = pytest.mark.usefixtures("db")


def test_whoever_has_lost_everything_signs_in_with_one_step(owner: User) -> None:
    two_step.turn_on(owner)
    output = StringIO()
    call_command("two_step_off", "olga", stdout=output)
    assert output.getvalue() == "Two-step sign-in is off for olga.\n"
    assert two_step.of(owner) is None


@pytest.mark.parametrize(
    ("name", "words"), [("nobody", "No active user named 'nobody'"), ("olga", "is not on for olga")]
)
def test_what_cannot_be_is_said(owner: User, name: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("two_step_off", name)

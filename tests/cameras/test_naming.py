from __future__ import annotations

import pytest

from cameras.naming import first_free


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "door"),
        (["gate"], "door"),
        (["door"], "door-2"),
        (["door", "door-2", "door-4"], "door-3"),
        (["door-2"], "door"),
    ],
)
def test_the_first_name_that_is_free_is_taken(taken, name):
    assert first_free("door", taken) == name


def test_what_stands_between_name_and_number_is_a_choice():
    assert first_free("iPhone", {"iPhone"}, separator=" ") == "iPhone 2"

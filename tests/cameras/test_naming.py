from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from cameras.naming import first_free, in_natural_order, validate_line


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


@pytest.mark.parametrize(
    "name", ["Front door", "Küche", "台所", "Кухня", "المطبخ", "🐈‍⬛ cam", "a\u00a0b", ""]
)
def test_a_line_of_any_script_is_a_name(name):
    validate_line(name)


@pytest.mark.parametrize(
    "char",
    ["\n", "\r", "\t", "\x1b", "\x00", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "\u202e"],
)
def test_what_breaks_a_line_or_steers_a_terminal_is_no_name(char):
    with pytest.raises(ValidationError, match="control characters"):
        validate_line(f"Hall{char}phone")


def test_numbers_in_names_are_ordered_as_people_count():
    names = ["Gate 10", "gate 2", "Gate", "2nd", "Élan", "10th", "Gate 2b", "", "Gate ²"]
    ordered = in_natural_order(SimpleNamespace(name=name) for name in names)
    assert [row.name for row in ordered] == [
        *("", "2nd", "10th", "Élan", "Gate", "gate 2", "Gate ²", "Gate 2b", "Gate 10")
    ]

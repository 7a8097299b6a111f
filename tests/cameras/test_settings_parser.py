from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from cameras.settings_parser import BOOLEAN, TEXT, one_of, parse, whole_number

COLOUR = one_of("Red", "green", "BLUE")


@pytest.mark.parametrize("value", [True, "true", "Yes", "ON", " 1 ", 1], ids=repr)
def test_yes_has_many_words(value):
    assert parse("TLS", BOOLEAN, value) is True


@pytest.mark.parametrize("value", [False, "false", "No", "OFF", " 0 ", 0], ids=repr)
def test_no_has_many_words(value):
    assert parse("TLS", BOOLEAN, value) is False


@pytest.mark.parametrize("text", ["red", "RED", " Red "])
def test_a_choice_has_no_case(text):
    assert parse("COLOUR", COLOUR, text) == "Red"


@pytest.mark.parametrize("value", [7, "7", " 7 ", "007"], ids=repr)
def test_a_number_may_be_text(value):
    assert parse("WEB", whole_number(1, 9), value) == 7


@pytest.mark.parametrize("value", [None, 7.5, "7.5", "seven", "", [], float("nan"), True], ids=repr)
def test_what_is_no_whole_number_is_none(value):
    with pytest.raises(ImproperlyConfigured):
        parse("WEB", whole_number(1, 9), value)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (BOOLEAN, "maybe", "X is 'maybe'; it takes true or false."),
        (BOOLEAN, None, "X is None; it takes true or false."),
        (BOOLEAN, [], "X is []; it takes true or false."),
        (COLOUR, "grey", "X is 'grey'; it takes Red, green or BLUE."),
        (TEXT, " ", "X is ' '; it takes a text."),
        (whole_number(1, 9), "10", "X is '10'; it takes a whole number from 1 to 9."),
    ],
)
def test_a_refusal_says_what_was_given_and_what_it_takes(kind, value, message):
    with pytest.raises(ImproperlyConfigured) as refusal:
        parse("X", kind, value)
    assert str(refusal.value) == message


def test_one_entry_of_a_list_is_said_to_be_one():
    with pytest.raises(ImproperlyConfigured, match=r"^HOSTS has 7; "):
        parse("HOSTS", TEXT, 7, verb="has")

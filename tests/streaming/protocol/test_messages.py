from __future__ import annotations

import json
import math

import pytest

from streaming.protocol import messages

ROOM = 100_000_000


def said(**fields):
    """A message as it is after parsing."""
    return messages.parse(json.dumps({"type": "ping", **fields}), ROOM)


def refusal(text, max_bytes=ROOM):
    with pytest.raises(messages.MessageError) as error:
        messages.parse(text, max_bytes)
    return str(error.value)


def test_an_object_with_a_type_is_read():
    message = messages.parse('{"type": "ping", "time": 1.5, "newer": {"than": "us"}}', 100)
    assert message == {"type": "ping", "time": 1.5, "newer": {"than": "us"}}


@pytest.mark.parametrize(
    "text", ["", " ", "ping", "{", '{"type": "ping"', "'a'", "{}}", "\0", "\ufeff{}"]
)
def test_what_is_not_json_is_refused(text):
    assert refusal(text) == "The message is not JSON."


@pytest.mark.parametrize(
    "text", ["[]", "1", "null", '"ping"', "{}", '{"type": 1}', '{"type": null}']
)
def test_what_is_no_object_with_a_type_is_refused(text):
    assert refusal(text) == "The message is not an object with a string type."


@pytest.mark.parametrize("opening", ["[", '{"type":', '[{"a":'])
def test_deep_nesting_is_refused(opening):
    assert refusal(opening * 100_000) == "The message is nested too deeply."


def test_nesting_that_is_closed_again_is_refused_too():
    deep = "[" * 100_000 + "]" * 100_000
    assert refusal(f'{{"type": "ping", "deep": {deep}}}') == "The message is nested too deeply."


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(number):
    assert number in refusal(f'{{"type": "ping", "time": {number}}}')


def test_ten_megabytes_are_refused():
    assert refusal("x" * 10_000_000, 16_384) == "The message is larger than 16384 bytes."


def test_the_bound_counts_bytes():
    text = '{"type": "é"}'
    assert messages.parse(text, 14) == {"type": "é"}
    assert refusal(text, 13) == "The message is larger than 13 bytes."


@pytest.mark.parametrize("escaped", [r"\ud800", r"\udfff", r"\ude00\ud83d", r"\ud83dx"])
@pytest.mark.parametrize("place", ['"{}": 1', '"key": "{}"', '"a": {{"b": ["{}"]}}'])
def test_lone_surrogates_are_refused_wherever_they_stand(place, escaped):
    assert refusal('{"type": "x", ' + place.format(escaped) + "}") == "The message is not JSON."
    raw = place.format(json.loads(f'"{escaped}"'))
    assert refusal('{"type": "x", ' + raw + "}") == "The message is not Unicode text."


def test_escaped_characters_beyond_the_basic_plane_are_read():
    assert messages.parse(r'{"type": "\ud83d\ude00"}', ROOM) == {"type": "\U0001f600"}


def test_nul_is_refused():
    assert refusal(r'{"type": "x", "cameras": ["a\u0000b"]}') == "The message has a NUL character."


def test_an_integer_of_five_thousand_digits_is_refused():
    assert refusal(f'{{"type": "ping", "time": {"9" * 5000}}}') == "The message is not JSON."


@pytest.mark.parametrize("value", [0, -1.5, 1_700_000_000_000.5, 2**80])
def test_a_number_is_read_as_a_float(value):
    number = messages.number(said(time=value), "time")
    assert number == value
    assert isinstance(number, float)


@pytest.mark.parametrize("literal", ["1e999", "-1e999", "9" * 400])
def test_a_number_too_large_to_be_one_is_refused(literal):
    message = messages.parse(f'{{"type": "ping", "time": {literal}}}', ROOM)
    with pytest.raises(messages.MessageError, match="time is not a finite number"):
        messages.number(message, "time")


@pytest.mark.parametrize("value", [None, "1", True, [], {}, [1]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(messages.MessageError, match="time is not a number"):
        messages.number(said(time=value), "time")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_infinity_is_refused_from_wherever_it_comes(value):
    with pytest.raises(messages.MessageError):
        messages.number({"time": value}, "time")


@pytest.mark.parametrize("value", [None, 1, True, [], {}, ["x"]])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(messages.MessageError, match="sdp is not a string"):
        messages.text(said(sdp=value), "sdp")


def test_a_text_is_read():
    assert messages.text(said(sdp="v=0"), "sdp") == "v=0"
    assert messages.optional_text(said(key="sspk_x"), "key") == "sspk_x"


def test_a_missing_optional_text_is_none_and_a_wrong_one_is_refused():
    assert messages.optional_text(said(), "key") is None
    assert messages.optional_text(said(key=None), "key") is None
    with pytest.raises(messages.MessageError, match="key is not a string"):
        messages.optional_text(said(key=0), "key")


def test_a_flag_is_false_when_missing():
    assert messages.flag(said(), "paused") is False
    assert messages.flag(said(paused=None), "paused") is False
    assert messages.flag(said(paused=False), "paused") is False
    assert messages.flag(said(paused=True), "paused") is True


@pytest.mark.parametrize("value", [0, 1, "true", []])
def test_what_is_no_flag_is_refused(value):
    with pytest.raises(messages.MessageError, match="paused is not true or false"):
        messages.flag(said(paused=value), "paused")


@pytest.mark.parametrize("value", [None, "hall", 1, {"hall": 1}, [1], ["hall", None], [["hall"]]])
def test_what_is_no_list_of_texts_is_refused(value):
    with pytest.raises(messages.MessageError, match="cameras is not a list of strings"):
        messages.texts(said(cameras=value), "cameras", 64)


def test_a_list_may_have_as_many_entries_as_is_said():
    assert messages.texts(said(cameras=[]), "cameras", 2) == []
    assert messages.texts(said(cameras=["a", "b"]), "cameras", 2) == ["a", "b"]
    with pytest.raises(messages.MessageError, match="more than 2 entries"):
        messages.texts(said(cameras=["a", "b", "c"]), "cameras", 2)

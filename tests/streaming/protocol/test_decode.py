from __future__ import annotations

import json
from random import Random
from typing import Any, get_args

import pytest

from streaming.protocol import publish, watch
from streaming.protocol.control import CameraPing
from streaming.protocol.decode import Decoder, MessageError

ROOM = 100_000_000


def read(text, max_bytes=ROOM, messages=publish.FromCamera):
    return Decoder(messages, max_bytes).decode(text)


def refusal(text, max_bytes=ROOM, messages=publish.FromCamera):
    with pytest.raises(MessageError) as error:
        read(text, max_bytes, messages)
    return str(error.value)


def camera_says(kind, **fields):
    """A message as it is after reading."""
    return read(json.dumps({"type": kind, **fields}))


def refused_to_camera(kind, **fields):
    return refusal(json.dumps({"type": kind, **fields}))


def viewer_says(kind, **fields):
    return read(json.dumps({"type": kind, **fields}), messages=watch.FromViewer)


def refused_to_viewer(kind, **fields):
    return refusal(json.dumps({"type": kind, **fields}), messages=watch.FromViewer)


def test_a_message_is_read_whatever_newer_fields_it_has():
    message = read('{"type": "ping", "time": 1.5, "newer": {"than": "us"}}', 100)
    assert message == CameraPing(time=1.5)


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
    text = '{"type": "bye", "é": 1}'
    assert read(text, 24) == publish.Bye()
    assert refusal(text, 23) == "The message is larger than 23 bytes."


@pytest.mark.parametrize("escaped", [r"\ud800", r"\udfff", r"\ude00\ud83d", r"\ud83dx"])
@pytest.mark.parametrize("place", ['"{}": 1', '"key": "{}"', '"a": {{"b": ["{}"]}}'])
def test_lone_surrogates_are_refused_wherever_they_stand(place, escaped):
    start = '{"type": "authenticate", '
    assert refusal(start + place.format(escaped) + "}") == "The message is not JSON."
    raw = place.format(json.loads(f'"{escaped}"'))
    assert refusal(start + raw + "}") == "The message is not Unicode text."


def test_escaped_characters_beyond_the_basic_plane_are_read():
    message = read(r'{"type": "authenticate", "key": "\ud83d\ude00"}')
    assert message == publish.Authenticate("\U0001f600")


@pytest.mark.parametrize("place", [r'"key": "a\u0000b"', r'"newer": ["a\u0000b"]'])
def test_nul_is_refused(place):
    text = '{"type": "authenticate", ' + place + "}"
    assert refusal(text) == "The message has a NUL character."


@pytest.mark.parametrize("kind", ["shout", "Ping", "ping.flood", "pong", "welcome", "__init__", ""])
def test_a_type_that_nobody_says_is_refused(kind):
    assert refused_to_camera(kind, time=1) == "This message is not known."


@pytest.mark.parametrize("kind", ["subscribe", "stages", "unsubscribe"])
def test_each_socket_knows_its_own_messages(kind):
    assert viewer_says(kind, cameras=[], camera="hall")
    assert refused_to_camera(kind, cameras=[], camera="hall") == "This message is not known."


def test_a_message_of_two_types_is_refused():
    text = '{"type": "ping", "type": "offer", "time": 1}'
    assert refusal(text) == "The message does not fit its type."


def test_an_integer_of_five_thousand_digits_is_refused():
    assert refusal(f'{{"type": "ping", "time": {"9" * 5000}}}') == "The message is not JSON."


@pytest.mark.parametrize("value", [0, -1.5, 1_700_000_000_000.5, 2**80])
def test_a_number_is_read_as_a_float(value):
    number = camera_says("ping", time=value).time
    assert number == value
    assert isinstance(number, float)


@pytest.mark.parametrize("literal", ["1e999", "-1e999", "9" * 400])
def test_a_number_too_large_to_be_one_is_refused(literal):
    text = f'{{"type": "ping", "time": {literal}}}'
    assert refusal(text) == "time is not a finite number."


@pytest.mark.parametrize("value", [None, "1", True, [], {}, [1]])
def test_what_is_no_number_is_refused(value):
    assert refused_to_camera("ping", time=value) == "time is not a number."


def test_a_number_that_is_missing_is_refused():
    assert refused_to_camera("ping") == "time is not a number."


def test_an_optional_number_may_be_missing_and_a_wrong_one_is_refused():
    assert camera_says("report").level is None
    assert camera_says("report", level=None).level is None
    assert camera_says("report", level=2).level == 2
    assert refused_to_camera("report", level="2") == "level is not a number."


@pytest.mark.parametrize("value", [None, 1, True, [], {}, ["x"]])
def test_what_is_no_text_is_refused(value):
    assert refused_to_camera("offer", sdp=value) == "sdp is not a string."


def test_a_text_is_read():
    assert camera_says("offer", sdp="v=0").sdp == "v=0"
    assert camera_says("authenticate", key="sspk_x").key == "sspk_x"


def test_a_missing_optional_text_is_none_and_a_wrong_one_is_refused():
    assert camera_says("authenticate").key is None
    assert camera_says("authenticate", key=None).key is None
    assert refused_to_camera("authenticate", key=0) == "key is not a string."


def test_a_flag_is_false_when_missing():
    assert not camera_says("stream").take_over
    assert not camera_says("stream", take_over=None).take_over
    assert not camera_says("stream", take_over=False).take_over
    assert camera_says("stream", take_over=True).take_over


@pytest.mark.parametrize("value", [0, 1, "true", []])
def test_what_is_no_flag_is_refused(value):
    assert refused_to_camera("stream", take_over=value) == "take_over is not true or false."


@pytest.mark.parametrize("value", [None, "hall", 1, {"hall": 1}, [1], ["hall", None], [["hall"]]])
def test_what_is_no_list_of_texts_is_refused(value):
    assert refused_to_viewer("subscribe", cameras=value) == "cameras is not a list of strings."


def test_a_list_may_have_as_many_entries_as_is_said():
    assert camera_says("encoders", codecs=[]).codecs == ()
    assert camera_says("encoders", codecs=["vp8"] * 16).codecs == ("vp8",) * 16
    sentence = refused_to_camera("encoders", codecs=["vp8"] * 17)
    assert sentence == "codecs has more than 16 entries."


@pytest.mark.parametrize("fps", [0, 0.09, 31, -1])
def test_a_number_out_of_bounds_is_refused_with_its_bounds(fps):
    assert refused_to_viewer("subscribe", cameras=[], fps=fps) == "fps is not between 0.1 and 30."


def test_a_number_at_its_bounds_is_read():
    assert viewer_says("subscribe", cameras=[], fps=0.1).fps == 0.1
    assert viewer_says("subscribe", cameras=[], fps=30).fps == 30
    assert refused_to_viewer("subscribe", cameras=[], fps="all") == "fps is not a number."


@pytest.mark.parametrize("rendition", ["webm", 7])
def test_what_is_none_of_the_words_is_refused_with_those_that_are(rendition):
    sentence = refused_to_viewer("subscribe", cameras=[], rendition=rendition)
    assert sentence == "rendition is none of auto, jpeg, still, video."


def test_what_the_server_does_not_read_may_be_anything():
    assert camera_says("report", captured="many", sent=[1], skipped=None)
    assert read('{"type": "report", "sent": 1e999}')
    assert viewer_says("report", camera="hall", bytes=1.5, sequence="last")


# Anything at all

_ODD = ["\ud800", "\x00", "", "a" * 300, -1, 10**400, 1e308, float("nan"), float("inf"), True, None]
_ODD += [[], {}, [[]], ["\udfff"], [7], {"type": "ping"}]


@pytest.mark.parametrize(
    "messages", [watch.FromViewer, publish.FromCamera], ids=["viewer", "camera"]
)
def test_whatever_comes_is_a_message_or_is_named_in_words_that_can_be_sent(messages):
    random = Random(12)
    decoder: Decoder[Any] = Decoder(messages, 16_384)
    kinds = [kind.__struct_config__.tag for kind in get_args(messages)]
    fields = sorted({name for kind in get_args(messages) for name in kind.__struct_fields__})
    refused = 0
    for _ in range(3000):
        said = {name: random.choice(_ODD) for name in random.sample(fields, random.randint(0, 5))}
        said["type"] = random.choice([*kinds, *kinds, *kinds, *_ODD])
        text = json.dumps(said)
        cut = text[: random.randrange(len(text))] if random.random() < 0.2 else text
        try:
            decoder.decode(cut)
        except MessageError as error:
            refused += 1
            str(error).encode()
    assert refused > 1000

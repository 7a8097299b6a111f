from __future__ import annotations

import random

import pytest

from streaming.domain.codecs.annex_b import MAX_UNITS
from streaming.domain.codecs.codec import Malformed, Unsupported
from streaming.domain.codecs.h264 import H264, MAX_SPS, size_of
from tests.streaming.parameters import escaped, key_frame, sps

HEADER = b"header"
SHORT, LONG = b"\0\0\1", b"\0\0\0\1"
SLICE, KEY_SLICE, SEI, SPS, PPS, DELIMITER, FILLER = 1, 5, 6, 7, 8, 9, 12
NAMES = {
    SLICE: "slice",
    KEY_SLICE: "key slice",
    SEI: "SEI",
    SPS: "SPS",
    PPS: "PPS",
    DELIMITER: "delimiter",
    FILLER: "filler",
}
SIZE = (640, 480)
#: Of an SEI: what somebody adds, such as a place; and from where on pictures are whole.
NOTE = b"\x05\x10" + b"40.446195,-79.98"
RECOVERY = b"\x06\x01\x84"


def unit(kind, content=None, code=LONG):
    if content is None:
        content = sps(*SIZE)[1:] if kind == SPS else b"content"
    return code + bytes([0x60 | kind]) + content


def units(*kinds, code=LONG):
    return b"".join(unit(kind, code=code) for kind in kinds)


def sei(*messages):
    return unit(SEI, escaped(b"".join(messages)) + b"\x80")


def named(kinds):
    return ", ".join(NAMES[kind] for kind in kinds)


def clean(data, key=True):
    """What is left of a frame."""
    message = HEADER + data
    left = H264.clean(message, len(HEADER), key, SIZE)
    assert (left is message) == (left == message)
    return left.removeprefix(HEADER)


def assert_refused(data, key=True):
    with pytest.raises(Malformed):
        clean(data, key)


@pytest.mark.parametrize("code", [SHORT, LONG], ids=["short codes", "long codes"])
@pytest.mark.parametrize(
    "kinds",
    [
        (SPS, PPS, KEY_SLICE),
        (SPS, PPS, KEY_SLICE, KEY_SLICE, KEY_SLICE),
        (SPS, PPS, PPS, KEY_SLICE),
        (SPS, SPS, PPS, KEY_SLICE),
        (DELIMITER, SPS, PPS, KEY_SLICE),
        (SPS, PPS, DELIMITER, SLICE),
    ],
    ids=named,
)
def test_a_key_frame_that_decoders_take_stays_as_it_is(kinds, code):
    data = units(*kinds, code=code)
    assert clean(data) == data


@pytest.mark.parametrize("code", [SHORT, LONG], ids=["short codes", "long codes"])
@pytest.mark.parametrize(
    "ahead",
    [(SEI,), (SEI, SEI), (DELIMITER, SEI), (SEI, DELIMITER), (FILLER, SEI), (PPS,)],
    ids=named,
)
def test_what_comes_before_the_parameters_is_left_out(ahead, code):
    frame = units(SPS, PPS, KEY_SLICE, code=code)
    assert clean(units(*ahead, code=code) + frame) == frame


@pytest.mark.parametrize("kind", sorted(set(range(32)) - {*range(1, 6), SPS, PPS, DELIMITER}))
def test_units_that_decoders_have_no_need_of_go_wherever_they_stand(kind):
    ahead, behind = units(SPS, PPS), units(KEY_SLICE)
    more = unit(kind, b"<script>")
    assert clean(ahead + more + behind + more) == ahead + behind
    assert clean(more + units(SLICE) + more + units(SLICE), key=False) == units(SLICE, SLICE)


@pytest.mark.parametrize("key", [True, False])
def test_what_somebody_adds_to_a_picture_goes(key):
    frame = units(SPS, PPS, KEY_SLICE) if key else units(SLICE)
    picture = unit(KEY_SLICE if key else SLICE)
    ahead = frame.removesuffix(picture)
    for added in (sei(NOTE), sei(NOTE, NOTE), sei(b"\xff" * 20 + b"\x05\xff\x10" + bytes(271))):
        assert clean(ahead + added + picture + added, key) == frame


@pytest.mark.parametrize(
    "messages",
    [(RECOVERY,), (NOTE, RECOVERY), (RECOVERY, NOTE), (b"\x00\x03\0\0\1", RECOVERY, NOTE)],
)
def test_from_where_on_pictures_are_whole_decoders_have_to_know(messages):
    ahead, behind = units(SPS, PPS), units(SLICE)
    point = sei(RECOVERY)
    assert clean(ahead + sei(*messages) + behind) == ahead + point + behind
    short = SHORT + point.removeprefix(LONG)
    assert clean(ahead + short + behind) == ahead + short + behind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x06",
        b"\x06\x09" + bytes(9),
        b"\x06\x04\x84",
        b"\x06\x03\x01\0\0",
        b"\xff" * 200,
        NOTE * 300 + RECOVERY,
        b"\x06\x04\x84\x84\x84",
        b"\x05\x00" * 40 + RECOVERY,
    ],
)
def test_sei_that_is_none_goes(content):
    frame = units(SPS, PPS, KEY_SLICE)
    assert clean(units(SPS, PPS) + sei(content) + units(KEY_SLICE)) == frame


def test_start_codes_of_both_lengths_may_be_mixed():
    frame = unit(SPS, code=SHORT) + unit(PPS) + unit(KEY_SLICE, code=SHORT)
    assert clean(unit(SEI) + frame) == frame
    frame = unit(SPS) + frame
    assert clean(unit(SEI, code=SHORT) + frame) == frame


@pytest.mark.parametrize(
    "kinds",
    [
        (KEY_SLICE,),
        (SEI, KEY_SLICE),
        (DELIMITER, KEY_SLICE),
        (SPS, KEY_SLICE),
        (PPS, KEY_SLICE),
        (PPS, SPS, KEY_SLICE),
        (SPS, PPS),
        (SPS, PPS, SEI),
        (KEY_SLICE, SPS, PPS),
    ],
    ids=named,
)
def test_a_key_frame_without_parameters_or_picture_is_refused(kinds):
    assert_refused(units(*kinds))


@pytest.mark.parametrize(
    "size", [(8192, 8192), (4096, 2304), (656, 480), (640, 496), (480, 640), (640, 482)]
)
def test_a_picture_of_another_size_is_refused_wherever_it_says_so(size):
    other, own = LONG + sps(*size), units(SPS)
    for data in (other, other + own, own + other):
        with pytest.raises((Malformed, Unsupported)):
            clean(data + units(PPS, KEY_SLICE))
    with pytest.raises((Malformed, Unsupported)):
        clean(units(SPS, PPS, KEY_SLICE) + other)
    assert_refused(units(SLICE) + other, key=False)


def test_colours_that_not_every_browser_decodes_are_refused():
    with pytest.raises(Unsupported):
        clean(LONG + sps(*SIZE, profile=244, colours=3) + units(PPS, KEY_SLICE))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0",
        SHORT,
        LONG,
        b"\0" + units(SPS, PPS, KEY_SLICE),
        b"x" + units(SPS, PPS, KEY_SLICE),
        units(SPS, PPS, KEY_SLICE) + LONG,
        units(SPS, PPS) + LONG + b"\xe5slice",
        LONG + b"\xe7" + units(PPS, KEY_SLICE),
    ],
)
def test_what_is_no_stream_of_units_is_refused(data):
    assert_refused(data)
    assert_refused(data, key=False)


def test_units_are_bounded():
    most = units(SPS, PPS, *[KEY_SLICE] * (MAX_UNITS - 2))
    assert clean(most) == most
    assert_refused(most + units(KEY_SLICE))
    assert_refused(SHORT * 349_525)
    assert_refused((SHORT + b"\x61") * 200_000, key=False)


def test_parameters_are_bounded():
    most = units(*[SPS] * MAX_SPS, PPS, KEY_SLICE)
    assert clean(most) == most
    assert_refused(units(SPS) + most)


@pytest.mark.parametrize("kinds", [(SLICE,), (DELIMITER, SLICE), (PPS, SLICE), (SLICE, SLICE)])
def test_a_frame_between_key_frames_stays_as_it_is(kinds):
    for code in (SHORT, LONG):
        data = units(*kinds, code=code)
        assert clean(data, key=False) == data


@pytest.mark.parametrize(
    "data",
    [LONG + b"\xc1", b"\x41slice", units(SPS, PPS), units(DELIMITER, SPS, PPS, KEY_SLICE), sei()],
)
def test_what_is_none_is_refused(data):
    assert_refused(data, key=False)


def parsed(data):
    """The kinds of the units in `data`: the slow way."""
    return [part[0] & 0x1F for part in data.replace(LONG, SHORT).split(SHORT)[1:]]


def test_any_key_frame_begins_at_its_parameters_or_is_refused():
    generator = random.Random(12)
    found = set()
    for _ in range(5_000):
        kinds = generator.choices(list(NAMES), k=generator.randint(1, 8))
        data = b"".join(unit(kind, code=generator.choice([SHORT, LONG])) for kind in kinds)
        pictures = [index for index, kind in enumerate(kinds) if kind in (SLICE, KEY_SLICE)]
        ahead = kinds[: pictures[0]] if pictures else []
        complete = SPS in ahead and PPS in ahead[ahead.index(SPS) :]
        complete &= kinds.count(SPS) <= MAX_SPS
        found.add(complete)
        if not complete:
            assert_refused(data)
            continue
        left = parsed(clean(data))
        begin = 0 if kinds[:2] == [DELIMITER, SPS] else kinds.index(SPS)
        assert left == [kind for kind in kinds[begin:] if kind not in (SEI, FILLER)]
        assert clean(clean(data)) == clean(data)
    assert found == {True, False}


def test_mutated_frames_are_cleaned_once_and_for_all_or_refused():
    generator = random.Random(14)
    whole = units(DELIMITER) + key_frame(*SIZE) + sei(NOTE, RECOVERY) + units(KEY_SLICE)
    for _ in range(5_000):
        data = bytearray(whole)
        for _ in range(generator.randint(1, 4)):
            data[generator.randrange(len(data))] = generator.choice(
                [0, 1, generator.randrange(256)]
            )
        try:
            left = clean(bytes(data))
        except (Malformed, Unsupported):
            continue
        assert clean(left) == left


def test_a_key_frame_says_its_size_to_who_knows_none():
    assert size_of(key_frame(640, 480)) == (640, 480)
    assert size_of(b"\0\0\0\1\x41delta") is None
    with pytest.raises(Malformed):
        size_of(b"delta")

from __future__ import annotations

import random

import pytest

from streaming.domain.codecs.h264 import H264, MAX_UNITS_AHEAD, key_frame_begin

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


def unit(kind, content=b"content", code=LONG):
    return code + bytes([0x60 | kind]) + content


def units(*kinds, code=LONG):
    return b"".join(unit(kind, code=code) for kind in kinds)


def named(kinds):
    return ", ".join(NAMES[kind] for kind in kinds)


def begin(data, key=True):
    return H264.begin(b"header" + data, len(b"header"), key, (640, 480))


@pytest.mark.parametrize("code", [SHORT, LONG], ids=["short codes", "long codes"])
@pytest.mark.parametrize(
    "kinds",
    [
        (SPS, PPS, KEY_SLICE),
        (SPS, PPS, KEY_SLICE, KEY_SLICE, KEY_SLICE),
        (SPS, PPS, PPS, KEY_SLICE),
        (SPS, PPS, SEI, KEY_SLICE),
        (SPS, SEI, PPS, KEY_SLICE),
        (DELIMITER, SPS, PPS, KEY_SLICE),
        (DELIMITER, SPS, PPS, SEI, SEI, KEY_SLICE),
        # Some cameras mark a picture of slices that stand alone by SEI only.
        (SPS, PPS, SEI, SLICE),
    ],
    ids=named,
)
def test_a_key_frame_that_decoders_take_stays_as_it_is(kinds, code):
    data = units(*kinds, code=code)
    assert key_frame_begin(data) == 0
    assert begin(data) == len(b"header")


@pytest.mark.parametrize("code", [SHORT, LONG], ids=["short codes", "long codes"])
@pytest.mark.parametrize(
    "ahead",
    [(SEI,), (SEI, SEI), (DELIMITER, SEI), (SEI, DELIMITER), (FILLER, SEI), (PPS,)],
    ids=named,
)
def test_what_comes_before_the_parameters_is_left_out(ahead, code):
    frame = units(SPS, PPS, SEI, KEY_SLICE, code=code)
    assert key_frame_begin(units(*ahead, code=code) + frame) == len(units(*ahead, code=code))


def test_start_codes_of_both_lengths_may_be_mixed():
    frame = unit(SPS, code=SHORT) + unit(PPS) + unit(KEY_SLICE, code=SHORT)
    assert key_frame_begin(unit(SEI) + frame) == len(unit(SEI))
    frame = unit(SPS) + frame
    assert key_frame_begin(unit(SEI, code=SHORT) + frame) == len(unit(SEI, code=SHORT))


@pytest.mark.parametrize(
    "kinds",
    [
        (),
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
    assert key_frame_begin(units(*kinds)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0",
        SHORT,
        LONG,
        b"\0" + units(SPS, PPS, KEY_SLICE),
        b"x" + units(SPS, PPS, KEY_SLICE),
        units(SPS, PPS) + LONG,
        units(SPS, PPS) + LONG + b"\xe5slice",
        LONG + b"\xe7" + units(PPS, KEY_SLICE),
    ],
)
def test_what_is_no_stream_of_units_is_refused(data):
    assert key_frame_begin(data) is None


def test_units_ahead_of_the_picture_are_bounded():
    most = [SPS, PPS] + [SEI] * (MAX_UNITS_AHEAD - 2)
    assert key_frame_begin(units(*most, KEY_SLICE)) == 0
    assert key_frame_begin(units(*most, SEI, KEY_SLICE)) is None


def test_a_mebibyte_of_start_codes_is_refused_at_once():
    assert key_frame_begin(SHORT * 349_525) is None


@pytest.mark.parametrize("kinds", [(SLICE,), (DELIMITER, SLICE), (SEI, SLICE), (PPS, SLICE)])
def test_a_frame_between_key_frames_stays_as_it_is(kinds):
    assert begin(units(*kinds), key=False) == len(b"header")
    assert begin(units(*kinds, code=SHORT), key=False) == len(b"header")


@pytest.mark.parametrize("data", [b"", LONG, LONG + b"\xc1", b"\x41slice", units(SPS, PPS)])
def test_what_is_none_is_refused(data):
    assert begin(data, key=False) is None


def parsed(data):
    """The kinds of the units in `data`: the slow way."""
    return [part[0] & 0x1F for part in data.replace(LONG, SHORT).split(SHORT)[1:]]


def test_any_key_frame_begins_at_its_parameters_or_is_refused():
    generator = random.Random(12)
    found = set()
    for _ in range(20_000):
        kinds = generator.choices(list(NAMES), k=generator.randint(1, 8))
        data = b"".join(
            unit(kind, generator.randbytes(3).replace(b"\0", b"x"), generator.choice([SHORT, LONG]))
            for kind in kinds
        )
        at = key_frame_begin(data)
        found.add(at is None)
        pictures = [index for index, kind in enumerate(kinds) if kind in (SLICE, KEY_SLICE)]
        ahead = kinds[: pictures[0]] if pictures else []
        complete = SPS in ahead and PPS in ahead[ahead.index(SPS) :]
        assert (at is not None) == complete
        if at is not None:
            left = parsed(data[at:])
            assert left == kinds[len(kinds) - len(left) :]
            assert left[0] == SPS or left[:2] == [DELIMITER, SPS]
            assert key_frame_begin(data[at:]) == 0
    assert found == {True, False}

from __future__ import annotations

import pytest

from streaming.domain.rtp.h264 import H264Format
from streaming.domain.rtp.units import (
    MAX_PICTURE_BYTES,
    MAX_PIECES,
    Broken,
    TooLarge,
    Unreadable,
)

KEY, SLICE, SPS, PPS = b"\x65\x88key", b"\x41\x9aslice", b"\x67sps", b"\x68pps"


@pytest.fixture
def form():
    return H264Format()


def together(*units):
    return b"\x18" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def pieces(unit, size):
    """Payloads of a unit that is cut."""
    content = [unit[at : at + size] for at in range(1, len(unit), size)]
    flags = [0] * len(content)
    flags[0] |= 0x80
    flags[-1] |= 0x40
    head = bytes([unit[0] & 0xE0 | 28])
    return [
        head + bytes([flag | unit[0] & 0x1F]) + piece
        for flag, piece in zip(flags, content, strict=True)
    ]


def test_a_unit_is_a_payload(form):
    assert form.units(KEY) == [KEY]
    assert form.units(b"") == []


def test_units_come_together(form):
    assert form.units(together(SPS, PPS, KEY)) == [SPS, PPS, KEY]


@pytest.mark.parametrize("payload", [together(SPS)[:-1], b"\x18\0", together(b"")])
def test_units_that_are_cut_off_are_refused(form, payload):
    with pytest.raises(Broken):
        form.units(payload)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_unit_comes_in_pieces(form, size):
    assert [unit for each in pieces(KEY, size) for unit in form.units(each)] == [KEY]


def test_pieces_whose_first_is_missing_are_refused(form):
    form.units(pieces(KEY, 2)[0])
    form.forget()
    with pytest.raises(Broken):
        form.units(pieces(KEY, 2)[1])


@pytest.mark.parametrize("payload", [SLICE, pieces(SLICE, 3)[0]])
def test_a_unit_whose_last_piece_is_missing_is_refused(form, payload):
    form.units(pieces(KEY, 2)[0])
    with pytest.raises(Broken):
        form.units(payload)


def test_a_piece_of_nothing_is_refused(form):
    with pytest.raises(Broken):
        form.units(b"\x7c\x85")


@pytest.mark.parametrize("size", [1, MAX_PICTURE_BYTES // MAX_PIECES * 8])
def test_pieces_are_bounded(form, size):
    first, middle, _ = pieces(b"\x65" + bytes(3 * size), size)
    form.units(first)
    with pytest.raises(TooLarge):
        [form.units(middle) for _ in range(MAX_PIECES)]


@pytest.mark.parametrize("kind", [0, 25, 26, 27, 29, 30, 31])
def test_packets_of_other_modes_are_refused(form, kind):
    with pytest.raises(Unreadable):
        form.units(bytes([0x60 | kind]) + b"content")


def test_a_picture_that_is_told_from_both_sides_is_found(form):
    # Number of its first block 0; type 1 and 6: B. Type 0 and 5: P.
    assert form.is_reordered(b"\x01\xa0")
    assert form.is_reordered(b"\x01\x9c")
    assert not form.is_reordered(b"\x41\xe0")
    assert not form.is_reordered(b"\x65\x9c")
    assert not form.is_reordered(b"\x41")


def test_a_picture_that_needs_none_before_it_is_a_key_frame(form):
    recovery = b"\x06\x06\x01\x84\x80"
    assert form.is_key(KEY)
    assert form.is_key(recovery)
    assert form.is_needed(recovery)
    assert not form.is_needed(b"\x06\x06\x01\x4c\x80")
    assert not form.is_key(SLICE)
    assert not form.is_key(b"\x06\x05\x01a\x80")

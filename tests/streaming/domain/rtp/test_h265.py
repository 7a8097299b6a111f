from __future__ import annotations

import pytest

from streaming.domain.rtp.h265 import H265Format
from streaming.domain.rtp.units import Broken, Unreadable


def unit(kind, content=b"\x80content"):
    return bytes([kind << 1, 1]) + content


KEY, SLICE, VPS, SPS, PPS = (unit(kind) for kind in (19, 1, 32, 33, 34))


@pytest.fixture
def form():
    return H265Format()


def pieces(whole, size):
    content = [whole[at : at + size] for at in range(2, len(whole), size)]
    flags = [0] * len(content)
    flags[0] |= 0x80
    flags[-1] |= 0x40
    head = bytes([whole[0] & 0x81 | 49 << 1, whole[1]])
    return [
        head + bytes([flag | whole[0] >> 1 & 0x3F]) + piece
        for flag, piece in zip(flags, content, strict=True)
    ]


def test_a_unit_is_a_payload(form):
    assert form.units(KEY) == [KEY]
    assert form.units(b"\x26\x01") == []


def test_units_come_together(form):
    parts = (len(each).to_bytes(2, "big") + each for each in (VPS, SPS, PPS, b"\0\1"))
    assert form.units(bytes([48 << 1, 1]) + b"".join(parts)) == [VPS, SPS, PPS]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_unit_comes_in_pieces(form, size):
    assert [unit for each in pieces(KEY, size) for unit in form.units(each)] == [KEY]


def test_pieces_whose_first_is_missing_are_refused(form):
    form.units(pieces(KEY, 2)[0])
    form.forget()
    with pytest.raises(Broken):
        form.units(pieces(KEY, 2)[1])


def test_a_piece_of_nothing_is_refused(form):
    with pytest.raises(Broken):
        form.units(bytes([49 << 1, 1, 0x93]))


def test_packets_of_other_modes_are_refused(form):
    with pytest.raises(Unreadable):
        form.units(unit(50))


def test_kinds_are_told(form):
    assert form.is_slice(KEY)
    assert form.is_slice(SLICE)
    assert not form.is_slice(SPS)
    assert form.begins_picture(SLICE)
    assert not form.begins_picture(unit(1, b"\0"))
    assert [form.parameter_kind(each) for each in (VPS, SPS, PPS, KEY)] == [0, 1, 2, None]
    assert form.is_key(KEY)
    assert not form.is_key(SLICE)
    assert not form.is_needed(unit(39))
    assert form.is_reordered(unit(8))
    assert not form.is_reordered(SLICE)

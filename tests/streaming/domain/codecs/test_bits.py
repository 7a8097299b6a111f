from __future__ import annotations

import pytest

from streaming.domain.codecs.bits import Bits, unescaped
from streaming.domain.codecs.codec import Malformed


def test_numbers_of_any_length_are_read():
    bits = Bits(b"\xa6\x42")
    assert [bits.take(1), bits.number(), bits.number(), bits.signed()] == [1, 1, 2, 2]


@pytest.mark.parametrize("data", [b"", bytes(8)])
def test_what_is_cut_off_is_refused(data):
    with pytest.raises(Malformed):
        Bits(data).number()


def test_what_keeps_start_codes_out_is_left_out():
    assert unescaped(b"a\0\0\3\1b\0\0\3\0") == b"a\0\0\1b\0\0\0"

from __future__ import annotations

import pytest

from streaming.domain.codecs.annex_b import MAX_UNITS, joined, units
from streaming.domain.codecs.codec import Malformed


def test_units_are_found_behind_start_codes_of_both_lengths():
    data = b"head" + b"\0\0\1a" + b"\0\0\0\1bc" + b"\0\0\1d"
    assert [data[unit.content : unit.end] for unit in units(data, 4)] == [b"a", b"bc", b"d"]


def test_what_is_joined_is_found_again():
    parts = [b"a", b"bc", b"d"]
    data = joined(parts)
    assert [data[unit.content : unit.end] for unit in units(data, 0)] == parts


@pytest.mark.parametrize(
    "data", [b"", b"a", b"\0\0\1", b"\0\0\1\x80", b"\0\0\1a" * (MAX_UNITS + 1)]
)
def test_what_is_no_stream_of_units_is_refused(data):
    with pytest.raises(Malformed):
        list(units(data, 0))

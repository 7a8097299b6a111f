from __future__ import annotations

import pytest

from streaming.domain.codecs.vp8 import VP8

#: A key frame of 640x480, as far as it is looked at.
KEY = bytes.fromhex("3000009d012a8002e001")
HEADER = b"header"


def begin(data, key, size=(640, 480)):
    return VP8.begin(HEADER + data, len(HEADER), key, size)


def test_a_key_frame_has_its_size_in_its_header():
    assert begin(KEY, key=True) == len(HEADER)
    assert begin(KEY, key=True, size=(640, 481)) is None
    assert begin(KEY, key=True, size=(641, 480)) is None


def test_bits_that_scale_a_picture_are_not_of_its_size():
    assert begin(KEY[:7] + b"\x42" + KEY[8:9] + b"\xc1", key=True) == len(HEADER)


@pytest.mark.parametrize("length", range(1, len(KEY)))
def test_a_key_frame_cut_off_in_its_header_is_refused(length):
    assert begin(KEY[:length], key=True) is None


def test_the_key_bit_is_the_frames_own():
    assert begin(KEY, key=False) is None
    assert begin(b"\x31", key=False) == len(HEADER)
    assert begin(b"\x31" + KEY[1:], key=True) is None

from __future__ import annotations

import pytest

from streaming.domain.codecs.codec import Malformed
from streaming.domain.codecs.vp8 import VP8

#: A key frame of 640x480, as far as it is looked at.
KEY = bytes.fromhex("3000009d012a8002e001")
HEADER = b"header"


def assert_taken(data, key, size=(640, 480)):
    message = HEADER + data
    assert VP8.clean(message, len(HEADER), key, size) is message


def assert_refused(data, key, size=(640, 480)):
    with pytest.raises(Malformed):
        VP8.clean(HEADER + data, len(HEADER), key, size)


def test_a_key_frame_has_its_size_in_its_header():
    assert_taken(KEY, key=True)
    assert_refused(KEY, key=True, size=(640, 481))
    assert_refused(KEY, key=True, size=(641, 480))


def test_bits_that_scale_a_picture_are_not_of_its_size():
    assert_taken(KEY[:7] + b"\x42" + KEY[8:9] + b"\xc1", key=True)


@pytest.mark.parametrize("length", range(1, len(KEY)))
def test_a_key_frame_cut_off_in_its_header_is_refused(length):
    assert_refused(KEY[:length], key=True)


def test_the_key_bit_is_the_frames_own():
    assert_refused(KEY, key=False)
    assert_taken(b"\x31", key=False)
    assert_refused(b"\x31" + KEY[1:], key=True)

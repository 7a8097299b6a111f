from __future__ import annotations

import random

import pytest

from streaming.domain.codecs import sps as parameters
from streaming.domain.codecs.codec import Malformed, Unsupported
from tests.streaming.parameters import sps

#: Of libx264, at its own pace: constrained baseline, with timing behind its size.
OF_X264 = {
    (64, 48): "6742c00ada11e840000003004000000f23c489a8",
    (640, 360): "6742c01eda0280bfe584000003000400000300f23c58ba80",
    (1920, 1080): "6742c028da01e0089f9610000003001000000303c8f1832a",
}


@pytest.mark.parametrize("size", OF_X264)
def test_it_reads_what_an_encoder_writes(size):
    assert parameters.size(bytes.fromhex(OF_X264[size])) == size


@pytest.mark.parametrize("size", [(2, 2), (640, 480), (1278, 718), (4096, 2304), (2304, 4096)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"order": 0},
        {"order": 1, "cycle": 255},
        {"profile": 77, "references": 16},
        {"profile": 100},
        {"profile": 100, "colours": 0},
        {"profile": 100, "scaling": [[]] * 8},
        {"profile": 100, "scaling": [[1] * 16] * 6 + [[1, -1] * 32] * 2},
        {"profile": 100, "scaling": [[-8], [], [-8], [], [-8], [], [], [2, -10]]},
        {"profile": 110},
    ],
    ids=str,
)
def test_the_size_is_found_whatever_comes_before_it(size, options):
    assert parameters.size(sps(*size, **options)) == size


def test_a_picture_of_two_fields_counts_its_rows_twice():
    assert parameters.size(sps(1920, 1080, interlaced=True)) == (1920, 1080)


@pytest.mark.parametrize(
    "options",
    [
        {"profile": 122, "colours": 2},
        {"profile": 244, "colours": 3},
        {"profile": 110, "bits": 10},
        {"profile": 118},
        {"profile": 83},
    ],
    ids=str,
)
def test_colours_and_profiles_that_not_every_browser_decodes_are_refused(options):
    with pytest.raises(Unsupported):
        parameters.size(sps(640, 480, **options))


def test_encoders_may_round_up_but_no_large_picture_hides_behind_a_small_one():
    assert parameters.size(sps(640, 480, hidden=(48, 48))) == (640, 480)
    for hidden in ((64, 0), (0, 64), (8192 - 640, 8192 - 480)):
        with pytest.raises(Unsupported):
            parameters.size(sps(640, 480, hidden=hidden))


@pytest.mark.parametrize("size", [(8192, 8192), (65536, 16), (16, 65536)])
def test_a_picture_larger_than_any_is_refused(size):
    with pytest.raises(Unsupported):
        parameters.size(sps(*size))


@pytest.mark.parametrize(
    "unit",
    [
        b"",
        b"\x67",
        b"\x67\x42\x00\x1e" + bytes(40),
        sps(640, 480, references=17),
        sps(640, 480, order=3),
        sps(640, 480, order=1, cycle=256),
        sps(640, 480).ljust(parameters.MAX_BYTES + 1, b"x"),
    ],
)
def test_what_makes_no_sense_is_refused(unit):
    with pytest.raises(Malformed):
        parameters.size(unit)


def test_parameters_that_are_cut_off_are_refused():
    whole = sps(640, 480, profile=100, order=1, cycle=20)
    for length in range(len(whole) - 2):
        with pytest.raises(Malformed):
            parameters.size(whole[:length])


def test_anything_else_is_read_or_refused():
    generator = random.Random(13)
    whole = sps(1918, 1078, profile=100, scaling=[[1] * 16] * 6 + [[1] * 64] * 2, order=1, cycle=9)
    for _ in range(5_000):
        data = bytearray(whole[: generator.randint(1, len(whole))])
        for _ in range(generator.randint(1, 4)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        try:
            size = parameters.size(bytes(data))
        except (Malformed, Unsupported):
            continue
        assert all(-63 <= side <= 4160 for side in size)

from __future__ import annotations

import pytest

from streaming.domain.codecs.annex_b import joined
from streaming.domain.codecs.codec import Malformed, Unsupported
from streaming.domain.codecs.h265 import H265, parameters_size
from tests.streaming.parameters import h265_sps

SIZE = (640, 360)
VPS, PPS, SEI = b"\x40\x01vps", b"\x44\x01pps", b"\x4e\x01sei"
SPS = h265_sps(*SIZE)
KEY, SLICE = b"\x26\x01\x80key", b"\x02\x01\x80slice"


def cleaned(*units, key=True, size=SIZE):
    return H265.clean(b"head" + joined(list(units)), 4, key, size)


def test_a_frame_passes_as_it_is():
    assert cleaned(VPS, SPS, PPS, KEY) == b"head" + joined([VPS, SPS, PPS, KEY])
    assert cleaned(SLICE, key=False) == b"head" + joined([SLICE])


def test_what_decoders_have_no_need_of_goes():
    assert cleaned(VPS, SPS, PPS, SEI, KEY) == b"head" + joined([VPS, SPS, PPS, KEY])
    assert cleaned(SEI, SLICE, key=False) == b"head" + joined([SLICE])


@pytest.mark.parametrize(
    ("units", "key"),
    [
        ([SEI], True),
        ([VPS, SPS, PPS, SLICE], True),
        ([VPS, SPS, PPS, KEY], False),
        ([SPS, PPS, KEY], True),
        ([VPS, SPS, KEY, PPS], True),
        ([VPS, h265_sps(640, 368), PPS, KEY], True),
        ([VPS, SPS[:9], PPS, KEY], True),
    ],
)
def test_what_is_no_frame_is_refused(units, key):
    with pytest.raises(Malformed):
        cleaned(*units, key=key)


@pytest.mark.parametrize("layers", [0, 1, 6])
@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (16, 16), (2560, 1440)])
def test_the_size_is_told(size, layers):
    assert parameters_size(h265_sps(*size, layers=layers)) == size


def test_what_is_hidden_is_left_out():
    assert parameters_size(h265_sps(1920, 1080, hidden=8)) == (1920, 1080)


@pytest.mark.parametrize("changes", [{"colours": 3}, {"hidden": 66}])
def test_what_browsers_do_not_show_is_refused(changes):
    with pytest.raises(Unsupported):
        parameters_size(h265_sps(640, 360, **changes))


@pytest.mark.parametrize("unit", [SPS + bytes(2000), h265_sps(640, 360, layers=7)])
def test_parameters_are_bounded(unit):
    with pytest.raises(Malformed):
        parameters_size(unit)

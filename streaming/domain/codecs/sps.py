"""The parameters of a sequence of H.264 (ITU-T H.264, 7.3.2.1.1), as far as they say its size."""

from __future__ import annotations

from typing import NamedTuple

from streaming.domain.codecs.bits import Bits, unescaped
from streaming.domain.codecs.codec import Malformed, Unsupported

#: With all lists of scaling and a decoder's timing they take some 400.
MAX_BYTES = 1024
#: Profiles in whose parameters the format of colours does not stand, as it can only be 4:2:0, and
#: those in whose it does.
_MAIN, _HIGH = frozenset({66, 77, 88}), frozenset({100, 110, 122, 244})
_GREY, _HALVED = 0, 1
_SCALING_LISTS = 8
_MAX_REFERENCES = 16
_MAX_CYCLE = 255
#: Encoders round sizes up, to 16 or even 64; what is left over is not shown.
MAX_HIDDEN = 63
_MAX_UNITS_A_SIDE = 4096 // 16 + 4


class Size(NamedTuple):
    """Of the pictures of a sequence, in pixels."""

    width: int
    height: int


def size(unit: bytes) -> Size:
    """What is shown of each picture that builds on `unit`, which has no start code.

    Raises Malformed, and Unsupported for what not every browser decodes: more than 8 bits, other
    colours than 4:2:0, more than 63 pixels of a side that aren't shown.
    """
    if len(unit) > MAX_BYTES:
        raise Malformed("parameters without an end")
    bits = Bits(unescaped(unit[1:]))
    colours = _colours(bits)
    bits.number()  # log2_max_frame_num_minus4
    _order(bits)
    if bits.number() > _MAX_REFERENCES:
        raise Malformed("more references than there are")
    bits.take(1)  # gaps_in_frame_num_value_allowed_flag
    across, down = bits.number() + 1, bits.number() + 1
    frames_only = bits.take(1)
    down *= 2 - frames_only
    if not frames_only:
        bits.take(1)  # mb_adaptive_frame_field_flag
    bits.take(1)  # direct_8x8_inference_flag
    left, right, top, bottom = (bits.number() for _ in range(4)) if bits.take(1) else (0,) * 4
    unit_across = 1 if colours == _GREY else 2
    unit_down = unit_across * (2 - frames_only)
    hidden_across, hidden_down = (left + right) * unit_across, (top + bottom) * unit_down
    if max(hidden_across, hidden_down) > MAX_HIDDEN or max(across, down) > _MAX_UNITS_A_SIDE:
        raise Unsupported("pictures of which a part is hidden, or larger than any")
    return Size(across * 16 - hidden_across, down * 16 - hidden_down)


def _colours(bits: Bits) -> int:
    """Profile, level and number, and what the profile brings along: the format of colours."""
    profile = bits.take(8)
    bits.take(16)  # constraint flags, level_idc
    bits.number()  # seq_parameter_set_id
    if profile in _MAIN:
        return _HALVED
    if profile not in _HIGH:
        raise Unsupported("a profile of something else")
    colours = bits.number()
    if colours not in (_GREY, _HALVED) or bits.number() or bits.number():
        raise Unsupported("other colours than 4:2:0, or more than 8 bits")
    bits.take(1)  # qpprime_y_zero_transform_bypass_flag
    if bits.take(1):
        for index in range(_SCALING_LISTS):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return colours


def _skip_scaling_list(bits: Bits, count: int) -> None:
    scale = 8
    for _ in range(count):
        scale = (scale + bits.signed()) % 256
        if scale == 0:
            return


def _order(bits: Bits) -> None:
    """How the order of pictures is told."""
    kind = bits.number()
    if kind == 0:
        bits.number()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.take(1)
        bits.number()
        bits.number()
        cycle = bits.number()
        if cycle > _MAX_CYCLE:
            raise Malformed("a cycle without an end")
        for _ in range(cycle):
            bits.number()
    elif kind != 2:
        raise Malformed("an order that is none")

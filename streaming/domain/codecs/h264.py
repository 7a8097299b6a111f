"""H.264 in Annex B (ITU-T H.264, annex B and table 7-1).

The size stands deep in the parameters, where only decoders look.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from streaming.domain.codecs.codec import Codec

_START_CODE, _LONG_START_CODE = b"\0\0\1", b"\0\0\0\1"
#: Kinds of NAL units: slices of a picture, parameters of the sequence and of the picture, and the
#: mark of a new picture.
_SLICES = range(1, 6)
_SPS, _PPS, _DELIMITER = 7, 8, 9
_FORBIDDEN = 0x80
#: NAL units before the first slice of a key frame. Cameras send about five; each costs a search.
MAX_UNITS_AHEAD = 32


def _begin(data: bytes, start: int, key: bool, size: tuple[int, int]) -> int | None:
    if key:
        return key_frame_begin(data, start)
    kind = _first_kind(data, start)
    return None if kind is None or kind == _SPS else start


def key_frame_begin(data: bytes, start: int = 0) -> int | None:
    """Where in `data`, from `start` on, the key frame begins that decoders take.

    They want SPS, PPS and slices, in this order: Chromium's fails at an SEI that needs an SPS it
    has not seen. A delimiter right before them may stay; what else comes first, such as the SEI of
    many cameras, is left out. None for a frame that lacks one of the three.
    """
    ahead = _units_ahead(data, start)
    kinds = [kind for _, kind in ahead]
    if _SPS not in kinds or _PPS not in kinds[kinds.index(_SPS) :]:
        return None
    if kinds[:2] == [_DELIMITER, _SPS]:
        return start
    position, _ = ahead[kinds.index(_SPS)]
    return position


def _units_ahead(data: bytes, start: int) -> list[tuple[int, int]]:
    """The NAL units before the first slice; none where there is no slice."""
    ahead: list[tuple[int, int]] = []
    for unit in islice(_units(data, start), MAX_UNITS_AHEAD + 1):
        if unit[1] in _SLICES:
            return ahead
        ahead.append(unit)
    return []


def _units(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Start code and kind of each NAL unit, up to one that is broken."""
    kind, position = _first_kind(data, start), start
    while kind is not None:
        yield position, kind
        code = data.find(_START_CODE, position + len(_LONG_START_CODE))
        kind = _kind(data, code + 3) if code >= 0 else None
        # The longer start code begins with one more zero.
        position = code - 1 if data[code - 1] == 0 else code


def _first_kind(data: bytes, start: int) -> int | None:
    if data.startswith(_LONG_START_CODE, start):
        return _kind(data, start + 4)
    return _kind(data, start + 3) if data.startswith(_START_CODE, start) else None


def _kind(data: bytes, position: int) -> int | None:
    header = data[position : position + 1]
    return None if not header or header[0] & _FORBIDDEN else header[0] & 0x1F


H264 = Codec(number=3, name="h264", is_video=True, begin=_begin)

"""H.264 in RTP (RFC 6184), in the modes of single units and without interleaving."""

from __future__ import annotations

from streaming.domain.codecs import h264
from streaming.domain.codecs.bits import Bits, unescaped
from streaming.domain.codecs.codec import Codec, Malformed
from streaming.domain.rtp.units import Broken, Pieces, Unreadable, together

_SINGLE = range(1, 24)
_TOGETHER, _PIECE = 24, 28
_BEGINS, _ENDS = 0x80, 0x40
_KIND, _IMPORTANCE = 0x1F, 0xE0
_SLICES = frozenset({1, 2, 5})
_KEY_SLICE, _SEI = 5, 6
_PARAMETERS = {7: 0, 8: 1}
#: Types of slices that are told from pictures on both sides (table 7-6).
_BOTH_SIDES = frozenset({1, 6})
#: In which both numbers at a slice's beginning stand.
_SLICE_BEGIN_BYTES = 12


class H264Format:
    """As `units.Format` says."""

    codec: Codec = h264.H264
    parameter_kinds = len(_PARAMETERS)

    def __init__(self) -> None:
        self._pieces = Pieces()

    def units(self, payload: bytes) -> list[bytes]:
        if not payload:
            return []
        kind = payload[0] & _KIND
        if kind == _PIECE:
            return self._piece(payload)
        self._pieces.check_none()
        if kind in _SINGLE:
            return [payload]
        if kind == _TOGETHER:
            return together(payload, 1)
        raise Unreadable(f"packets of kind {kind}")

    def _piece(self, payload: bytes) -> list[bytes]:
        if len(payload) < 3:
            raise Broken("a piece of nothing")
        flags = payload[1]
        header = bytes((payload[0] & _IMPORTANCE | flags & _KIND,))
        begins, ends = bool(flags & _BEGINS), bool(flags & _ENDS)
        return self._pieces.add(header, payload[2:], begins=begins, ends=ends)

    def forget(self) -> None:
        self._pieces.forget()

    def is_slice(self, unit: bytes) -> bool:
        return unit[0] & _KIND in _SLICES

    def begins_picture(self, unit: bytes) -> bool:
        # The number of its first block, 0, takes the first bit.
        return len(unit) > 1 and bool(unit[1] & 0x80)

    def parameter_kind(self, unit: bytes) -> int | None:
        return _PARAMETERS.get(unit[0] & _KIND)

    def is_key(self, unit: bytes) -> bool:
        kind = unit[0] & _KIND
        return kind == _KEY_SLICE or (kind == _SEI and h264.recovers_at_once(unit))

    def is_needed(self, unit: bytes) -> bool:
        return unit[0] & _KIND == _SEI and h264.recovers_at_once(unit)

    def is_reordered(self, unit: bytes) -> bool:
        if unit[0] & _KIND == _KEY_SLICE:
            return False
        bits = Bits(unescaped(unit[1:_SLICE_BEGIN_BYTES]))
        try:
            bits.number()  # first_mb_in_slice
            return bits.number() in _BOTH_SIDES
        except Malformed:
            return False

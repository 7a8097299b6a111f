"""H.265 in RTP (RFC 7798), without the numbers of another order (sprop-max-don-diff 0)."""

from __future__ import annotations

from streaming.domain.codecs import h265
from streaming.domain.codecs.codec import Codec
from streaming.domain.rtp.units import Broken, Pieces, Unreadable, together

_TOGETHER, _PIECE = 48, 49
_BEGINS, _ENDS, _KIND = 0x80, 0x40, 0x3F
_HEADER_BYTES = 2


class H265Format:
    """As `units.Format` says."""

    codec: Codec = h265.H265
    parameter_kinds = len(h265.PARAMETERS)

    def __init__(self) -> None:
        self._pieces = Pieces()

    def units(self, payload: bytes) -> list[bytes]:
        if len(payload) <= _HEADER_BYTES:
            return []
        kind = h265.kind(payload)
        if kind == _PIECE:
            return self._piece(payload)
        self._pieces.check_none()
        if kind < _TOGETHER:
            return [payload]
        if kind == _TOGETHER:
            return [each for each in together(payload, _HEADER_BYTES) if len(each) > _HEADER_BYTES]
        raise Unreadable(f"packets of kind {kind}")

    def _piece(self, payload: bytes) -> list[bytes]:
        if len(payload) < _HEADER_BYTES + 2:
            raise Broken("a piece of nothing")
        flags = payload[_HEADER_BYTES]
        # The kind stands in its middle six bits.
        header = bytes((payload[0] & 0x81 | (flags & _KIND) << 1, payload[1]))
        begins, ends = bool(flags & _BEGINS), bool(flags & _ENDS)
        return self._pieces.add(header, payload[_HEADER_BYTES + 1 :], begins=begins, ends=ends)

    def forget(self) -> None:
        self._pieces.forget()

    def is_slice(self, unit: bytes) -> bool:
        return h265.is_slice(h265.kind(unit))

    def begins_picture(self, unit: bytes) -> bool:
        return bool(unit[_HEADER_BYTES] & 0x80)

    def parameter_kind(self, unit: bytes) -> int | None:
        kind = h265.kind(unit)
        return h265.PARAMETERS.index(kind) if kind in h265.PARAMETERS else None

    def is_key(self, unit: bytes) -> bool:
        return h265.is_key(h265.kind(unit))

    def is_needed(self, unit: bytes) -> bool:
        return False

    def is_reordered(self, unit: bytes) -> bool:
        # Slices of both sides are usual here without another order: time stamps tell.
        return h265.is_leading(h265.kind(unit))

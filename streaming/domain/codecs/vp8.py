"""VP8 (RFC 6386, section 9.1)."""

from __future__ import annotations

from streaming.domain.codecs.codec import Codec

#: Of a key frame.
_START = b"\x9d\x01\x2a"


def _begin(data: bytes, start: int, key: bool, size: tuple[int, int]) -> int | None:
    if bool(data[start] & 1) is key:
        return None
    return start if not key or _size(data, start + 3) == size else None


def _size(data: bytes, position: int) -> tuple[int, int] | None:
    """Width and height of a key frame; the upper bits scale them."""
    if not data.startswith(_START, position):
        return None
    width = int.from_bytes(data[position + 3 : position + 5], "little") & 0x3FFF
    height = int.from_bytes(data[position + 5 : position + 7], "little") & 0x3FFF
    return (width, height)


VP8 = Codec(number=2, name="vp8", is_video=True, begin=_begin)

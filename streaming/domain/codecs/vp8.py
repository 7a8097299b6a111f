"""VP8 (RFC 6386, section 9.1)."""

from __future__ import annotations

from streaming.domain.codecs.codec import Codec, Malformed

#: Of a key frame.
_START = b"\x9d\x01\x2a"


def _clean(message: bytes, start: int, key: bool, size: tuple[int, int]) -> bytes:
    if bool(message[start] & 1) is key:
        raise Malformed("a key bit that is wrong")
    if key and _size(message, start + 3) != size:
        raise Malformed("no key frame, or another size")
    return message


def _size(data: bytes, position: int) -> tuple[int, int] | None:
    """Width and height of a key frame; the upper bits scale them."""
    if not data.startswith(_START, position):
        return None
    width = int.from_bytes(data[position + 3 : position + 5], "little") & 0x3FFF
    height = int.from_bytes(data[position + 5 : position + 7], "little") & 0x3FFF
    return (width, height)


VP8 = Codec(number=2, name="vp8", is_video=True, clean=_clean)

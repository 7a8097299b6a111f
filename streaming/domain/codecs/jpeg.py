"""What a JPEG says of itself, without decoding it (ITU-T T.81, annex B)."""

from __future__ import annotations

from streaming.domain.codecs.codec import Codec

START = b"\xff\xd8"
END = b"\xff\xd9"
#: Start-of-frame markers of pictures that browsers decode: baseline, extended, progressive.
_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2})
#: What may stand before it: Huffman and quantization tables, restart interval, comment, APPn.
#: Anything else, padding too, decoders read in ways of their own: two sizes could hide in one file.
_SEGMENTS = frozenset({0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
#: Segments before the picture's header; cameras write about five, Exif adds a few.
_MAX_SEGMENTS = 64


def size(data: bytes, start: int = 0) -> tuple[int, int] | None:
    """Width and height of the JPEG that fills `data` from `start` on; None if it is not one.

    Reads markers only, so that a picture that would unpack to gigabytes is found out by its
    header before anybody decodes it.
    """
    if data[start : start + 2] != START or not data.endswith(END):
        return None
    position = start + 2
    for _ in range(_MAX_SEGMENTS):
        if position + 9 > len(data) or data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker in _FRAME_HEADERS:
            height = data[position + 5] << 8 | data[position + 6]
            width = data[position + 7] << 8 | data[position + 8]
            return (width, height)
        length = data[position + 2] << 8 | data[position + 3]
        if marker not in _SEGMENTS or length < 2:
            return None
        position += 2 + length
    return None


def _begin(data: bytes, start: int, key: bool, its_size: tuple[int, int]) -> int | None:
    return start if size(data, start) == its_size else None


JPEG = Codec(number=1, name="jpeg", is_video=False, begin=_begin)

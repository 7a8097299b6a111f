"""What a chunk of video says of itself, without decoding it."""

from __future__ import annotations

#: Of a key frame of VP8 (RFC 6386, section 9.1).
_VP8_START = b"\x9d\x01\x2a"
#: Kinds of NAL units that begin a key frame of H.264 (ITU-T H.264, table 7-1): parameters of the
#: sequence, or the mark of a new picture before them.
_SPS, _DELIMITER = 7, 9


def is_vp8(data: bytes, start: int, key: bool, size: tuple[int, int]) -> bool:
    """Whether `data` from `start` on looks like a frame of this kind; `size` is a key frame's."""
    if bool(data[start] & 1) is key:
        return False
    if not key:
        return True
    position = start + 3
    width = int.from_bytes(data[position + 3 : position + 5], "little") & 0x3FFF
    height = int.from_bytes(data[position + 5 : position + 7], "little") & 0x3FFF
    return data.startswith(_VP8_START, position) and (width, height) == size


def is_h264(data: bytes, start: int, key: bool, size: tuple[int, int]) -> bool:
    """Whether `data` from `start` on looks like a frame of this kind, in Annex B.

    The size stands deep in the parameters, where only decoders look.
    """
    if data.startswith(b"\0\0\0\1", start):
        start += 4
    elif data.startswith(b"\0\0\1", start):
        start += 3
    else:
        return False
    header = data[start : start + 1]
    if not header or header[0] & 0x80:
        return False
    kind = header[0] & 0x1F
    return kind in (_SPS, _DELIMITER) if key else kind != _SPS

"""A stream of NAL units behind start codes (ITU-T H.264 and H.265, annex B)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streaming.domain.codecs.codec import Malformed

_START_CODE, _LONG_START_CODE = b"\0\0\1", b"\0\0\0\1"
_FORBIDDEN = 0x80
#: NAL units of a frame: 256 KiB in slices of 1,200 bytes are 219. Each costs a search.
MAX_UNITS = 512


class Unit(NamedTuple):
    #: Of its start code.
    begin: int
    #: Of its first byte, which says its kind.
    content: int
    end: int


def units(data: bytes, start: int) -> Iterator[Unit]:
    """The NAL units from `start` on. Raises Malformed where it isn't made of them."""
    if data.startswith(_LONG_START_CODE, start):
        content = start + 4
    elif data.startswith(_START_CODE, start):
        content = start + 3
    else:
        raise Malformed("no start code")
    begin = start
    for _ in range(MAX_UNITS):
        if content >= len(data) or data[content] & _FORBIDDEN:
            raise Malformed("no unit")
        code = data.find(_START_CODE, content + 1)
        if code < 0:
            yield Unit(begin, content, len(data))
            return
        # The longer start code begins with one more zero.
        end = code - 1 if data[code - 1] == 0 else code
        yield Unit(begin, content, end)
        begin, content = end, code + 3
    raise Malformed("too many units")


def joined(parts: list[bytes]) -> bytes:
    """The same of units without start codes."""
    return _LONG_START_CODE + _LONG_START_CODE.join(parts)

"""JPEG (ITU-T T.81, annex B): read marker by marker, and reduced to what decoders need.

That is tables, one header, one scan. Everything else goes: Exif, which may tell where a picture was
taken, XMP, colour profiles, thumbnails, comments, and what follows the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from streaming.domain.codecs.codec import Codec, Cut, Malformed, Unsupported, without

START = b"\xff\xd8"
END = b"\xff\xd9"
#: Baseline, and extended with Huffman codes. Progressive pictures are refused: a few bytes of each
#: further scan make a decoder go over the whole picture again. No camera sends them.
_HEADERS = (0xC0, 0xC1)
_OTHER_HEADERS = frozenset({*range(0xC2, 0xD0)} - {0xC4, 0xC8, 0xCC})
_HUFFMAN, _QUANTIZATION, _INTERVAL, _SCAN = 0xC4, 0xDB, 0xDD, 0xDA
_JFIF, _ADOBE, _COMMENT = 0xE0, 0xEE, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
_FIRST_RESTART = 0xD0
#: Segments before the scan; cameras write about eleven, Exif adds a few.
MAX_SEGMENTS = 64
#: Cameras restart once a row of blocks, or some times.
MAX_RESTARTS = 4096
#: One of either code at least: difference and end.
_MIN_BITS_PER_BLOCK = 2
_MAX_BLOCKS_PER_UNIT = 10
#: A marker in the scan: 0xFF is followed by 0 where it is one of the picture's bytes.
_MARK = re.compile(rb"\xff[^\x00]")
#: As browsers write it: no thumbnail, and pixels that are square.
_PLAIN_JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#: By the transform of colours that it names: none, and YCbCr.
_PLAIN_ADOBE = {each: b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([each]) for each in (0, 1)}


class _Component(NamedTuple):
    number: int
    across: int
    down: int
    table: int


class _Segments:
    """What stands before the scan."""

    __slots__ = ("_seen", "components", "cuts", "data", "interval", "position", "size", "tables")

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.position = start
        self.size = (0, 0)
        self.components: list[_Component] = []
        #: Class and number of each, as the scan names them; quantization is a class of its own.
        self.tables: set[int] = set()
        #: Units of blocks between restarts; 0: there are none.
        self.interval = 0
        self.cuts: list[Cut] = []
        self._seen: set[int] = set()

    def read(self) -> int:
        """Where the scan begins."""
        data, position = self.data, self.position
        if not data.startswith(START, position):
            raise Malformed("no JPEG")
        position += 2
        for _ in range(MAX_SEGMENTS):
            # A marker without a length, padding too, decoders read in ways of their own: two sizes
            # could hide in one file.
            if position + 4 > len(data) or data[position] != 0xFF:
                raise Malformed("no marker")
            marker, at = data[position + 1], position + 4
            end = position + 2 + (data[position + 2] << 8 | data[position + 3])
            if not at <= end <= len(data):
                raise Malformed("a segment that ends elsewhere")
            self.position = position
            if marker == _SCAN:
                self._check_scan(at, end)
                return end
            if take := _TAKE.get(marker):
                take(self, at, end)
            else:
                self._refuse(marker)
            position = end
        raise Malformed("too many segments")

    def _refuse(self, marker: int) -> None:
        if marker in _OTHER_HEADERS:
            raise Unsupported("progressive, lossless or arithmetic")
        raise Malformed("a marker that means nothing here")

    def _drop(self, at: int, end: int) -> None:
        self.cuts.append((self.position, end, b""))

    def _jfif(self, at: int, end: int) -> None:
        """Without its thumbnail; others of its marker hold nothing but one."""
        plain = _PLAIN_JFIF if self.data.startswith(b"JFIF\0", at) else b""
        self._become(plain, _JFIF, end)

    def _adobe(self, at: int, end: int) -> None:
        """Whether colours are YCbCr."""
        if end != at + 12 or not self.data.startswith(b"Adobe", at):
            self._drop(at, end)
        elif plain := _PLAIN_ADOBE.get(self.data[end - 1]):
            self._become(plain, _ADOBE, end)
        else:
            raise Unsupported("four colours")

    def _become(self, plain: bytes, marker: int, end: int) -> None:
        """The first of these is enough."""
        if marker in self._seen or end - self.position < len(plain):
            plain = b""
        if plain:
            self._seen.add(marker)
        if self.data[self.position : end] != plain:
            self.cuts.append((self.position, end, plain))

    def _huffman(self, at: int, end: int) -> None:
        while at < end:
            number = self.data[at]
            if number & 0xEC:
                raise Malformed("a number of no table")
            self._add_table(number)
            at += 17 + sum(self.data[at + 1 : at + 17])
        if at != end:
            raise Malformed("a table that ends elsewhere")

    def _quantization(self, at: int, end: int) -> None:
        while at < end:
            number = self.data[at]
            if number & 0xFC:
                raise Unsupported("a table of 16 bits")
            self._add_table(_QUANTIZATION << 8 | number)
            at += 65
        if at != end:
            raise Malformed("a table that ends elsewhere")

    def _add_table(self, number: int) -> None:
        if number in self.tables:
            raise Malformed("a table twice")
        self.tables.add(number)

    def _restart_interval(self, at: int, end: int) -> None:
        if end != at + 2 or self.interval:
            raise Malformed("no restart interval, or two")
        self.interval = self.data[at] << 8 | self.data[at + 1]

    def _header(self, at: int, end: int) -> None:
        data = self.data
        if self.components or end < at + 6:
            raise Malformed("two headers, or a short one")
        precision, count = data[at], data[at + 5]
        if precision != 8 or count not in (1, 3):
            raise Unsupported("not 8 bits, or neither grey nor three colours")
        if end != at + 6 + 3 * count:
            raise Malformed("a header that ends elsewhere")
        self.size = (data[at + 3] << 8 | data[at + 4], data[at + 1] << 8 | data[at + 2])
        self.components = [
            _Component(data[each], data[each + 1] >> 4, data[each + 1] & 0x0F, data[each + 2])
            for each in range(at + 6, end, 3)
        ]
        for component in self.components:
            if component.across not in (1, 2, 4) or component.down not in (1, 2, 4):
                raise Unsupported("odd sampling")
        if self._blocks_per_unit > _MAX_BLOCKS_PER_UNIT:
            raise Unsupported("odd sampling")

    def _check_scan(self, at: int, end: int) -> None:
        data, components = self.data, self.components
        count = data[at] if at < end else 0
        if not components or end != at + 4 + 2 * count:
            raise Malformed("a scan without a header, or a scan's header that ends elsewhere")
        if count != len(components):
            raise Unsupported("more than one scan")
        for component, each in zip(components, range(at + 1, end, 2), strict=False):
            number, tables = data[each], data[each + 1]
            needed = {_QUANTIZATION << 8 | component.table, tables >> 4, 0x10 | tables & 0x0F}
            if number != component.number or not needed <= self.tables:
                raise Malformed("a scan of another picture, or without its tables")
        if data[end - 3 : end] != b"\0\x3f\0":
            raise Malformed("a part of a scan")

    @property
    def _blocks_per_unit(self) -> int:
        if len(self.components) == 1:
            return 1
        return sum(each.across * each.down for each in self.components)

    def units(self) -> tuple[int, int]:
        """How many units of blocks there are, and the fewest bytes that they can take."""
        across = down = 8
        if len(self.components) > 1:
            across *= max(each.across for each in self.components)
            down *= max(each.down for each in self.components)
        width, height = self.size
        count = -(-width // across) * -(-height // down)
        return count, count * self._blocks_per_unit * _MIN_BITS_PER_BLOCK // 8


_TAKE: dict[int, Callable[[_Segments, int, int], None]] = {
    **dict.fromkeys(_APPLICATIONS, _Segments._drop),
    **dict.fromkeys(_HEADERS, _Segments._header),
    _COMMENT: _Segments._drop,
    _JFIF: _Segments._jfif,
    _ADOBE: _Segments._adobe,
    _HUFFMAN: _Segments._huffman,
    _QUANTIZATION: _Segments._quantization,
    _INTERVAL: _Segments._restart_interval,
}


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that nobody has described. Raises Malformed and Unsupported."""
    segments = _Segments(data, 0)
    segments.read()
    return segments.size


def _clean(message: bytes, start: int, key: bool, size: tuple[int, int]) -> bytes:
    segments = _Segments(message, start)
    scan = segments.read()
    if segments.size != size:
        raise Malformed("another size")
    units, min_bytes = segments.units()
    end = _scan_end(message, scan, _restarts(units, segments.interval))
    if end - scan < min_bytes:
        raise Malformed("a scan that is cut off")
    if end + 2 < len(message):
        segments.cuts.append((end + 2, len(message), b""))
    return without(message, segments.cuts)


def _restarts(units: int, interval: int) -> int:
    """How many there are in a picture."""
    count = -(-units // interval) - 1 if interval else 0
    if count > MAX_RESTARTS:
        raise Unsupported("too many restarts")
    return count


def _scan_end(message: bytes, scan: int, restarts: int) -> int:
    """Where the end's marker stands, which follows the scan and all its restarts."""
    marks = (found.start() for found in _MARK.finditer(message, scan))
    for number in range(restarts):
        if _next(message, marks) != _FIRST_RESTART + number % 8:
            raise Malformed("a restart that is missing")
    end = next(marks, len(message))
    mark = message[end : end + 2]
    if mark in (b"\xff\xda", b"\xff\xc4", b"\xff\xdb", b"\xff\xdd"):
        raise Unsupported("more than one scan")
    if mark != END:
        raise Malformed("no end")
    return end


def _next(message: bytes, marks: Iterator[int]) -> int | None:
    position = next(marks, None)
    return None if position is None else message[position + 1]


JPEG = Codec(number=1, name="jpeg", is_video=False, clean=_clean)

"""RTP and the RTCP that goes with it (RFC 3550)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

_VERSION = 2
_HEAD = struct.Struct(">BBHII")
_MARKER = 0x80
_PADDING, _EXTENSION, _SOURCES = 0x20, 0x10, 0x0F
#: Kinds of RTCP; RTP's second byte is never one of them (RFC 5761, section 4).
_RTCP = range(192, 224)
_SENDER_REPORT, _RECEIVER_REPORT, _DESCRIPTION, _BYE = 200, 201, 202, 203
_NAME = 1


class Malformed(ValueError):
    """No packet, or one that is cut off."""


class Packet(NamedTuple):
    payload_type: int
    #: Set on the last packet of a picture, where it can be trusted.
    marker: bool
    sequence: int
    timestamp: int
    source: int
    payload: bytes


def is_rtcp(data: bytes) -> bool:
    """Whether it is RTCP, and not RTP, on whatever channel it came."""
    return len(data) > 1 and data[1] in _RTCP


def packet(data: bytes) -> Packet:
    """Raises Malformed."""
    if len(data) < _HEAD.size or data[0] >> 6 != _VERSION:
        raise Malformed("no packet")
    flags, kind, sequence, timestamp, source = _HEAD.unpack_from(data)
    begin = _HEAD.size + 4 * (flags & _SOURCES)
    if flags & _EXTENSION:
        begin += 4 + 4 * int.from_bytes(data[begin + 2 : begin + 4], "big")
    end = len(data) - (data[-1] if flags & _PADDING else 0)
    if begin > end:
        raise Malformed("a packet that is cut off")
    marker = bool(kind & _MARKER)
    return Packet(kind & 0x7F, marker, sequence, timestamp, source, data[begin:end])


class Unwrapped:
    """A counter of so many bits that goes on behind its end."""

    __slots__ = ("_half", "_newest", "_span")

    def __init__(self, bits: int) -> None:
        self._span = 1 << bits
        self._half = self._span >> 1
        self._newest: int | None = None

    def add(self, value: int) -> int:
        """The whole number: the one with these bits that is nearest to the one before."""
        if self._newest is None:
            self._newest = value
        else:
            ahead = (value - self._newest) % self._span
            self._newest += ahead if ahead < self._half else ahead - self._span
        return self._newest


@dataclass(slots=True)
class Reports:
    """What is known for the reports to a sender, which ends a session that sends none.

    Nothing gets lost over TCP, and what jitter is there says nothing: both are 0.
    """

    #: A number of our own.
    ours: int
    source: int = 0
    #: With how often it began anew in its upper half.
    newest_sequence: int = 0
    _said: int = 0
    _said_s: float = 0.0

    def take(self, data: bytes, now_s: float) -> bool:
        """Take RTCP. Whether the sender says that it is over."""
        is_over = False
        for kind, content in _each(data):
            if kind == _SENDER_REPORT and len(content) >= 12:
                # The middle of the sender's clock.
                self._said, self._said_s = int.from_bytes(content[6:10], "big"), now_s
            is_over |= kind == _BYE
        return is_over

    def report(self, now_s: float) -> bytes:
        """RTCP: what arrived, and a name, which belongs to it."""
        since = round((now_s - self._said_s) * 65536) & 0xFFFFFFFF if self._said else 0
        newest = self.newest_sequence & 0xFFFFFFFF
        report = struct.pack(">IIIIIII", self.ours, self.source, 0, newest, 0, self._said, since)
        name = struct.pack(">IBB", self.ours, _NAME, 4) + b"\0\0\0\0" + b"\0\0"
        return _rtcp(_RECEIVER_REPORT, report) + _rtcp(_DESCRIPTION, name)


def _each(data: bytes) -> list[tuple[int, bytes]]:
    """Kind and content of each packet in one of RTCP; ends where it isn't RTCP any more."""
    found = []
    while len(data) >= 4 and data[0] >> 6 == _VERSION:
        end = 4 + 4 * int.from_bytes(data[2:4], "big")
        found.append((data[1], data[4:end]))
        data = data[end:]
    return found


def _rtcp(kind: int, content: bytes) -> bytes:
    """With one report or description."""
    return struct.pack(">BBH", _VERSION << 6 | 1, kind, len(content) // 4) + content

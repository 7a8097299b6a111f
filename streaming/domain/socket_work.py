"""What the frames of one WebSocket may cost: a server's loop is busy by their number, not their
bytes (RFC 6455, section 10.4, asks for such bounds)."""

from __future__ import annotations

from enum import IntEnum

from streaming.domain.allowance import Allowance

#: Of any kind: four times what a camera sends at 60 frames a second, each in several pieces.
MAX_FRAMES_PER_S = 1000
#: Pings, and pongs that nobody asked for. Clients send one in several seconds.
MAX_CONTROL_FRAMES_PER_S = 20
MAX_CONTROL_FRAMES_AT_ONCE = 100
#: Pieces of one message: at the largest message, a kilobyte each.
MAX_FRAGMENTS = 256

_CONTINUATION = 0x0
_FIRST_CONTROL = 0x8


class Fault(IntEnum):
    """By which close code a socket ends that makes too much work."""

    #: Policy violation.
    TOO_OFTEN = 1008
    #: Message too big.
    TOO_MANY_FRAGMENTS = 1009


class SocketWork:
    """Counts the frames that one client sends."""

    __slots__ = ("_control", "_fragments", "_frames")

    def __init__(self) -> None:
        self._frames = Allowance(MAX_FRAMES_PER_S, MAX_FRAMES_PER_S)
        self._control = Allowance(MAX_CONTROL_FRAMES_AT_ONCE, MAX_CONTROL_FRAMES_PER_S)
        self._fragments = 0

    def take(self, opcode: int, now_s: float) -> Fault | None:
        """One more frame; what is wrong with that, if anything."""
        if not self._frames.take(now_s):
            return Fault.TOO_OFTEN
        if opcode >= _FIRST_CONTROL:
            return None if self._control.take(now_s) else Fault.TOO_OFTEN
        self._fragments = self._fragments + 1 if opcode == _CONTINUATION else 1
        return Fault.TOO_MANY_FRAGMENTS if self._fragments > MAX_FRAGMENTS else None

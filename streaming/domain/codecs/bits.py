"""What is inside NAL units of H.264 and H.265, bit by bit."""

from __future__ import annotations

from streaming.domain.codecs.codec import Malformed


def unescaped(data: bytes) -> bytes:
    """A unit's content without what keeps start codes out of it (ITU-T H.264, 7.4.1)."""
    return data.replace(b"\0\0\3", b"\0\0")


class Bits:
    """Reads numbers of any length from the first bit on (ITU-T H.264, 9.1)."""

    __slots__ = ("_left", "_value")

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        """So many bits. Raises Malformed behind the last one."""
        self._left -= count
        if self._left < 0:
            raise Malformed("parameters that are cut off")
        taken = self._value >> self._left
        self._value ^= taken << self._left
        return taken

    def number(self) -> int:
        """An Exp-Golomb code of up to 32 bits. Raises Malformed."""
        zeros = self._left - self._value.bit_length()
        if zeros > 32:
            raise Malformed("a number without an end")
        self.take(zeros)
        return self.take(zeros + 1) - 1

    def signed(self) -> int:
        """The same with a sign."""
        number = self.number()
        return (number + 1) // 2 if number % 2 else -number // 2

"""What codecs of NAL units have in common in RTP: units that are whole, together, or in pieces."""

from __future__ import annotations

from typing import Protocol

from streaming.domain.codecs.codec import Codec

#: A picture, and so each of its units: what a frame may be.
MAX_PICTURE_BYTES = 1_000_000
#: Pieces of a unit: a key frame of that size in packets of 1,000 bytes.
MAX_PIECES = 2048


class Broken(ValueError):
    """A payload that doesn't follow from the one before, or is cut off: its picture is lost."""


class Unreadable(ValueError):
    """A stream in a mode that is not read here."""


class TooLarge(ValueError):
    """A picture above the bound."""


class Format(Protocol):
    """How pictures of a codec stand in RTP."""

    codec: Codec

    def units(self, payload: bytes) -> list[bytes]:
        """The NAL units that are whole with this payload. Raises Broken, Unreadable, TooLarge."""

    def forget(self) -> None:
        """Something is missing before the next payload."""

    def is_slice(self, unit: bytes) -> bool:
        """Whether it is a piece of a picture."""

    def begins_picture(self, unit: bytes) -> bool:
        """Whether a slice is the first one of its picture."""

    def parameter_kind(self, unit: bytes) -> int | None:
        """In which place among parameters it comes; None for what is none."""

    #: Kinds of parameters there are, all of which a key frame needs.
    parameter_kinds: int

    def is_key(self, unit: bytes) -> bool:
        """Whether the picture of this unit can be shown without one before it."""

    def is_needed(self, unit: bytes) -> bool:
        """Whether decoders want it before a key frame, besides its parameters."""

    def is_reordered(self, unit: bytes) -> bool:
        """Whether a slice says that its picture is shown before one that came earlier."""


class Pieces:
    """Puts a unit together whose pieces came in packets of their own."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._bytes = 0

    def add(self, header: bytes, piece: bytes, *, begins: bool, ends: bool) -> list[bytes]:
        """The unit, if this piece is its last one. Raises Broken, TooLarge."""
        if begins:
            self.check_none()
            self._pieces, self._bytes = [header], len(header)
        elif not self._pieces:
            raise Broken("a piece without a beginning")
        self._pieces.append(piece)
        self._bytes += len(piece)
        if self._bytes > MAX_PICTURE_BYTES or len(self._pieces) > MAX_PIECES:
            raise TooLarge("a unit without an end")
        if not ends:
            return []
        unit = b"".join(self._pieces)
        self.forget()
        return [unit]

    def check_none(self) -> None:
        """Raises Broken where a unit is not whole yet that has to be."""
        if self._pieces:
            self.forget()
            raise Broken("a unit without its last piece")

    def forget(self) -> None:
        self._pieces, self._bytes = [], 0


def together(payload: bytes, begin: int) -> list[bytes]:
    """Units that stand behind each other, each after its length. Raises Broken."""
    units, position = [], begin
    while position < len(payload):
        content = position + 2
        end = content + int.from_bytes(payload[position:content], "big")
        if end == content or end > len(payload):
            raise Broken("a unit that is cut off")
        units.append(payload[content:end])
        position = end
    return units

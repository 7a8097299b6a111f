"""From packets to pictures, of which nobody gets one that is not whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from streaming.domain.codecs import annex_b
from streaming.domain.rtp.packets import Packet, Unwrapped
from streaming.domain.rtp.units import MAX_PICTURE_BYTES, Broken, Format, TooLarge

#: Parameters of one kind.
MAX_PARAMETERS, MAX_PARAMETER_BYTES = 4, 1024
#: Packets that come again or late; a number that is farther off begins anew.
MAX_LATE = 1000
#: Time stamps that go back by less than this are of another order; by more, of a clock that is set.
_ORDER_S = 1.0
#: So often within so many pictures, and it is the order: a clock may be set once.
_STEPS_BACK, _WITHIN_PICTURES = 3, 30


class Reordered(ValueError):
    """Pictures come in another order than they are shown in: each waits for one after it."""


class Coded(NamedTuple):
    """A picture in Annex B, with its parameters before it where it is a key frame."""

    data: bytes
    key: bool
    #: On the stream's own clock, which may jump but does not wrap.
    media_s: float


class Pictures:
    """Puts the pictures of one stream together, from packets in the order in which they were sent.

    Each builds on the one before it: after a loss nothing comes until the next key frame.
    """

    def __init__(self, form: Format, clock_rate: int, parameter_sets: Iterable[bytes] = ()) -> None:
        """`clock_rate` is in ticks a second; `parameter_sets` are those of the description."""
        #: Pictures that were not whole, or built on one that was not, since the first key frame.
        self.lost = 0
        #: The newest packet's number, with how often it began anew in its upper half.
        self.newest_sequence = -1
        self._form = form
        self._clock_rate = clock_rate
        self._parameters: list[list[bytes]] = [[] for _ in range(form.parameter_kinds)]
        self._order = _Order(round(_ORDER_S * clock_rate))
        self._source: int | None = None
        self._needs_key = True
        self._has_begun = False
        #: Whether the marker ends pictures; None before it is known.
        self._trusts_marker: bool | None = None
        #: Something is missing in this picture, or right before it.
        self._is_torn = False
        self._begin_picture(None)
        for unit in parameter_sets:
            if unit and (kind := form.parameter_kind(unit)) is not None:
                self._take_parameters(kind, unit)
        self._fresh.clear()

    def add(self, packet: Packet) -> list[Coded]:
        """The pictures that are whole with this packet. Raises Reordered, TooLarge, Unreadable."""
        if not self._follows(packet):
            return []
        timestamp = self._timestamps.add(packet.timestamp)
        pictures = [] if timestamp == self._timestamp else self._next_picture(timestamp)
        try:
            for unit in self._form.units(packet.payload):
                self._take(unit)
        except Broken:
            self._is_torn = True
        self._ends_marked = packet.marker
        self._markers += packet.marker and bool(self._slices)
        if packet.marker and self._trusts_marker and self._slices:
            pictures += self._finish()
            self._begin_picture(timestamp)
        return pictures

    def _follows(self, packet: Packet) -> bool:
        """Whether a packet is newer than those before it; notes what is missing between."""
        if packet.source != self._source:
            self._source = packet.source
            self._sequences, self._timestamps = Unwrapped(16), Unwrapped(32)
            self._tear()
            self._is_torn = False
            self.newest_sequence = self._sequences.add(packet.sequence)
            return True
        sequence = self._sequences.add(packet.sequence)
        ahead = sequence - self.newest_sequence
        if -MAX_LATE < ahead <= 0:
            self._sequences.add(self.newest_sequence)
            return False
        self.newest_sequence = sequence
        if ahead != 1:
            self._tear()
        return True

    def _tear(self) -> None:
        self._form.forget()
        self.lost += bool(self._slices) and self._has_begun
        self._is_torn = self._needs_key = True
        self._begin_picture(None)

    def _next_picture(self, timestamp: int) -> list[Coded]:
        """Another time stamp: what came before it is a whole picture, marked or not."""
        pictures = []
        if self._slices:
            is_honest = self._markers == 1 and self._ends_marked
            if self._trusts_marker is None or not is_honest:
                self._trusts_marker = is_honest
            pictures = self._finish()
        self._begin_picture(timestamp)
        return pictures

    def _begin_picture(self, timestamp: int | None) -> None:
        #: None before the first packet of a picture.
        self._timestamp = timestamp
        self._ahead: list[bytes] = []
        self._slices: list[bytes] = []
        self._bytes = 0
        self._is_key = self._ends_marked = False
        self._markers = 0
        self._fresh = set[int]()

    def _take(self, unit: bytes) -> None:
        kind = self._form.parameter_kind(unit)
        if kind is not None:
            self._take_parameters(kind, unit)
        elif self._form.is_slice(unit):
            self._take_slice(unit)
        elif self._form.is_needed(unit):
            self._is_key = True
            self._ahead.append(unit)
        self._bytes += len(unit)
        if self._bytes > MAX_PICTURE_BYTES or len(self._slices) >= annex_b.MAX_UNITS // 2:
            raise TooLarge("a picture above the bound")

    def _take_slice(self, unit: bytes) -> None:
        if self._form.is_reordered(unit):
            raise Reordered("a picture between others")
        if not self._slices and not self._form.begins_picture(unit):
            if self._trusts_marker and not self._is_torn:
                # Its beginning went as a picture of its own: the marker lied.
                self._trusts_marker = False
            self._is_torn = True
        self._is_key |= self._form.is_key(unit)
        self._slices.append(unit)

    def _take_parameters(self, kind: int, unit: bytes) -> None:
        """Those of a picture take the place of all before."""
        if kind not in self._fresh:
            self._fresh.add(kind)
            self._parameters[kind] = []
        if len(self._parameters[kind]) < MAX_PARAMETERS and len(unit) <= MAX_PARAMETER_BYTES:
            self._parameters[kind].append(unit)

    def _finish(self) -> list[Coded]:
        """The picture, unless it is torn, or nobody could show it."""
        timestamp = self._timestamp or 0
        self._order.note(timestamp)
        is_whole = not self._is_torn
        self._is_torn = False
        starts = self._is_key and all(self._parameters)
        if not is_whole or (self._needs_key and not starts):
            self.lost += self._has_begun
            self._needs_key = True
            return []
        self._needs_key, self._has_begun = False, True
        units = [unit for each in self._parameters for unit in each] if starts else []
        data = annex_b.joined([*units, *self._ahead, *self._slices])
        return [Coded(data, starts, timestamp / self._clock_rate)]


class _Order:
    """Finds pictures in another order by their time stamps, which are of when they are shown."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._before: int | None = None
        self._count = 0
        self._steps_back: deque[int] = deque(maxlen=_STEPS_BACK)

    def note(self, timestamp: int) -> None:
        """Raises Reordered."""
        self._count += 1
        if self._before is not None and 0 < self._before - timestamp < self._limit:
            self._steps_back.append(self._count)
            is_often = len(self._steps_back) == _STEPS_BACK
            if is_often and self._count - self._steps_back[0] < _WITHIN_PICTURES:
                raise Reordered("times go back")
        self._before = timestamp

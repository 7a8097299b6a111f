"""Reading another clock by timed pings, as NTP does (RFC 5905, section 8)."""

from __future__ import annotations

from collections import deque


class OffsetEstimator:
    """The offset between one's own clock and another, in the unit of the times given.

    Of the last samples the one with the shortest round trip counts: it leaves the least room
    for an error, which is at most half the round trip.
    """

    __slots__ = ("_samples",)

    def __init__(self, samples: int = 8) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=samples)

    def add(self, sent: float, other: float, received: float) -> None:
        """A ping left at `sent`, was answered with the time `other`, came back at `received`."""
        round_trip = received - sent
        if round_trip >= 0:
            self._samples.append((round_trip, other + round_trip / 2 - received))

    @property
    def offset(self) -> float | None:
        """To be added to one's own time; None before the first sample."""
        return min(self._samples)[1] if self._samples else None

    @property
    def round_trip(self) -> float | None:
        return min(self._samples)[0] if self._samples else None

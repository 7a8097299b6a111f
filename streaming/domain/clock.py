"""Reading another clock by timed pings, as NTP does (RFC 5905, section 8). Times are ms."""

from __future__ import annotations

from dataclasses import dataclass

#: By so much a sample's offset may be off after each ms that has passed since: five times what a
#: bad crystal drifts (100 ppm), so that a lucky sample of long ago gives way before it misleads.
DRIFT = 0.0005


@dataclass(frozen=True, slots=True)
class Sample:
    """A ping left at `sent`, was answered with the time `other`, came back at `received`."""

    sent: float
    other: float
    received: float

    @property
    def round_trip(self) -> float:
        return self.received - self.sent

    @property
    def offset(self) -> float:
        return self.other + self.round_trip / 2 - self.received

    def error(self, now: float) -> float:
        """The offset is at most so far from the truth, unless a clock has leapt since."""
        return self.round_trip / 2 + max(0.0, now - self.received) * DRIFT


class OffsetEstimator:
    """The offset between one's own clock and another.

    One sample is held: that with the least room for an error. It grows old, and the first one that
    is worth more takes its place. A sample that contradicts it means that one of the clocks has
    leapt, as when a device has slept or its clock was set: the newer one is right.
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: Sample | None = None

    def add(self, sample: Sample) -> None:
        held = self._held
        # A comparison with NaN is never true.
        if sample.round_trip >= 0 and (
            held is None
            or sample.error(sample.received) <= held.error(sample.received)
            or self.leap(sample)
        ):
            self._held = sample

    def leap(self, sample: Sample) -> float:
        """How far the other clock was set forward since, by one's own; 0 where they agree."""
        held = self._held
        if held is None:
            return 0.0
        ahead = sample.offset - held.offset
        doubt = sample.error(sample.received) + held.error(sample.received)
        return ahead if abs(ahead) > doubt else 0.0

    @property
    def offset(self) -> float | None:
        """To be added to one's own time; None before the first sample."""
        return self._held.offset if self._held else None

"""What a camera did in a minute, from samples of its live state; and fewer points for long times.

Times are seconds: of a monotonic clock for samples, since the epoch for minutes and points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Generic, Protocol, TypeVar

from streaming.domain.latencies import percentile
from streaming.domain.liveness import State

SAMPLE_S = 5.0
#: Whoever took no sample for longer, because Redis was away, knows nothing of that time.
_MAX_INTERVAL_S = 2 * SAMPLE_S
MINUTE_S = 60

Key = TypeVar("Key")


class Sampled(Protocol):
    """What is asked of a live state."""

    @property
    def state(self) -> State: ...
    @property
    def session(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def dropped(self) -> int: ...
    @property
    def fps(self) -> float: ...
    @property
    def bits_per_s(self) -> float: ...
    @property
    def uplink_ms(self) -> float: ...
    @property
    def watching(self) -> Sequence[str]: ...
    @property
    def latencies_ms(self) -> Sequence[int]: ...


@dataclass(frozen=True, slots=True)
class Minute:
    """Of one camera. Rates are means while it was live; None is what was not measured."""

    live_s: int = 0
    paused_s: int = 0
    lost_s: int = 0
    frames: int = 0
    dropped: int = 0
    fps: float = 0.0
    bits_per_s: int = 0
    #: Most at once.
    viewers: int = 0
    uplink_ms: int | None = None
    latency_p50_ms: int | None = None
    latency_p95_ms: int | None = None


@dataclass(slots=True)
class _Sums:
    """Of the samples of a minute."""

    seconds: defaultdict[State, float] = field(default_factory=lambda: defaultdict(float))
    frames: int = 0
    dropped: int = 0
    #: Each times the seconds for which it held.
    fps: float = 0.0
    bits_per_s: float = 0.0
    uplink_ms: float = 0.0
    viewers: int = 0
    latencies_ms: list[int] = field(default_factory=list)

    def add(self, now: Sampled, before: Sampled | None, interval_s: float) -> None:
        self.seconds[now.state] += interval_s
        if now.state is State.LIVE:
            self.fps += now.fps * interval_s
            self.bits_per_s += now.bits_per_s * interval_s
            self.uplink_ms += now.uplink_ms * interval_s
        if before is not None and before.session == now.session:
            self.frames += max(0, now.frames - before.frames)
            self.dropped += max(0, now.dropped - before.dropped)
        self.viewers = max(self.viewers, len(now.watching))
        self.latencies_ms += now.latencies_ms

    def minute(self) -> Minute:
        live_s = self.seconds[State.LIVE]
        over_s = live_s or 1.0
        return Minute(
            live_s=round(live_s),
            paused_s=round(self.seconds[State.PAUSED]),
            lost_s=round(self.seconds[State.LOST]),
            frames=self.frames,
            dropped=self.dropped,
            fps=round(self.fps / over_s, 1),
            bits_per_s=round(self.bits_per_s / over_s),
            viewers=self.viewers,
            uplink_ms=max(0, round(self.uplink_ms / live_s)) if live_s else None,
            latency_p50_ms=_percentile(self.latencies_ms, 0.5),
            latency_p95_ms=_percentile(self.latencies_ms, 0.95),
        )


def _percentile(values: Sequence[int], share: float) -> int | None:
    found = percentile(values, share)
    return None if found is None else round(found)


class Recorder(Generic[Key]):
    """Makes minutes of samples, for all cameras at once."""

    def __init__(self) -> None:
        self._sums: dict[Key, _Sums] = {}
        self._before: dict[Key, Sampled] = {}
        self._sampled_s: float | None = None

    def sample(self, cameras: Mapping[Key, Sampled], now_s: float) -> None:
        """The state of each camera that publishes. The first sample only begins."""
        before_s, self._sampled_s = self._sampled_s, now_s
        before, self._before = self._before, dict(cameras)
        if before_s is None:
            return
        interval_s = min(now_s - before_s, _MAX_INTERVAL_S)
        for key, state in cameras.items():
            if state.state is not State.OFF:
                sums = self._sums.setdefault(key, _Sums())
                sums.add(state, before.get(key), interval_s)

    def take(self) -> dict[Key, Minute]:
        """What was sampled since this was last called."""
        sums, self._sums = self._sums, {}
        return {key: each.minute() for key, each in sums.items()}


# Points


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time up to now, and how much of it one point stands for."""

    length_s: int
    step_s: int


RANGES = {
    "1h": Range(3600, MINUTE_S),
    "24h": Range(24 * 3600, 5 * MINUTE_S),
    "7d": Range(7 * 24 * 3600, 30 * MINUTE_S),
}


@dataclass(frozen=True, slots=True)
class Point(Minute):
    """Minutes made one: sums of counts, means of rates, most viewers, the median of medians and the
    worst 95th percentile."""

    at_s: int = 0


def points(minutes: Iterable[tuple[int, Minute]], step_s: int) -> Iterator[Point]:
    """One for each step that has minutes, which come in order; the others are gaps."""
    for at_s, group in groupby(minutes, key=lambda each: each[0] // step_s * step_s):
        yield _point(at_s, [minute for _, minute in group])


def _point(at_s: int, minutes: Sequence[Minute]) -> Point:
    live_s = sum(minute.live_s for minute in minutes)

    def mean(values: Iterable[float | None]) -> float:
        pairs = zip(values, minutes, strict=True)
        return sum((value or 0) * minute.live_s for value, minute in pairs) / (live_s or 1)

    p50s = [each.latency_p50_ms for each in minutes if each.latency_p50_ms is not None]
    p95s = [each.latency_p95_ms for each in minutes if each.latency_p95_ms is not None]
    return Point(
        at_s=at_s,
        live_s=live_s,
        paused_s=sum(minute.paused_s for minute in minutes),
        lost_s=sum(minute.lost_s for minute in minutes),
        frames=sum(minute.frames for minute in minutes),
        dropped=sum(minute.dropped for minute in minutes),
        fps=round(mean(minute.fps for minute in minutes), 1),
        bits_per_s=round(mean(minute.bits_per_s for minute in minutes)),
        viewers=max(minute.viewers for minute in minutes),
        uplink_ms=round(mean(minute.uplink_ms for minute in minutes)) if live_s else None,
        latency_p50_ms=round(median(p50s)) if p50s else None,
        latency_p95_ms=max(p95s, default=None),
    )

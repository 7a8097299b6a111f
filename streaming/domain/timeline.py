"""When a camera was live, lost, paused or off, and why: from its sessions and its bad minutes.

Times are seconds since the epoch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from streaming.domain.history import MINUTE_S
from streaming.domain.liveness import LOSSES, State

#: The worst last.
_WORSE = (State.OFF, State.LIVE, State.PAUSED, State.LOST)


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of publishing; `ended_s` is None while it goes on, `reason` why it ended."""

    began_s: float
    ended_s: float | None
    reason: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a camera was in one state: live, lost, paused or off.

    `reason` says why a session ended, where this is the time after it; `publisher` who publishes,
    or published before. `count` is how many times of this state it stands for.
    """

    state: State
    from_s: float
    to_s: float
    reason: str = ""
    publisher: str = ""
    count: int = 1

    @property
    def length_s(self) -> float:
        return self.to_s - self.from_s


@dataclass(frozen=True, slots=True)
class BadMinute:
    """A minute in which a camera was lost for a while, or mostly paused."""

    began_s: float
    state: State


def spans(
    sessions: Iterable[Session],
    bad_minutes: Sequence[BadMinute],
    from_s: float,
    to_s: float,
    shortest_s: float,
) -> list[Span]:
    """The whole time from `from_s` to `to_s`, in order.

    Both are sorted by their beginnings. The last session before `from_s` says why the camera was
    off then. Times shorter than `shortest_s` that follow each other become one, of the worst state.
    """
    exact = _clipped(_exact(sessions, bad_minutes, from_s, to_s), from_s, to_s)
    return list(_joined(_shortened(_joined(exact), shortest_s)))


def _exact(
    sessions: Iterable[Session], bad_minutes: Sequence[BadMinute], from_s: float, to_s: float
) -> Iterator[Span]:
    known_s, before = from_s, Session(from_s, from_s)
    for session in sessions:
        yield _after(before, known_s, session.began_s)
        ended_s = to_s if session.ended_s is None else session.ended_s
        began_s = max(known_s, session.began_s)
        yield from _within(session, bad_minutes, began_s, ended_s)
        known_s, before = max(known_s, ended_s), session
    yield _after(before, known_s, to_s)


def _after(session: Session, from_s: float, to_s: float) -> Span:
    state = State.LOST if session.reason in LOSSES else State.OFF
    return Span(state, from_s, to_s, session.reason, session.publisher)


def _within(
    session: Session, bad_minutes: Sequence[BadMinute], from_s: float, to_s: float
) -> Iterator[Span]:
    """Live, but for the bad minutes."""
    first = bisect_right(bad_minutes, from_s - MINUTE_S, key=lambda bad: bad.began_s)
    for bad in takewhile(lambda bad: bad.began_s < to_s, islice(bad_minutes, first, None)):
        yield Span(State.LIVE, from_s, bad.began_s, publisher=session.publisher)
        began_s, from_s = max(from_s, bad.began_s), min(to_s, bad.began_s + MINUTE_S)
        yield Span(bad.state, began_s, from_s, publisher=session.publisher)
    yield Span(State.LIVE, from_s, to_s, publisher=session.publisher)


def _clipped(spans: Iterable[Span], from_s: float, to_s: float) -> Iterator[Span]:
    for span in spans:
        clipped = replace(span, from_s=max(span.from_s, from_s), to_s=min(span.to_s, to_s))
        if clipped.length_s > 0:
            yield clipped


def _shortened(spans: Iterable[Span], shortest_s: float) -> Iterator[Span]:
    """Short ones one after the other become one, until that is short no more."""
    held: Span | None = None
    for span in spans:
        if held is not None and held.length_s < shortest_s and span.length_s < shortest_s:
            held = _both(held, span)
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _both(one: Span, other: Span) -> Span:
    """One in place of two that follow each other."""
    if one.state is other.state:
        worse, count = (other if other.reason else one), one.count + other.count
    else:
        worse = max(one, other, key=lambda span: _WORSE.index(span.state))
        count = worse.count
    return replace(worse, from_s=one.from_s, to_s=other.to_s, count=count)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """What goes on is one: a session that was lost, and then the time after it."""
    held: Span | None = None
    for span in spans:
        if held is not None and held.state is span.state and _goes_on(held, span):
            held = replace(
                held,
                to_s=span.to_s,
                reason=held.reason or span.reason,
                count=max(held.count, span.count),
            )
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def _goes_on(one: Span, other: Span) -> bool:
    if one.state in (State.LOST, State.PAUSED):
        return not (one.reason and other.reason and one.reason != other.reason)
    return one.publisher == other.publisher and one.reason == other.reason

"""Whether a camera lives: by what arrives, never by what a connection says of itself."""

from __future__ import annotations

from enum import StrEnum

#: Nothing received for so long: lost. Four missed beats.
LOST_AFTER_S = 2.0
#: Lost for so long: the session is over.
GIVEN_UP_AFTER_S = 30.0


class State(StrEnum):
    """A camera's state as docs/protocol.md names it."""

    OFF = "off"
    CONNECTING = "connecting"
    LIVE = "live"
    PAUSED = "paused"
    LOST = "lost"
    UNKNOWN = "unknown"


class FrameClock:
    """Tells a camera's state from the times at which its frames and beats came.

    Times are seconds of a monotonic clock.
    """

    __slots__ = ("_heard_s", "_paused", "_seen_frame")

    def __init__(self, now_s: float) -> None:
        self._heard_s = now_s
        self._seen_frame = False
        self._paused = False

    def frame(self, now_s: float) -> None:
        self._heard_s = now_s
        self._seen_frame = True
        self._paused = False

    def beat(self, now_s: float, paused: bool) -> None:
        self._heard_s = now_s
        self._paused = paused

    def silent_s(self, now_s: float) -> float:
        return now_s - self._heard_s

    def state(self, now_s: float) -> State:
        if self.silent_s(now_s) >= LOST_AFTER_S:
            return State.LOST
        if self._paused:
            return State.PAUSED
        return State.LIVE if self._seen_frame else State.CONNECTING

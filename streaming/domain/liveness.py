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


class Pause(StrEnum):
    """Why a camera sends no pictures though it is there, as docs/protocol.md names it."""

    HIDDEN = "hidden"
    INTERRUPTED = "interrupted"
    UNPLUGGED = "unplugged"
    DENIED = "denied"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> Pause:
        # Cameras may be newer than the server.
        return cls.OTHER


class FrameClock:
    """Tells a camera's state from the times at which its frames and beats came.

    Times are seconds of a monotonic clock.
    """

    __slots__ = ("_heard_s", "_seen_frame", "pause")

    def __init__(self, now_s: float) -> None:
        self._heard_s = now_s
        self._seen_frame = False
        self.pause: Pause | None = None

    def frame(self, now_s: float) -> None:
        self._heard_s = now_s
        self._seen_frame = True
        self.pause = None

    def beat(self, now_s: float, pause: Pause | None) -> None:
        self._heard_s = now_s
        self.pause = pause

    def silent_s(self, now_s: float) -> float:
        return now_s - self._heard_s

    def state(self, now_s: float) -> State:
        if self.silent_s(now_s) >= LOST_AFTER_S:
            return State.LOST
        if self.pause:
            return State.PAUSED
        return State.LIVE if self._seen_frame else State.CONNECTING

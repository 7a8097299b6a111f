"""Whether a camera lives: by what arrives, never by what a connection says of itself."""

from __future__ import annotations

from streaming.domain.described import Described

#: Nothing received for so long: lost. Four missed beats.
LOST_AFTER_S = 2.0
#: Lost for so long: the session is over.
GIVEN_UP_AFTER_S = 30.0


class State(Described):
    """A camera's state."""

    OFF = "off", "is not publishing (`reason`: why the last session ended, or `never` was one)"
    CONNECTING = "connecting", "is connected, no frame yet"
    LIVE = "live", "sends frames"
    PAUSED = "paused", "says that it sends none (`reason`: why, as in its `ping`)"
    LOST = (
        "lost",
        "has been silent for 2 s (`reason`: `process` where the server's own ingest process is)",
    )
    UNKNOWN = "unknown", "cannot be asked about, because Redis does not answer (`reason`: `redis`)"


#: Ends of sessions that nobody wished for: until the next session, such a camera is missing.
LOSSES = frozenset({"lost", "signaling_lost", "peer_failed", "server_stopped", "too_much"})
#: The reason of a camera that is off and has never published.
NEVER = "never"
#: The reason of one that is lost because the process that takes its frames in says nothing of it.
PROCESS_SILENT = "process"
#: The reason of one that is unknown.
REDIS_AWAY = "redis"


class Pause(Described):
    """Why a camera sends no pictures though it is there."""

    HIDDEN = "hidden", "its page is hidden or the phone is locked"
    INTERRUPTED = "interrupted", "the system took the camera away for a while"
    UNPLUGGED = "unplugged", "the camera was unplugged from its device"
    DENIED = "denied", "the permission to use the camera was withdrawn"
    NO_PICTURE = "no_picture", "the camera is there but gives no picture"
    OTHER = "other", "anything else, also what the server does not know"

    @classmethod
    def _missing_(cls, value: object) -> Pause:
        # Cameras may be newer than the server.
        return cls.OTHER


class FrameClock:
    """Tells a camera's state from the times at which its frames and beats came.

    Times are seconds of a monotonic clock.
    """

    __slots__ = ("_heard_s", "_seen_frame", "lost_after_s", "pause")

    def __init__(self, now_s: float) -> None:
        #: More for a camera that is known to send less often, and says nothing in between.
        self.lost_after_s = LOST_AFTER_S
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

    def leave_out(self, stopped_s: float) -> None:
        """So long nobody listened."""
        self._heard_s += stopped_s

    def silent_s(self, now_s: float) -> float:
        return now_s - self._heard_s

    def state(self, now_s: float) -> State:
        if self.silent_s(now_s) >= self.lost_after_s:
            return State.LOST
        if self.pause:
            return State.PAUSED
        return State.LIVE if self._seen_frame else State.CONNECTING

"""How much of one camera one viewer is sent: as much as its reports say it gets in time.

The kernel tells what waits in front of the network. What waits behind, in a proxy or in the
network's own buffers, only the viewer's reports can tell.
"""

from __future__ import annotations

#: More under way than goes through in this time is a queue, and grows old there.
LAG_S = 0.5
#: Of the rate at which bytes arrived: below it, so that the queue runs empty.
BACK_OFF = 0.85
#: Growth of the limit in a second without a queue.
RECOVERY_PER_S = 0.05
#: A viewer that is sent nothing reports nothing, and the queue may be shorter than it seemed.
LONGEST_PAUSE_S = 2.0
#: Even the slowest viewer gets a small picture now and then.
LEAST_BYTES_PER_S = 8_000.0


class SendWindow:
    """Times are seconds of a monotonic clock."""

    __slots__ = (
        "_held",
        "_interval_s",
        "_limit",
        "_ready_s",
        "_received",
        "_reported_s",
        "written",
    )

    def __init__(self, now_s: float) -> None:
        #: Bytes of frames that were sent.
        self.written = 0
        self._held = False
        self._interval_s = 0.0
        #: Bytes per second; None where there is no queue.
        self._limit: float | None = None
        self._ready_s = 0.0
        self._received = 0
        self._reported_s = now_s

    def slow_down(self, frames_per_s: float | None) -> None:
        """Send no more frames than this; None: all."""
        # A little less than the interval: frames come with some jitter.
        self._interval_s = 0.9 / frames_per_s if frames_per_s else 0.0

    @property
    def is_unbounded(self) -> bool:
        """Whether every frame may be sent."""
        return self._limit is None and not self._interval_s

    def admits(self, now_s: float) -> bool:
        """Whether a frame may be sent now."""
        if now_s >= self._ready_s:
            return True
        self._held = True
        return False

    def wrote(self, size: int, now_s: float) -> None:
        self.written += size
        if self._limit is not None or self._interval_s:
            pause_s = size / self._limit if self._limit is not None else 0.0
            self._ready_s = max(self._ready_s, now_s) + max(pause_s, self._interval_s)

    def reported(self, received: int, now_s: float) -> None:
        """The viewer has received so many bytes of frames in all."""
        received = min(received, self.written)
        passed_s = now_s - self._reported_s
        arrived = received - self._received
        if passed_s <= 0 or arrived < 0:
            return
        rate = max(arrived / passed_s, LEAST_BYTES_PER_S)
        queue_s = (self.written - received) / rate
        if queue_s > LAG_S:
            self._limit = max(BACK_OFF * rate, LEAST_BYTES_PER_S)
            self._ready_s = now_s + min(queue_s - LAG_S, LONGEST_PAUSE_S)
        elif self._limit is not None:
            self._ready_s = min(self._ready_s, now_s)
            # Whom the limit held back in nothing needs none.
            self._limit = self._limit * (1 + RECOVERY_PER_S * passed_s) if self._held else None
        self._held = False
        self._received, self._reported_s = received, now_s

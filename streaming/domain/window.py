"""How much of one camera one viewer is sent: as much as its reports say it gets in time.

The kernel tells what waits in front of the network. What waits behind, in a proxy or in the
network's own buffers, only the viewer's reports can tell.
"""

from __future__ import annotations

from collections import deque

#: Bytes under way for longer than this wait in a queue, and grow old there.
LAG_S = 0.5
#: Of the rate at which bytes arrived: below it, so that the queue runs empty.
BACK_OFF = 0.85
#: Growth of the limit in a second without a queue.
RECOVERY_PER_S = 0.1
#: Reports that follow each other so soon tell the rate of a queue; between others it may be idle.
SOON_S = 1.5
#: A viewer that is sent nothing reports nothing, and the queue may be shorter than it seemed.
LONGEST_PAUSE_S = 2.0
#: Even the slowest viewer gets a small picture now and then.
MIN_BYTES_PER_S = 8_000.0

_MARK_EVERY_S = 0.1
_MAX_MARKS = 128


class SendWindow:
    """Times are seconds of a monotonic clock."""

    __slots__ = (
        "_held",
        "_interval_s",
        "_limit",
        "_marks",
        "_ready_s",
        "_received",
        "_reported_s",
        "is_unbounded",
        "mark_s",
        "written",
    )

    def __init__(self, now_s: float) -> None:
        #: Bytes of frames that were sent.
        self.written = 0
        #: Whether every frame may be sent.
        self.is_unbounded = True
        #: When it is next to be noted how much was written.
        self.mark_s = 0.0
        self._held = False
        self._interval_s = 0.0
        #: Bytes per second; None where there is no queue.
        self._limit: float | None = None
        #: How much had been written by when, of what is under way.
        self._marks: deque[tuple[int, float]] = deque(maxlen=_MAX_MARKS)
        self._ready_s = 0.0
        self._received = 0
        self._reported_s = now_s

    def slow_down(self, frames_per_s: float | None) -> None:
        """Send no more frames than this; None: all."""
        # A little less than the interval: frames come with some jitter.
        self._interval_s = 0.9 / frames_per_s if frames_per_s else 0.0
        self._bounds_changed()

    def admits(self, now_s: float) -> bool:
        """Whether a frame may be sent now."""
        if now_s >= self._ready_s:
            return True
        self._held = True
        return False

    def wrote(self, size: int, now_s: float) -> None:
        if now_s >= self.mark_s:
            self.mark(now_s)
        self.written += size
        if not self.is_unbounded:
            pause_s = size / self._limit if self._limit is not None else 0.0
            self._ready_s = max(self._ready_s, now_s) + max(pause_s, self._interval_s)

    def mark(self, now_s: float) -> None:
        """Note how much had been written by now."""
        self._marks.append((self.written, now_s))
        self.mark_s = now_s + _MARK_EVERY_S

    def reported(self, received: int, now_s: float) -> None:
        """The viewer has received so many bytes of frames in all."""
        received = min(received, self.written)
        passed_s = now_s - self._reported_s
        arrived = received - self._received
        if passed_s <= 0 or arrived < 0:
            return
        age_s = self._age_s(received, now_s)
        if age_s > LAG_S:
            if passed_s <= SOON_S:
                self._limit = max(BACK_OFF * arrived / passed_s, MIN_BYTES_PER_S)
            self._ready_s = now_s + min(age_s - LAG_S, LONGEST_PAUSE_S)
        elif self._limit is not None:
            self._ready_s = min(self._ready_s, now_s)
            # A viewer that the limit did not hold back needs none.
            self._limit = self._limit * (1 + RECOVERY_PER_S * passed_s) if self._held else None
        self._held = False
        self._received, self._reported_s = received, now_s
        self._bounds_changed()

    def _bounds_changed(self) -> None:
        self.is_unbounded = self._limit is None and not self._interval_s

    def _age_s(self, received: int, now_s: float) -> float:
        """For how long the oldest byte that has not arrived is under way."""
        marks = self._marks
        while len(marks) > 1 and marks[1][0] <= received:
            marks.popleft()
        if received >= self.written:
            marks.clear()
            self.mark_s = 0.0
        return now_s - marks[0][1] if marks else 0.0

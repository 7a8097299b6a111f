"""How much of one camera one viewer is sent: as much as its reports say it gets in time.

The kernel tells what waits in front of the network. What waits behind, in a proxy or in the
network's own buffers, only the viewer's reports can tell. So it begins with little, and more is
sent with each report that comes back soon: a buffer that is full once takes long to run empty.
"""

from __future__ import annotations

import math
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
#: After a picture so large that a slow way is busy with it for longer.
LONGEST_WAIT_S = 5.0
#: Under way in the beginning, and the rate at which this grows while no report comes.
START_BYTES = 64_000
START_BYTES_PER_S = 100_000.0
#: What takes longer by so much than the quickest found a queue; a long way is no slow one.
START_LAG_S = 0.25
#: The beginning is over once so much may be under way, or after so long without a report.
STARTED_BYTES = 320_000
START_TIMEOUT_S = 1.5
#: A limit above this holds nothing back.
MAX_BYTES_PER_S = 10_000_000.0
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
        "_quickest_s",
        "_ready_s",
        "_received",
        "_reported_s",
        "_start_bytes",
        "_started_s",
        "is_unbounded",
        "mark_s",
        "written",
    )

    def __init__(self, now_s: float) -> None:
        #: Bytes of frames that were sent.
        self.written = 0
        #: Whether every frame may be sent.
        self.is_unbounded = False
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
        #: How much may be under way in the beginning; None once that is over.
        self._start_bytes: float | None = START_BYTES
        #: When the first frame was sent.
        self._started_s: float | None = None
        #: How long the quickest report took.
        self._quickest_s = math.inf

    def slow_down(self, frames_per_s: float | None) -> None:
        """Send no more frames than this; None: all."""
        # A little less than the interval: frames come with some jitter.
        self._interval_s = 0.9 / frames_per_s if frames_per_s else 0.0
        self._bounds_changed()

    def admits(self, now_s: float) -> bool:
        """Whether a frame may be sent now."""
        if now_s >= self._ready_s and not self._waits_for_report(now_s):
            return True
        self._held = True
        return False

    def wrote(self, size: int, now_s: float) -> None:
        if now_s >= self.mark_s:
            self.mark(now_s)
        if self._started_s is None:
            self._started_s = self._reported_s = now_s
        self.written += size
        if not self.is_unbounded:
            pause_s = min(size / self._limit, LONGEST_WAIT_S) if self._limit is not None else 0.0
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
        found_queue = age_s > LAG_S or self._begins_late(age_s, arrived)
        # Only while a queue was there all the time do arrivals tell its rate.
        tells_rate = arrived > 0 and (passed_s <= SOON_S or age_s >= passed_s)
        if found_queue and tells_rate:
            self._limit = max(BACK_OFF * arrived / passed_s, MIN_BYTES_PER_S)
        if age_s > LAG_S:
            self._ready_s = now_s + self._pause_s(age_s, self.written - received)
        elif self._limit is not None and not found_queue:
            self._ready_s = min(self._ready_s, now_s)
            # One that held nothing back is soon none.
            growth = 1 + RECOVERY_PER_S * passed_s if self._held else 2.0
            limit = self._limit * growth
            self._limit = limit if limit < MAX_BYTES_PER_S else None
        self._held = False
        self._received, self._reported_s = received, now_s
        self._bounds_changed()

    def _pause_s(self, age_s: float, under_way: int) -> float:
        """Until the queue is short enough."""
        if self._limit is None:
            return min(age_s - LAG_S, LONGEST_PAUSE_S)
        return min(max(age_s, under_way / self._limit) - LAG_S, LONGEST_WAIT_S)

    def _waits_for_report(self, now_s: float) -> bool:
        if self._start_bytes is None or self._started_s is None:
            return False
        since_s = now_s - self._reported_s
        if since_s >= START_TIMEOUT_S:
            self._start_bytes = None
            self._bounds_changed()
            return False
        may_be = self._start_bytes + START_BYTES_PER_S * since_s
        return self.written - self._received >= may_be

    def _begins_late(self, age_s: float, arrived: int) -> bool:
        """Go on with the beginning, if it is not over; whether there is a queue already."""
        if self._start_bytes is None:
            return False
        self._quickest_s = min(self._quickest_s, age_s)
        is_late = age_s > self._quickest_s + START_LAG_S
        self._start_bytes += 0 if is_late else arrived
        if is_late or self._start_bytes >= STARTED_BYTES:
            self._start_bytes = None
        return is_late

    def _bounds_changed(self) -> None:
        is_started = self._start_bytes is None
        self.is_unbounded = is_started and self._limit is None and not self._interval_s

    def _age_s(self, received: int, now_s: float) -> float:
        """For how long the oldest byte that has not arrived is under way."""
        marks = self._marks
        while len(marks) > 1 and marks[1][0] <= received:
            marks.popleft()
        if received >= self.written:
            marks.clear()
            self.mark_s = 0.0
        return now_s - marks[0][1] if marks else 0.0

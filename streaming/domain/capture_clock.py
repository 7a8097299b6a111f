"""When the pictures of a camera were captured, on the clock of the one who reads them.

Clocks of cameras lie: they are hours away, drift, and jump when they are set. So a picture's own
time says only how long after others it was captured, and the quickest of the last minute says when.
"""

from __future__ import annotations

from collections import deque

REMEMBERED_S = 60.0
#: A picture whose time is farther off belongs to another timeline, or has a wrong time.
MAX_OFF_S = 5.0
#: So many in a row, and it is another timeline.
OFF_PICTURES = 3
#: What is remembered of pictures that took longer than the one before: one in so long.
_STEP_S = 1.0


class CaptureClock:
    """Times are seconds, media time on any clock of the camera's, the others on a monotonic one."""

    __slots__ = ("_newest_s", "_off", "_quickest", "jumps")

    def __init__(self) -> None:
        #: How often another timeline began.
        self.jumps = 0
        #: Arrival and (arrival - media time) of pictures, of which each is less than the next one;
        #: the first is the least of the last minute.
        self._quickest: deque[tuple[float, float]] = deque()
        self._newest_s = 0.0
        self._off = 0

    def captured_s(self, media_s: float, arrived_s: float) -> float:
        """When it was captured, on the clock of `arrived_s`, and never after it.

        That is the media time and the least (arrival - media time) of the last minute: what a
        camera takes to encode and send its quickest picture is left out, as nobody can know it.
        """
        if self._quickest and self._is_off(media_s, arrived_s):
            self._off += 1
            if self._off < OFF_PICTURES:
                return arrived_s
            self.jumps += 1
            self._quickest.clear()
        self._off = 0
        self._newest_s = media_s
        self._note(arrived_s, arrived_s - media_s)
        return media_s + self._quickest[0][1]

    def _is_off(self, media_s: float, arrived_s: float) -> bool:
        off_s = arrived_s - media_s - self._quickest[0][1]
        # Pictures come in the order in which they were captured: only a clock that was set goes
        # back.
        return abs(off_s) > MAX_OFF_S or media_s < self._newest_s

    def _note(self, arrived_s: float, delay_s: float) -> None:
        while self._quickest and self._quickest[-1][1] >= delay_s:
            self._quickest.pop()
        if not self._quickest or arrived_s - self._quickest[-1][0] >= _STEP_S:
            self._quickest.append((arrived_s, delay_s))
        while self._quickest[0][0] < arrived_s - REMEMBERED_S:
            self._quickest.popleft()

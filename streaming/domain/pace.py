from __future__ import annotations

from streaming.domain.allowance import Allowance
from streaming.domain.limits import Limit

#: What a network or a device has held up comes at once.
_BURST_S = 2.0
#: A camera of one picture a second may send a few more.
_MIN_FRAMES_PER_S = 3.0
#: Above its limits for so long without a pause of a second: it does not mean to keep them.
PATIENCE_S = 10.0
_PAUSE_S = 1.0


class Pace:
    """Whether a camera keeps to its frame rate, of pictures and of video each, and to its bytes.

    Times are seconds of a monotonic clock.
    """

    __slots__ = ("_bytes", "_excess_s", "_excess_since_s", "_pictures", "_video")

    def __init__(self, frames_per_s: float, bytes_per_s: float) -> None:
        frames_per_s = max(frames_per_s, _MIN_FRAMES_PER_S)
        self._pictures = Allowance(frames_per_s * _BURST_S, frames_per_s)
        self._video = Allowance(frames_per_s * _BURST_S, frames_per_s)
        self._bytes = Allowance(bytes_per_s * _BURST_S, bytes_per_s)
        self._excess_s = self._excess_since_s = -PATIENCE_S

    def exceeds(self, now_s: float, *, is_video: bool, size_bytes: int) -> Limit | None:
        """The limit that a frame is too much for; without one it counts as taken."""
        frames = self._video if is_video else self._pictures
        if not frames.take(now_s):
            return self._note(now_s, Limit.FRAME_RATE_PERCENT)
        if not self._bytes.take(now_s, size_bytes):
            return self._note(now_s, Limit.CAMERA_BYTES_PER_S)
        return None

    def is_hopeless(self, now_s: float) -> bool:
        """Whether it has been too much for PATIENCE_S, and still is."""
        return now_s - self._excess_s < _PAUSE_S and now_s - self._excess_since_s >= PATIENCE_S

    def _note(self, now_s: float, limit: Limit) -> Limit:
        if now_s - self._excess_s >= _PAUSE_S:
            self._excess_since_s = now_s
        self._excess_s = now_s
        return limit

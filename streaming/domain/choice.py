"""Which of a camera's renditions one viewer gets."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Literal

from streaming.domain.wire import Rendition

Asked = Literal["auto", "still", "jpeg", "video"]

#: A viewer whose video broke off so often...
LAGS = 3
#: ...in so long a time cannot keep up, and gets stills...
LAGS_WITHIN_S = 10.0
#: ...for so long, and twice as long each further time...
FIRST_REST_S = 10.0
#: ...up to this.
LONGEST_REST_S = 80.0
#: Video that went well for so long makes the past forgotten.
FORGIVEN_AFTER_S = 60.0


class Choice:
    """Times are seconds of a monotonic clock."""

    __slots__ = ("_cooldown_until_s", "_lagged_s", "_lags", "_rest_s", "asked", "codecs")

    def __init__(self) -> None:
        self.asked: Asked = "auto"
        #: What the viewer decodes, as the watch socket names it, best first.
        self.codecs: tuple[str, ...] = ()
        self._lags: deque[float] = deque(maxlen=LAGS)
        self._lagged_s = 0.0
        self._rest_s = 0.0
        self._cooldown_until_s = 0.0

    def wish(self, offered: Collection[str], flowing: str, now_s: float) -> Rendition:
        """Which rendition of a camera the viewer gets.

        `offered` are the codecs of video that the camera can send, `flowing` is the one that it
        sends now, or "".
        """
        if self.asked == "still" or self._rests(now_s):
            return Rendition.STILL
        video = self.video(offered, now_s)
        if not video or (flowing and flowing not in video):
            return Rendition.JPEG
        return Rendition.VIDEO

    def video(self, offered: Collection[str], now_s: float) -> tuple[str, ...]:
        """Those of `offered` in which the viewer would take video; empty for none."""
        if self.asked in ("still", "jpeg") or self._rests(now_s):
            return ()
        return tuple(codec for codec in offered if codec in self.codecs)

    def lagged(self, now_s: float) -> None:
        """Video broke off because the viewer did not take it in."""
        if now_s - max(self._lagged_s, self._cooldown_until_s) > FORGIVEN_AFTER_S:
            self._rest_s = 0.0
        self._lagged_s = now_s
        self._lags.append(now_s)
        if len(self._lags) == LAGS and now_s - self._lags[0] <= LAGS_WITHIN_S:
            self._lags.clear()
            self._rest_s = min(max(FIRST_REST_S, 2 * self._rest_s), LONGEST_REST_S)
            self._cooldown_until_s = now_s + self._rest_s

    def _rests(self, now_s: float) -> bool:
        return self.asked == "auto" and now_s < self._cooldown_until_s

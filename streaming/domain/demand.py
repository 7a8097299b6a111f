"""What the viewers of a camera want of it, and what it is to send for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streaming.domain.codecs import VIDEO_CODECS
from streaming.domain.codecs.codec import Codec

#: A want ends so long after it was last said, so that a process that died wants nothing.
LEASE_S = 5.0
#: A camera may send whatever suits its viewers.
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Want:
    """What the viewers of one process want of one camera."""

    jpeg: bool = False
    #: What those who want video can decode: their different lists of codec names.
    video: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a camera is to send beside its stills."""

    jpeg: bool = False
    video: Codec | None = None

    @property
    def video_name(self) -> str:
        """ "" for none."""
        return self.video.name if self.video else ""


def admits(setting: str, codec: Codec) -> bool:
    """Whether a camera of this setting may send video of this codec."""
    return setting in (AUTO, codec.name)


def permitted(setting: str, encoders: Sequence[str]) -> tuple[str, ...]:
    """Names of the video codecs that a camera encodes and may send, the best first."""
    return tuple(
        name for name, codec in VIDEO_CODECS.items() if name in encoders and admits(setting, codec)
    )


class Demand:
    """The wants of all processes for one camera. Times are seconds of a monotonic clock.

    Whose they are need not be known: the same want of two processes ends when neither says it.
    """

    __slots__ = ("_jpeg_until_s", "_video_until_s")

    def __init__(self) -> None:
        self._jpeg_until_s = 0.0
        self._video_until_s: dict[tuple[str, ...], float] = {}

    def add(self, want: Want, now_s: float) -> None:
        until_s = now_s + LEASE_S
        if want.jpeg:
            self._jpeg_until_s = until_s
        self._video_until_s |= dict.fromkeys(want.video, until_s)

    def wanted(self, now_s: float, setting: str, encoders: Sequence[str]) -> Wanted:
        """One codec for all who want video: one that all of them decode, unless the setting names
        it. Viewers that it does not serve get JPEG."""
        viewers = self._viewers(now_s)
        enough = any if setting != AUTO else all
        for name in permitted(setting, encoders) if viewers else ():
            if enough(name in viewer for viewer in viewers):
                unserved = any(name not in viewer for viewer in viewers)
                return Wanted(unserved or now_s < self._jpeg_until_s, VIDEO_CODECS[name])
        return Wanted(bool(viewers) or now_s < self._jpeg_until_s)

    def _viewers(self, now_s: float) -> list[tuple[str, ...]]:
        """What they decode who want video."""
        ended = [codecs for codecs, until_s in self._video_until_s.items() if now_s >= until_s]
        for codecs in ended:
            del self._video_until_s[codecs]
        return list(self._video_until_s)

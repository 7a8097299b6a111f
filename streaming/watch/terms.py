from __future__ import annotations

from dataclasses import dataclass

from streaming.domain.choice import Asked
from streaming.protocol.limits import MAX_FPS
from streaming.protocol.watch import Subscribe
from streaming.watch.seat import Seat


@dataclass(frozen=True, slots=True)
class Terms:
    """What a viewer asks of a camera's frames."""

    fps: float | None
    rendition: Asked
    #: Of video, of which no frame can be left out: none for who wants fewer.
    codecs: tuple[str, ...]

    @classmethod
    def of(cls, message: Subscribe) -> Terms:
        takes_all = message.fps in (None, MAX_FPS)
        return cls(
            None if takes_all else message.fps,
            message.rendition or "auto",
            message.video if takes_all else (),
        )

    def apply(self, seat: Seat) -> None:
        seat.window.slow_down(self.fps)
        seat.choice.asked = self.rendition
        seat.choice.codecs = self.codecs

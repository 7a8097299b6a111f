from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from cameras.errors import reason_of
from streaming.domain import wire
from streaming.domain.capture_clock import CaptureClock
from streaming.domain.codecs import h264, jpeg
from streaming.domain.codecs.codec import Codec, Malformed, Unsupported
from streaming.domain.wire import Rendition
from streaming.protocol import control
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.intake import Intake
from streaming.publish.pull.media import Picture, SourceError

#: Of what nobody has described yet.
_SIZE_OF: Mapping[Codec, Callable[[bytes], tuple[int, int] | None]] = {
    jpeg.JPEG: jpeg.size_of,
    h264.H264: h264.size_of,
}
STILL_EVERY_S = 1.0
#: Key frames in a row that are none: the network breaks one now and then.
MAX_BROKEN = 10


class PullLink:
    """A source that the server reads, as what frames come in on.

    All of it arrives, whether or not somebody watches; what nobody wants goes no further, but for a
    still a second.
    """

    is_open = True

    def __init__(self, intake: Intake, now_ms: Callable[[], float], frame_rate: int) -> None:
        """`now_ms` is the server's clock."""
        self.intake: Intake | None = intake
        self.closed = asyncio.Event()
        self._now_ms = now_ms
        self._every_s = 1 / frame_rate
        self._clock = CaptureClock()
        self._codec: Codec | None = None
        self._size: tuple[int, int] | None = None
        self._broken = 0
        #: Of pictures and of video.
        self._sequences = {False: 0, True: 0}
        #: When the next one goes on.
        self._still_due_s = self._picture_due_s = 0.0
        self._has_key = False

    async def opened(self) -> None:
        """It is, from its first picture on."""

    def send_control(self, text: str) -> None:
        """A source is told nothing: what is wanted is looked up with each picture."""

    def detach(self) -> None:
        self.intake = None
        self.closed.set()

    async def close(self) -> None:
        self.detach()

    def take(self, picture: Picture) -> None:
        """Hand on what is wanted of it. Raises SourceError where that will never be possible."""
        if self.intake is None:
            return
        now_s = time.monotonic()
        if picture.codec is not self._codec:
            self._speak(picture.codec, self.intake)
        captured_s = self._clock.captured_s(picture.media_s, picture.arrived_s)
        if picture.key:
            self._measure(picture)
        # Its camera is there, also where nobody wants it.
        self.intake.frame_clock.frame(now_s)
        rendition = self._rendition(picture, self.intake, now_s)
        if rendition is not None and self._size is not None:
            captured_at = self._now_ms() - 1000 * (now_s - captured_s)
            self._hand_on(picture, rendition, captured_at, self._size, self.intake)

    def _speak(self, codec: Codec, intake: Intake) -> None:
        """As a camera's page says what it encodes."""
        self._codec = codec
        intake.act(control.Encoders((codec.name,) if codec.is_video else ()))

    def _measure(self, picture: Picture) -> None:
        try:
            self._size = size_of(picture) or self._size
            self._broken = 0
        except SourceError as error:
            self._broken += 1
            if error.code is not SourceErrorCode.MALFORMED or self._broken >= MAX_BROKEN:
                raise

    def _rendition(self, picture: Picture, intake: Intake, now_s: float) -> Rendition | None:
        wanted = intake.wishes.wanted
        if picture.codec.is_video:
            # A chain begins with a key frame, and is whole until nobody wants it.
            is_wanted = wanted.video is picture.codec
            self._has_key = is_wanted and (self._has_key or picture.key)
            return Rendition.VIDEO if self._has_key else None
        if intake.wishes.is_idle:
            if now_s < self._still_due_s:
                return None
            self._still_due_s = _next_s(self._still_due_s, STILL_EVERY_S, now_s)
            return Rendition.STILL
        if not wanted.jpeg or now_s < self._picture_due_s:
            return None
        self._picture_due_s = _next_s(self._picture_due_s, self._every_s, now_s)
        return Rendition.JPEG

    def _hand_on(
        self,
        picture: Picture,
        rendition: Rendition,
        captured_at: float,
        size: tuple[int, int],
        intake: Intake,
    ) -> None:
        kind = picture.codec.is_video
        self._sequences[kind] += 1
        try:
            message = wire.pack(
                rendition=rendition,
                codec=picture.codec,
                key=picture.key,
                session=intake.session,
                sequence=self._sequences[kind],
                captured_at=max(0.0, captured_at),
                width=size[0],
                height=size[1],
                payload=picture.data,
            )
        except wire.WireError as error:
            intake.refuse(error.reason)
        else:
            intake.frame(message)


def size_of(picture: Picture) -> tuple[int, int] | None:
    """Of a key frame, where it says so. Raises SourceError where nobody will ever be shown it."""
    if picture.codec not in _SIZE_OF:
        raise SourceError(SourceErrorCode.CODEC, picture.codec.name)
    try:
        size = _SIZE_OF[picture.codec](picture.data)
    except Unsupported as error:
        raise SourceError(SourceErrorCode.CODEC, reason_of(error)) from None
    except Malformed as error:
        raise SourceError(SourceErrorCode.MALFORMED, reason_of(error)) from None
    if size and max(size) > wire.MAX_SIDE:
        raise SourceError(SourceErrorCode.TOO_LARGE)
    return size


def _next_s(due_s: float, every_s: float, now_s: float) -> float:
    """In the mean as often as that, though pictures never come in an even rhythm."""
    return max(due_s + every_s, now_s + every_s / 2)

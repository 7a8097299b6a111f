"""One viewer's place before one camera: which of its frames go out, and which make way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence, Sized

from streaming.domain import websocket, wire
from streaming.domain.choice import Choice
from streaming.domain.window import SendWindow
from streaming.domain.wire import Rendition

#: Of video that waits for a slow viewer, at most; then it goes on at a key frame. A frame that is
#: larger by itself may wait alone, and before others if it is a key frame, as those of 4K are.
MAX_WAITING = 15
MAX_WAITING_BYTES = 131_072
#: Where video does not go on for so long, pictures are better than none.
VIDEO_STALLS_S = 1.5
#: Stills between others are a little less than a second apart.
_STILL_EVERY_S = 0.9


def _never(framed: bytes) -> bool:
    return False


class Outgoing:
    """A frame's message, and the same as a WebSocket frame: made once for all viewers."""

    __slots__ = ("codec", "framed", "is_video", "key", "message", "order", "rendition", "size")

    def __init__(self, message: bytes) -> None:
        self.message = message
        self.size = len(message)
        self.framed = websocket.binary(message)
        head = wire.head_of(message)
        self.rendition = head.rendition
        #: As the watch socket names it.
        self.codec = head.codec.name
        self.key = head.key
        self.order = head.order
        self.is_video = head.rendition is Rendition.VIDEO


class Seat:
    """Has at most one picture waiting, or a short chain of video.

    `wait` is told when frames wait. Where there is an `offer`, a frame that it takes goes out at
    once, unless others of the same viewer are in `before`.
    """

    __slots__ = (
        "_before",
        "_catching_up",
        "_follows",
        "_is_choosy",
        "_offer",
        "_still_s",
        "_video_s",
        "_wait",
        "_waiting",
        "_wish",
        "choice",
        "shown",
        "shows",
        "skipped",
        "told",
        "window",
    )

    def __init__(
        self,
        wait: Callable[[Seat], None],
        offer: Callable[[bytes], bool] = _never,
        before: Sized = (),
    ) -> None:
        self._wait = wait
        self._offer = offer
        self._before = before
        self.choice = Choice()
        self.window = SendWindow(time.monotonic())
        #: What goes out.
        self.shows = self._wish = Rendition.JPEG
        #: The picture that went out last, or waits.
        self.shown = (0, 0)
        #: What the viewer was told last of the camera.
        self.told: object = None
        #: Frames that made way for newer ones.
        self.skipped = 0
        self._waiting: list[Outgoing] = []
        #: How many of those had come before the viewer.
        self._catching_up = 0
        #: Session and number of the video frame that continues the chain; None between chains.
        self._follows: tuple[int, int] | None = None
        self._still_s = 0.0
        self._video_s = 0.0
        #: Whether it does not simply take every picture.
        self._is_choosy = False

    @property
    def wish(self) -> Rendition:
        """What goes out as soon as there is some."""
        return self._wish

    @wish.setter
    def wish(self, wish: Rendition) -> None:
        self._wish = wish
        self._is_choosy = not self._wish is self.shows is Rendition.JPEG

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def picture(self, frame: Outgoing, now_s: float) -> None:
        """Show the newest picture, unless the viewer sees video."""
        # Without detours: this is done for each frame of each viewer.
        if self._is_choosy and not self._takes_picture(now_s):
            return
        self.shown = frame.order
        window = self.window
        offer = self._offer
        if window.is_unbounded and not self._before and offer(frame.framed):
            if now_s >= window.mark_s:
                window.mark(now_s)
            window.written += frame.size
            return
        self.skipped += len(self._waiting)
        self._waiting = [frame]
        self._wait(self)

    def video(self, frame: Outgoing, now_s: float) -> bool:
        """Continue the chain; False where it is broken, and only a key frame goes on."""
        if self.shows is not Rendition.VIDEO and self.wish is not Rendition.VIDEO:
            return True
        if frame.codec not in self.choice.codecs:
            return True
        if frame.key:
            self._break_off()
            self._show(Rendition.VIDEO)
        elif frame.order != self._follows:
            self.skipped += 1
            return False
        self._continues(frame, now_s)
        window = self.window
        is_free = not self._waiting and not self._before and window.is_unbounded
        if is_free and self._offer(frame.framed):
            window.wrote(frame.size, now_s)
            return True
        self._waiting.append(frame)
        if self._is_full:
            self._break_off()
            self.choice.lagged(now_s)
            return False
        self._wait(self)
        return True

    def _takes_picture(self, now_s: float) -> bool:
        if self.wish is not Rendition.VIDEO:
            self._show(self.wish)
        elif self.shows is Rendition.VIDEO:
            if now_s - self._video_s < VIDEO_STALLS_S:
                return False
            self._show(Rendition.JPEG)
        if self.shows is Rendition.STILL and now_s - self._still_s < _STILL_EVERY_S:
            return False
        self._still_s = now_s
        return True

    def begin(self, chain: Sequence[Outgoing], now_s: float) -> None:
        """Show video from the beginning of a chain that runs already."""
        self._break_off()
        self._show(Rendition.VIDEO)
        self._continues(chain[-1], now_s)
        self._waiting = list(chain)
        self._catching_up = len(chain)
        self._wait(self)

    def begin_anew(self) -> None:
        """Show video from the next key frame on."""
        self._break_off()

    def discard(self) -> None:
        """Forget the frames that wait."""
        self._break_off()

    def discard_but(self, session: int) -> None:
        """Forget the frames that wait, but those of this session."""
        if any(frame.order[0] != session for frame in self._waiting):
            self._break_off()

    def take(self, now_s: float) -> list[Outgoing]:
        """The frames that wait, in their order; none while the window is shut."""
        if not self._waiting or not self.window.admits(now_s):
            return []
        frames, self._waiting = self._waiting, []
        self._catching_up = 0
        self.window.wrote(sum(frame.size for frame in frames), now_s)
        return frames

    @property
    def _is_full(self) -> bool:
        late = self._waiting[self._catching_up :]
        if len(late) > 1 and late[0].key and late[0].size > MAX_WAITING_BYTES:
            late = late[1:]
        if len(late) < 2:
            return False
        return len(late) > MAX_WAITING or sum(frame.size for frame in late) > MAX_WAITING_BYTES

    def _continues(self, frame: Outgoing, now_s: float) -> None:
        session, sequence = frame.order
        self._follows = (session, sequence + 1)
        self._video_s = now_s

    def _break_off(self) -> None:
        self.skipped += len(self._waiting)
        self._waiting = []
        self._catching_up = 0
        self._follows = None

    def _show(self, rendition: Rendition) -> None:
        if self.shows is Rendition.VIDEO and rendition is not Rendition.VIDEO:
            self._break_off()
        self.shows = rendition
        self.wish = self._wish

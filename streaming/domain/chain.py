"""Video comes in chains: a key frame, and frames of which each builds on the one before it."""

from __future__ import annotations

from streaming.domain.wire import Frame

#: Frames that come too early wait for the one before them. A packet that is sent again arrives a
#: good round trip later; whoever waits longer for it had better be shown a new key frame.
MAX_HELD = 8
HELD_S = 0.25
#: Ten seconds of frames: a larger gap in the numbers is no loss but a camera that counts oddly.
MAX_MISSING = 300


class Chain:
    """Puts the video of one session in order, and lets nothing through that builds on a frame that
    is missing. Times are seconds of a monotonic clock.
    """

    __slots__ = ("_follows", "_held", "_held_s", "_newest", "missing", "needs_key")

    def __init__(self) -> None:
        #: Whether nothing goes on before a key frame that has not been sent yet.
        self.needs_key = False
        #: Frames that did not go on though later ones did.
        self.missing = 0
        #: Number of the frame that goes on; None before the first key frame and in a gap.
        self._follows: int | None = None
        self._newest = 0
        self._held: dict[int, Frame] = {}
        self._held_s = 0.0

    def add(self, frame: Frame, now_s: float) -> list[Frame]:
        """The frames that go on now, in their order."""
        # The first is nearly always true. A key frame goes on whatever is missing before it.
        if frame.sequence == self._follows or (frame.key and frame.sequence > self._newest):
            return self._pass(frame)
        if frame.sequence > self._newest:
            self._hold(frame, now_s)
        return []

    def _pass(self, frame: Frame) -> list[Frame]:
        if self._newest:
            self.missing += min(frame.sequence - self._newest - 1, MAX_MISSING)
        frames = [frame]
        while following := self._held.pop(frames[-1].sequence + 1, None):
            frames.append(following)
        self._newest = frames[-1].sequence
        self._follows = self._newest + 1
        self._held = {number: held for number, held in self._held.items() if number > self._newest}
        self.needs_key = False
        return frames

    def _hold(self, frame: Frame, now_s: float) -> None:
        if not self._held:
            self._held_s = now_s
        self._held[frame.sequence] = frame
        if len(self._held) > MAX_HELD:
            del self._held[min(self._held)]
        elif now_s - self._held_s <= HELD_S:
            return
        self._follows = None
        self.needs_key = True

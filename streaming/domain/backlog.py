from __future__ import annotations

from collections import deque

from streaming.domain.wire import MAX_MESSAGE_BYTES, Frame, Rendition

#: Of video that waits, at most: half a second, or two key frames of the largest size.
MAX_FRAMES = 15
MAX_BYTES = 2 * MAX_MESSAGE_BYTES


class Backlog:
    """One camera's frames that wait to be handed on: the newest picture, and video in its order and
    whole. Where video has to make way it goes on at a key frame.
    """

    __slots__ = ("_bytes", "_picture", "_video", "needs_key")

    def __init__(self) -> None:
        #: Whether video goes on at the next key frame only.
        self.needs_key = False
        self._picture: bytes | None = None
        self._video: deque[bytes] = deque()
        self._bytes = 0

    def __bool__(self) -> bool:
        return self._picture is not None or bool(self._video)

    def put(self, frame: Frame) -> int:
        """How many frames of video are lost by it."""
        if frame.rendition is not Rendition.VIDEO:
            self._picture = frame.message
            return 0
        lost = 0
        if frame.key:
            self.needs_key = False
        elif self.needs_key:
            return 1
        if len(self._video) == MAX_FRAMES or self._bytes + len(frame.message) > MAX_BYTES:
            lost = self.break_off()
            if not frame.key:
                return lost + 1
            self.needs_key = False
        self._video.append(frame.message)
        self._bytes += len(frame.message)
        return lost

    def take(self) -> bytes:
        """The next message, video first. Raises IndexError when there is none."""
        if self._picture is not None and not self._video:
            message, self._picture = self._picture, None
            return message
        message = self._video.popleft()
        self._bytes -= len(message)
        return message

    def break_off(self) -> int:
        """The chain is broken: how many frames of it are lost with that."""
        lost = len(self._video)
        self._video.clear()
        self._bytes = 0
        self.needs_key = True
        return lost

"""What cameras of a benchmark send: frames that look like JPEGs or H.264 from outside."""

from __future__ import annotations

import os
import struct
import time

from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import END, JPEG, START

FPS = 30
#: A key frame of video is one in so many: whoever comes waits a second at the most.
_CHAIN = 30
_WIDTH, _HEIGHT = 640, 480


def picture(frame_bytes: int) -> bytes:
    """For frames of so many bytes; nobody decodes it."""
    size = frame_bytes - wire.HEADER.size
    head = START + struct.pack(">BBHBHH", 0xFF, 0xC0, 17, 8, _HEIGHT, _WIDTH)
    return head + os.urandom(size - len(head) - len(END)) + END


def frame(picture: bytes, session: int, sequence: int) -> bytes:
    """Captured now."""
    return wire.pack(
        rendition=wire.Rendition.JPEG,
        codec=JPEG,
        key=True,
        session=session,
        sequence=sequence,
        captured_at=time.time() * 1000,
        width=_WIDTH,
        height=_HEIGHT,
        payload=picture,
    )


def video(payload: bytes, session: int, sequence: int) -> bytes:
    """Captured now. Key frames are as small as the others, so that each costs the mean."""
    return wire.pack(
        rendition=wire.Rendition.VIDEO,
        codec=H264,
        key=sequence % _CHAIN == 1,
        session=session,
        sequence=sequence,
        captured_at=time.time() * 1000,
        width=_WIDTH,
        height=_HEIGHT,
        payload=payload,
    )

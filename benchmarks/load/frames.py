"""What cameras of a benchmark send: frames that look like JPEGs or H.264 from outside."""

from __future__ import annotations

import io
import os
import time

from PIL import Image

from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import END, JPEG

FPS = 30
#: A key frame of video is one in so many: whoever comes waits a second at the most.
_CHAIN = 30
_WIDTH, _HEIGHT = 640, 480


def picture(frame_bytes: int) -> bytes:
    """For frames of so many bytes, 2,500 at least; its scan is noise, as nobody decodes it."""
    file = io.BytesIO()
    Image.new("RGB", (_WIDTH, _HEIGHT)).save(file, "JPEG")
    scan = file.getvalue().index(b"\xff\xda") + 14
    head = file.getvalue()[:scan]
    scan_bytes = frame_bytes - wire.HEADER.size - len(head) - len(END)
    # A byte of 255 is followed by a zero, where it is no marker.
    noise = os.urandom(scan_bytes).replace(b"\xff", b"\xff\0")[:scan_bytes]
    return head + noise.rstrip(b"\xff").ljust(scan_bytes, b"\0") + END


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

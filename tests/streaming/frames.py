from __future__ import annotations

import io
import time

from PIL import Image

from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import JPEG
from tests.streaming.parameters import key_frame

WIDTH, HEIGHT = 64, 48
#: What of a key frame of H.264 is looked at: SPS, PPS, and the beginning of a slice.
KEY_CHUNK = key_frame(WIDTH, HEIGHT)


def _jpeg() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "teal").save(output, "JPEG")
    return output.getvalue()


PICTURE = _jpeg()


def frame(session: int, sequence: int, captured_at: float | None = None) -> bytes:
    """The message of a small picture, captured now unless said otherwise."""
    return wire.pack(
        rendition=wire.Rendition.JPEG,
        codec=JPEG,
        key=True,
        session=session,
        sequence=sequence,
        captured_at=time.time() * 1000 if captured_at is None else captured_at,
        width=WIDTH,
        height=HEIGHT,
        payload=PICTURE,
    )


def video(session: int, sequence: int, key: bool = False) -> bytes:
    """The message of a video frame; nobody decodes it."""
    return wire.pack(
        rendition=wire.Rendition.VIDEO,
        codec=H264,
        key=key,
        session=session,
        sequence=sequence,
        captured_at=1000.0 * sequence,
        width=WIDTH,
        height=HEIGHT,
        payload=KEY_CHUNK if key else b"\0\0\0\1\x41delta",
    )

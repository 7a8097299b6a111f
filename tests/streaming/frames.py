from __future__ import annotations

import io
import time

from PIL import Image

from streaming.domain import wire

WIDTH, HEIGHT = 64, 48


def _jpeg() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "teal").save(output, "JPEG")
    return output.getvalue()


PICTURE = _jpeg()


def frame(session: int, sequence: int, captured_at: float | None = None) -> bytes:
    """The message of a small picture, captured now unless said otherwise."""
    return wire.pack(
        rendition=wire.Rendition.JPEG,
        codec=wire.Codec.JPEG,
        key=True,
        session=session,
        sequence=sequence,
        captured_at=time.time() * 1000 if captured_at is None else captured_at,
        width=WIDTH,
        height=HEIGHT,
        payload=PICTURE,
    )

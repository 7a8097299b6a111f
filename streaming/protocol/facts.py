"""What a camera, and a page that shows one, must know of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streaming.protocol.enums import CODEC_SETTINGS, Delivery
from streaming.protocol.message import about


class CameraFacts(msgspec.Struct, frozen=True):
    """A camera's settings."""

    slug: str
    name: str
    width: int
    height: int
    frame_rate: int
    quality: Annotated[float, about("From 0 to 1.")]
    delivery: Delivery
    codec: Annotated[str, about("What it is set to send.", enum=list(CODEC_SETTINGS))]

    @classmethod
    def of(cls, camera: object) -> CameraFacts:
        """Those of an object that has them as attributes."""
        return msgspec.convert(camera, cls, from_attributes=True)

"""Where a picture spends its time between the camera and this web process."""

from __future__ import annotations

from dataclasses import dataclass

#: A capture time further away says nothing of the way here, only of the camera's clock.
MAX_AGE_MS = 60_000
#: The weight of one frame in a mean: about a second of 30 fps.
_SHARE = 1 / 30


class Mean:
    """Of the last second or so."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: float | None = None

    def add(self, value: float) -> None:
        self.value = value if self.value is None else self.value + (value - self.value) * _SHARE


@dataclass(frozen=True, slots=True)
class Stages:
    """Means of the last seconds, in ms."""

    #: From the capture to the encoded picture.
    camera_ms: float
    #: From there to ingest.
    uplink_ms: float
    #: From there to the viewer's connection.
    server_ms: float


def stages(encode_ms: float, ingest_ms: float, here_ms: float | None) -> Stages | None:
    """Of a camera that needs so long to encode, whose pictures are so old when they are taken in,
    and so old when they are here; None before one was here."""
    if here_ms is None:
        return None
    camera_ms = min(encode_ms, ingest_ms)
    return Stages(
        camera_ms=round(camera_ms, 1),
        uplink_ms=round(max(0.0, ingest_ms - camera_ms), 1),
        server_ms=round(max(0.0, here_ms - ingest_ms), 1),
    )

"""What a camera sees: a video file that Chromium plays as its device."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

#: It is played over and over.
_FRAMES = 2


def write(path: Path, picture: Image.Image, frame_rate: int = 30) -> Path:
    """A device that gives this one picture, of even sides, in the colours of BT.601."""
    width, height = picture.size
    luma, *chroma = picture.convert("YCbCr").split()
    planes = [luma.point(lambda value: round(16 + value * 219 / 255))]
    for plane in chroma:
        half = plane.resize((width // 2, height // 2), Image.Resampling.NEAREST)
        planes.append(half.point(lambda value: round(128 + (value - 128) * 224 / 255)))
    frame = b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)
    header = f"YUV4MPEG2 W{width} H{height} F{frame_rate}:1 Ip A1:1 C420jpeg\n"
    path.write_bytes(header.encode() + frame * _FRAMES)
    return path

"""The demo camera's moving picture."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of an hour: the sky from above to the horizon, hills from far to near."""

    sky: tuple[Colour, Colour, Colour]
    hills: tuple[Colour, Colour, Colour]
    sun: Colour


LIGHTS = {
    "dusk": Light(
        ((13, 20, 40), (38, 64, 110), (216, 124, 92)),
        ((47, 62, 96), (30, 41, 66), (15, 22, 36)),
        (255, 214, 150),
    ),
    "dawn": Light(
        ((58, 52, 98), (178, 108, 140), (255, 196, 150)),
        ((122, 86, 122), (82, 58, 96), (44, 34, 62)),
        (255, 232, 196),
    ),
    "noon": Light(
        ((54, 126, 190), (124, 184, 224), (214, 234, 240)),
        ((120, 160, 160), (70, 118, 104), (34, 74, 62)),
        (255, 250, 226),
    ),
    "night": Light(
        ((4, 7, 16), (10, 18, 40), (26, 44, 72)),
        ((20, 32, 54), (13, 21, 38), (6, 10, 20)),
        (216, 226, 244),
    ),
}
#: Of each line of hills: where it stands, how high it is, how fast it drifts by.
_RIDGES = ((0.60, 46, 16), (0.72, 38, 34), (0.84, 30, 70))
_TEXT = (236, 242, 250)
_QUIET = (176, 192, 214)


class Scene:
    """Hills that drift by, a clock and the number of the frame.

    All that does not change is drawn once: a frame costs four pastes, two texts and the JPEG.
    """

    def __init__(self, width: int, height: int, light: Light) -> None:
        self._size = (width, height)
        self._sky = _gradient(width, height, light.sky)
        self._sun = _glow(height // 3, light.sun)
        # Twice the width, and periodic in it: a crop at any offset is seamless.
        self._ridges = [
            (_ridge(width * 2, height, colour, base, amplitude), speed)
            for colour, (base, amplitude, speed) in zip(light.hills, _RIDGES, strict=True)
        ]
        self._large = ImageFont.load_default(height / 8)
        self._small = ImageFont.load_default(height / 26)

    def jpeg(self, seconds: float, number: int, now: datetime, quality: float) -> bytes:
        """The picture at `seconds` since the start, as a JPEG of `quality` 0.1 to 1."""
        picture = self._picture(seconds, number, now)
        output = io.BytesIO()
        picture.save(output, "JPEG", quality=round(quality * 100))
        return output.getvalue()

    def _picture(self, seconds: float, number: int, now: datetime) -> Image.Image:
        width, height = self._size
        picture = self._sky.copy()
        angle = seconds / 12
        sun_x = round(width * (0.5 + 0.34 * math.cos(angle))) - self._sun.width // 2
        sun_y = round(height * (0.36 + 0.16 * math.sin(angle))) - self._sun.height // 2
        picture.paste(self._sun, (sun_x, sun_y), self._sun)
        for ridge, speed in self._ridges:
            offset = round(seconds * speed) % width
            part = ridge.crop((offset, 0, offset + width, height))
            picture.paste(part, (0, 0), part)
        self._write(ImageDraw.Draw(picture), number, now)
        return picture

    def _write(self, draw: ImageDraw.ImageDraw, number: int, now: datetime) -> None:
        # In the middle: the corners are where pages write over a picture.
        width, height = self._size
        tenth = now.microsecond // 100_000
        for text, y, colour, font in (
            (f"{now:%H:%M:%S}.{tenth}", 0.86, _TEXT, self._large),
            (f"frame {number}", 0.94, _QUIET, self._small),
        ):
            draw.text((width / 2, height * y), text, colour, font, anchor="ms")


def _gradient(width: int, height: int, colours: Sequence[Colour]) -> Image.Image:
    column = Image.new("RGB", (1, len(colours)))
    column.putdata(colours)
    return column.resize((width, height), Image.Resampling.BICUBIC)


def _glow(size: int, colour: Colour) -> Image.Image:
    """A disc with a halo, on nothing."""
    mask = Image.new("L", (size, size))
    draw = ImageDraw.Draw(mask)
    centre, radius = size / 2, size / 7
    halo = radius * 1.5
    draw.ellipse((centre - halo, centre - halo, centre + halo, centre + halo), fill=110)
    mask = mask.filter(ImageFilter.GaussianBlur(size / 9))
    ImageDraw.Draw(mask).ellipse(
        (centre - radius, centre - radius, centre + radius, centre + radius), fill=255
    )
    disc = Image.new("RGBA", (size, size), colour)
    disc.putalpha(mask.filter(ImageFilter.GaussianBlur(1)))
    return disc


def _ridge(width: int, height: int, colour: Colour, base: float, amplitude: int) -> Image.Image:
    """A line of hills that repeats after half the width."""
    layer = Image.new("RGBA", (width, height))
    period = width / 2
    amplitude_px = amplitude * height / 480
    tops = [
        (x, height * base - amplitude_px * _hills(2 * math.pi * x / period + base * 9))
        for x in range(0, width + 1, 4)
    ]
    ImageDraw.Draw(layer).polygon([(0, height), *tops, (width, height)], fill=(*colour, 255))
    return layer


def _hills(angle: float) -> float:
    return math.sin(angle * 2) * 0.5 + math.sin(angle * 5 + 1) * 0.3 + math.sin(angle * 11) * 0.12

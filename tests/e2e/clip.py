"""A clip whose every frame carries its number, readable by a person and from pixels."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 480
#: 2048 frames: 68 s at 30 fps, then the number starts again.
BITS = 11
LENGTH = 1 << BITS
_CELL = WIDTH // BITS
_ROW = 80


def write(path: Path, size: tuple[int, int] = (WIDTH, HEIGHT), length: int = LENGTH) -> Path:
    """Motion JPEG as Chromium's fake camera plays it, 30 fps, over and over."""
    font = ImageFont.load_default(160)
    with path.open("wb") as file:
        for number in range(length):
            file.write(_frame(number, font, size))
    return path


def _frame(
    number: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, size: tuple[int, int]
) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (40, 90, 140))
    draw = ImageDraw.Draw(picture)
    for bit in range(BITS):
        on = number >> (BITS - 1 - bit) & 1
        # The number and its complement: a picture put together from two frames has neither.
        for row, lit in enumerate((on, not on)):
            left, top = bit * _CELL, row * _ROW
            draw.rectangle(
                (left, top, left + _CELL, top + _ROW), fill=(255,) * 3 if lit else (0,) * 3
            )
    draw.text((WIDTH // 2, 340), str(number), (255, 255, 255), font, anchor="mm")
    output = BytesIO()
    picture.resize(size).save(output, "JPEG", quality=80)
    return output.getvalue()


#: JavaScript: the number in a picture source of WIDTH x HEIGHT proportions, -1 in a wrong picture,
#: null in none.
READ_NUMBER = f"""
  const reader = new OffscreenCanvas({BITS}, 2).getContext("2d", {{ willReadFrequently: true }});
  reader.imageSmoothingQuality = "high";
  const readNumber = (source, width, height) => {{
    if (width < 32) return null;
    const used = width * {_CELL * BITS} / {WIDTH};
    reader.drawImage(source, 0, 0, used, height * {2 * _ROW} / {HEIGHT}, 0, 0, {BITS}, 2);
    const pixels = reader.getImageData(0, 0, {BITS}, 2).data;
    let number = 0;
    for (let bit = 0; bit < {BITS}; bit++) {{
      const on = pixels[4 * bit] > 127;
      if (on === pixels[4 * (bit + {BITS})] > 127) return -1;
      number = 2 * number + Number(on);
    }}
    return number;
  }};
"""

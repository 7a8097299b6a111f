"""Messages of a camera's frames, good and bad."""

from __future__ import annotations

import io

from PIL import Image

from streaming.domain import wire
from streaming.domain.codecs.jpeg import JPEG
from tests.streaming.frames import HEIGHT, PICTURE, WIDTH, video

SESSION = 7
#: Where a picture was taken, which is nobody's business.
PLACE = b"40.446195,-79.982195"


def large(message_bytes):
    """A frame whose message has so many bytes."""
    return video(SESSION, 1, key=True).ljust(message_bytes, b"x")


def broken(**fields):
    header = {
        "rendition": wire.Rendition.JPEG,
        "codec": JPEG,
        "key": True,
        "session": SESSION,
        "sequence": 1,
        "captured_at": 0.0,
        "width": WIDTH,
        "height": HEIGHT,
        "payload": PICTURE,
    }
    return wire.pack(**{**header, **fields})


def made_by_a_program(generator):
    """A picture as some program might write it: its bytes and its size."""
    size = (generator.randint(1, 80), generator.randint(1, 80))
    image = Image.frombytes("RGB", size, generator.randbytes(3 * size[0] * size[1]))
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = generator.randint(1, 8)
    options = {
        "quality": generator.choice([1, 30, 75, 95, 100]),
        "subsampling": generator.choice([0, 1, 2]),
        "optimize": generator.random() < 0.5,
        "progressive": generator.random() < 0.2,
        "restart_marker_blocks": generator.choice([0, 0, 1, 5]),
    }
    if generator.random() < 0.2:
        options |= {"keep_rgb": True, "subsampling": 0}
    notes = {"exif": exif, "comment": PLACE, "icc_profile": PLACE, "xmp": PLACE, "dpi": (72, 72)}
    options |= {name: value for name, value in notes.items() if generator.random() < 0.4}
    file = io.BytesIO()
    image.convert(generator.choice(["RGB", "RGB", "L", "CMYK"])).save(file, "JPEG", **options)
    tail = generator.choice([b"", PLACE, b"<html>", b"PK\x03\x04"])
    return file.getvalue() + tail, size

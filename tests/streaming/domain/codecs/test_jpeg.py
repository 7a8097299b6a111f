from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from streaming.domain.codecs import jpeg

SOF = b"\xff\xc0\x00\x11\x08"
TAIL = b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01" + b"\xff\xda\x00\x02"
HUGE = (65535).to_bytes(2, "big") * 2


def picture(width=32, height=16, **options):
    """A real JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG", **options)
    return file.getvalue()


def with_exif(count):
    exif = Image.Exif()
    exif[0x010E] = "x" * count
    return picture(exif=exif)


def made(before=b"", size=b"\x00\x10\x00\x20"):
    """What a decoder would take for a picture of 32x16, with more in front of its header."""
    return jpeg.START + before + SOF + size + TAIL + b"\x00" * 32 + jpeg.END


@pytest.mark.parametrize(
    "data",
    [
        picture(),
        picture(progressive=True),
        picture(quality=100, subsampling=0),
        picture(optimize=True, comment=b"front door"),
        picture(dpi=(72, 72), restart_marker_blocks=2),
        with_exif(60_000),
        made(),
    ],
)
def test_it_reads_the_size_of_a_real_picture(data):
    assert jpeg.size(data) == (32, 16)


def test_it_reads_grey_and_four_colour_pictures():
    for mode in ("L", "CMYK"):
        file = io.BytesIO()
        Image.new(mode, (320, 200)).save(file, "JPEG")
        assert jpeg.size(file.getvalue()) == (320, 200)


def test_it_reads_behind_a_header_of_ours():
    assert jpeg.size(b"\xff\xd8header" + picture(), 8) == (32, 16)


def test_a_gigantic_picture_says_so_before_anybody_decodes_it():
    assert jpeg.size(made(size=HUGE)) == (65535, 65535)


def test_a_picture_of_nothing_says_so():
    assert jpeg.size(made(size=b"\0\0\0\0")) == (0, 0)


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_a_picture_cut_off_is_none(cut):
    assert jpeg.size(picture()[:-cut]) is None


@pytest.mark.parametrize("keep", range(0, 24))
def test_a_beginning_with_an_end_is_none(keep):
    assert jpeg.size(picture()[:keep] + jpeg.END) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        jpeg.START + jpeg.END,
        b"GIF89a" + bytes(100) + jpeg.END,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\0" + picture(),
        picture() + b"\0",
    ],
)
def test_what_is_not_a_jpeg_from_end_to_end_is_none(data):
    assert jpeg.size(data) is None


@pytest.mark.parametrize("length", [b"\x00\x00", b"\x00\x01", b"\x00\x03", b"\xff\xff"])
def test_a_segment_that_lies_about_its_length_is_none(length):
    assert jpeg.size(made(b"\xff\xe0" + length + bytes(14))) is None


@pytest.mark.parametrize("marker", [0x00, 0x01, 0xD0, 0xD7, 0xD8, 0xD9, 0xFF])
def test_no_second_size_hides_behind_a_marker_without_length(marker):
    # Decoders step over such markers and meet the first header; who took the bytes behind for a
    # length would jump over it, to the second.
    hidden = SOF + HUGE + TAIL
    reach = int.from_bytes(hidden[:2], "big")
    both = (bytes([0xFF, marker]) + hidden).ljust(2 + reach, b"\0")
    assert jpeg.size(made(both)) is None


def test_a_scan_before_the_header_is_none():
    assert jpeg.size(made(b"\xff\xda\x00\x02")) is None


def test_a_lossless_or_arithmetic_picture_is_none():
    for marker in (0xC3, 0xC9, 0xCA):
        assert jpeg.size(made(bytes([0xFF, marker]) + SOF[2:] + HUGE + TAIL[:10])) is None


def test_endless_segments_end_the_search():
    assert jpeg.size(made(b"\xff\xfe\x00\x02" * 63)) == (32, 16)
    assert jpeg.size(made(b"\xff\xfe\x00\x02" * 64)) is None


def test_mutated_pictures_give_a_size_or_none():
    generator = random.Random(20)
    whole = picture()
    for _ in range(5000):
        data = bytearray(whole)
        for _ in range(generator.randint(1, 8)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        found = jpeg.size(bytes(data))
        assert found is None or all(0 <= side <= 65535 for side in found)

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageDraw

from streaming.domain.codecs.codec import Malformed, Unsupported
from streaming.domain.codecs.jpeg import END, JPEG, MAX_RESTARTS, MAX_SEGMENTS, START, size_of

HEADER = b"header"
SIZE = (32, 16)
PLACE = b"40.446195,-79.982195"
#: An IFD with a GPS tag would do; these bytes are easier to find.
EXIF = b"Exif\0\0" + PLACE


def picture(size=SIZE, mode="RGB", **options):
    """A real JPEG, of something."""
    image = Image.new(mode, size)
    draw = ImageDraw.Draw(image)
    for at in range(0, size[0], 5):
        draw.line((at, 0, size[0] - at, size[1]), fill=("red" if mode == "RGB" else at % 256))
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def pixels(data):
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def clean(data, size=SIZE):
    """What is left of a picture."""
    message = HEADER + data
    left = JPEG.clean(message, len(HEADER), True, size)
    assert (left is message) == (left == message)
    return left.removeprefix(HEADER)


def assert_malformed(data, size=SIZE):
    with pytest.raises(Malformed):
        clean(data, size)


def assert_unsupported(data, size=SIZE):
    with pytest.raises(Unsupported):
        clean(data, size)


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def segments(data):
    """Marker, beginning and end of each segment, up to the scan's: the slow way."""
    position, found = 2, []
    while True:
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        found.append((data[position + 1], position, end))
        if data[position + 1] == 0xDA:
            return found
        position = end


def where(data, marker):
    return next((begin, end) for each, begin, end in segments(data) if each == marker)


def behind(data, marker, added):
    """`data` with more behind its first segment of this marker."""
    _, end = where(data, marker)
    return data[:end] + added + data[end:]


def changed(data, marker, at, value):
    """`data` with another byte in the content of a segment."""
    begin, _ = where(data, marker)
    position = begin + 4 + at
    return data[:position] + bytes([value]) + data[position + 1 :]


def without_segment(data, marker):
    begin, end = where(data, marker)
    return data[:begin] + data[end:]


def one_of_three():
    """Its first scan is that of its first colour."""
    data = picture()
    begin, end = where(data, SOS)
    return data[:begin] + segment(SOS, b"\1\1\0\0\x3f\0") + data[end:]


JFIF, DQT, SOF, DHT, DRI, SOS = 0xE0, 0xDB, 0xC0, 0xC4, 0xDD, 0xDA


@pytest.mark.parametrize("size", [SIZE, (1, 1), (8, 8), (17, 33), (640, 360)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"quality": 1},
        {"quality": 100, "subsampling": 0},
        {"subsampling": 1},
        {"optimize": True},
        {"mode": "L"},
        {"restart_marker_blocks": 2},
        {"restart_marker_rows": 1},
        {"mode": "L", "restart_marker_blocks": 1},
        {"keep_rgb": True},
    ],
    ids=str,
)
def test_a_picture_that_is_all_picture_stays_as_it_is(size, options):
    data = picture(size, **options)
    assert clean(data, size) == data


@pytest.mark.parametrize(
    "added",
    [
        segment(0xE1, EXIF),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        segment(0xE2, b"ICC_PROFILE\0\1\1" + PLACE),
        segment(0xE2, b"MPF\0" + PLACE),
        segment(0xED, b"Photoshop 3.0\0" + PLACE),
        segment(0xFE, PLACE),
        segment(JFIF, b"JFXX\0\x10" + PLACE),
        segment(JFIF, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        segment(0xEE, PLACE),
        segment(0xFE, b"x" * 65_000) + segment(0xE1, EXIF) * 40,
    ],
)
def test_what_is_not_the_picture_goes(added):
    data = picture()
    for marker in (JFIF, DQT, SOF, DHT):
        assert clean(behind(data, marker, added)) == data


@pytest.mark.parametrize("tail", [PLACE, b"\0", b"PK\3\4zip", b"<html>", END, picture()])
def test_what_follows_the_end_goes(tail):
    data = picture()
    assert clean(data + tail) == data
    assert clean(picture((64, 64), restart_marker_blocks=1) + tail, (64, 64)) == picture(
        (64, 64), restart_marker_blocks=1
    )


def test_the_thumbnail_in_its_header_goes():
    data = picture()
    begin, end = where(data, JFIF)
    thumbnail = segment(JFIF, b"JFIF\0\1\2\1\0\x48\0\x48\2\1" + b"thumbs")
    left = clean(data[:begin] + thumbnail + data[end:])
    assert left == data[:begin] + segment(JFIF, b"JFIF\0\1\1\0\0\1\0\1\0\0") + data[end:]


def test_what_phones_and_programs_write_loses_its_place_and_no_pixel():
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    data = picture(
        exif=exif, comment=PLACE, icc_profile=PLACE, xmp=PLACE, dpi=(300, 300), optimize=True
    )
    assert data.count(PLACE) == 4
    left = clean(data)
    assert PLACE not in left
    assert b"Exif" not in left
    assert pixels(left) == pixels(data)
    assert clean(left) == left


def test_colours_stay_whatever_they_are_written_as():
    data = picture(keep_rgb=True)
    noted = changed(data, 0xEE, 8, 0x42)
    assert pixels(clean(noted)) == pixels(data)
    assert clean(noted) == data.replace(
        data[slice(*where(data, 0xEE))], b"\xff\xee\0\x0eAdobe\0d" + bytes(5)
    )


def test_the_size_has_to_be_the_one_that_was_said():
    for size in ((16, 32), (33, 16), (32, 15), (65535, 65535)):
        assert_malformed(picture(), size)


def test_a_picture_needs_the_bytes_of_its_size():
    begin, _ = where(picture(), SOF)
    for size in ((4096, 4096), (4096, 16)):
        height_first = size[1].to_bytes(2, "big") + size[0].to_bytes(2, "big")
        data = picture()
        assert_malformed(data[: begin + 5] + height_first + data[begin + 9 :], size)
    small = picture((4096, 4096), mode="L", optimize=True)
    assert clean(small, (4096, 4096)) == small


@pytest.mark.parametrize("share", [0, 0.01, 0.05])
def test_a_scan_of_which_hardly_anything_is_left_is_refused(share):
    data = picture((640, 480), quality=20)
    _, scan = where(data, SOS)
    kept = scan + round((len(data) - scan) * share)
    assert_malformed(data[:kept].rstrip(b"\xff") + END, (640, 480))


def test_a_picture_without_a_scan_is_refused():
    data = picture()
    begin, _ = where(data, SOS)
    assert_malformed(data[:begin] + END)


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_a_picture_without_its_end_is_refused(cut):
    assert_malformed(picture()[:-cut])


@pytest.mark.parametrize("keep", range(0, 600, 13))
def test_a_beginning_with_an_end_is_refused(keep):
    assert_malformed(picture()[:keep] + END)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        START + END,
        b"GIF89a" + bytes(100) + END,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\0" + picture(),
        START + picture(),
    ],
)
def test_what_is_no_jpeg_is_refused(data):
    assert_malformed(data)


@pytest.mark.parametrize(
    "data",
    [
        picture(progressive=True),
        picture(mode="CMYK"),
        changed(picture(), SOF, 0, 12),
        changed(picture(), SOF, 5, 4),
        changed(picture(), SOF, 5, 2),
        changed(picture(), SOF, 7, 0x33),
        changed(picture(), SOF, 7, 0x00),
        changed(picture(), SOF, 7, 0x44),
        changed(picture(), DQT, 0, 0x10),
        one_of_three(),
        changed(picture(keep_rgb=True), 0xEE, 11, 2),
        *(
            behind(picture(), DQT, segment(marker, bytes(15)))
            for marker in (0xC3, 0xC9, 0xCA, 0xCF)
        ),
    ],
)
def test_kinds_that_no_camera_sends_are_refused_as_such(data):
    assert_unsupported(data)


@pytest.mark.parametrize("marker", [SOS, DHT, DQT, DRI])
def test_more_than_one_scan_is_refused(marker):
    data = picture()
    begin, _ = where(data, marker if marker != DRI else SOS)
    assert_unsupported(data[:-2] + bytes([0xFF, marker]) + data[begin + 2 :])


@pytest.mark.parametrize("marker", [SOF, DQT, DHT])
def test_what_comes_once_does_not_come_twice(marker):
    data = picture()
    begin, end = where(data, marker)
    assert_malformed(behind(data, marker, data[begin:end]))


def test_a_second_restart_interval_is_refused():
    data = picture(restart_marker_blocks=1)
    assert_malformed(behind(data, DRI, segment(DRI, b"\0\1")))


@pytest.mark.parametrize("marker", [SOF, DQT, DHT])
def test_what_is_needed_may_not_lack(marker):
    assert_malformed(without_segment(picture(), marker))


def test_a_scan_names_the_parts_of_its_picture():
    for at, value in ((1, 9), (2, 0x33), (7, 1), (8, 62), (9, 1)):
        assert_malformed(changed(picture(), SOS, at, value))


@pytest.mark.parametrize("marker", [SOF, DQT, DHT, SOS])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_segment_that_ends_elsewhere_is_refused(marker, by):
    begin, end = where(picture(), marker)
    data = bytearray(picture())
    data[begin + 2 : begin + 4] = (end - begin - 2 + by).to_bytes(2, "big")
    with pytest.raises((Malformed, Unsupported)):
        clean(bytes(data))


@pytest.mark.parametrize("length", [b"\x00\x00", b"\x00\x01", b"\x00\x03", b"\xff\xff"])
def test_a_segment_that_lies_about_its_length_is_refused(length):
    assert_malformed(behind(picture(), JFIF, b"\xff\xe1" + length + bytes(14)))


@pytest.mark.parametrize("marker", [0x00, 0x01, 0xD0, 0xD7, 0xD8, 0xD9, 0xDC, 0xF0, 0xFF])
def test_no_second_size_hides_behind_a_marker_without_length(marker):
    # Decoders step over such markers and meet the first header; who took the bytes behind for a
    # length would jump over it, to the second.
    data = picture()
    header = data[slice(*where(data, SOF))]
    assert_malformed(behind(data, JFIF, bytes([0xFF, marker]) + header.ljust(0xFFC2, b"\0")))


def test_segments_are_bounded():
    data = picture()
    more = MAX_SEGMENTS - len(segments(data))
    assert clean(behind(data, JFIF, segment(0xFE, b"") * more)) == data
    assert_malformed(behind(data, JFIF, segment(0xFE, b"") * (more + 1)))


# Restarts

RESTARTED = picture((64, 64), mode="L", restart_marker_blocks=4)


def restarts(data):
    return [at for at in range(where(data, SOS)[1], len(data)) if is_restart(data, at)]


def is_restart(data, at):
    return data[at] == 0xFF and 0xD0 <= data[at + 1 : at + 2][0] <= 0xD7


def test_restarts_come_as_often_as_they_should_and_in_order():
    found = restarts(RESTARTED)
    assert len(found) == 64 // 4 - 1
    assert clean(RESTARTED, (64, 64)) == RESTARTED
    first, last = found[0], found[-1]
    for data in (
        RESTARTED[:first] + RESTARTED[first + 2 :],
        RESTARTED[:first] + b"\xff\xd1" + RESTARTED[first + 2 :],
        RESTARTED[:last] + RESTARTED[last:-2] + b"\xff\xd7" + END,
        RESTARTED[:last] + END,
        without_segment(RESTARTED, DRI),
    ):
        assert_malformed(data, (64, 64))


def test_a_storm_of_restarts_is_refused():
    data = picture((64, 64))
    _, scan = where(data, SOS)
    storm = b"".join(b"\xff" + bytes([0xD0 + at % 8]) for at in range(100_000))
    assert_malformed(data[:scan] + storm + data[scan:], (64, 64))
    every = segment(DRI, b"\0\1")
    assert_malformed(behind(data[:scan] + storm + data[scan:], SOF, every), (64, 64))


def test_restarts_are_bounded():
    side = (520, 512)
    data = picture(side, mode="L", restart_marker_blocks=1)
    assert MAX_RESTARTS < 65 * 64 - 1
    assert_unsupported(data, side)


# Anything


def test_bytes_of_the_picture_that_look_like_markers_are_bytes_of_the_picture():
    data = picture((640, 480), quality=97)
    assert data.count(b"\xff\0") > 10
    assert clean(data, (640, 480)) == data


def test_mutated_pictures_are_cleaned_once_and_for_all_or_refused():
    generator = random.Random(20)
    whole = behind(picture(restart_marker_blocks=1), SOF, segment(0xE1, EXIF)) + PLACE
    for _ in range(5000):
        data = bytearray(whole)
        for _ in range(generator.randint(1, 8)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        try:
            left = clean(bytes(data))
        except (Malformed, Unsupported):
            continue
        assert clean(left) == left
        assert left.endswith(END)
        assert {marker for marker, _, _ in segments(left)} <= {
            JFIF,
            0xEE,
            DQT,
            SOF,
            0xC1,
            DHT,
            DRI,
            SOS,
        }


def test_a_picture_says_its_size_to_who_knows_none():
    assert size_of(picture()) == SIZE
    with pytest.raises(Malformed):
        size_of(picture()[:30])

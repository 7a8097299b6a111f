from __future__ import annotations

import pytest

from streaming.domain.multipart import MAX_HEADER_BYTES, Multipart, MultipartError, boundary_of

PICTURES = [b"\xff\xd8one\r\n--\xff\xd9", b"\xff\xd8two--fra\n\xff\xd9", b"\xff\xd8three\xff\xd9"]
WITH_LENGTH = b"".join(
    b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(each), each)
    for each in PICTURES
)
WITHOUT = (
    b"preamble"
    + b"".join(b"\r\n--frame\r\nX: y\r\n\r\n" + each for each in PICTURES)
    + b"\r\n--frame--"
)
PLAIN_NEWLINES = b"".join(b"--frame\nX: y\n\n" + each + b"\n" for each in PICTURES) + b"--frame\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("stream", [WITH_LENGTH, WITHOUT, PLAIN_NEWLINES])
def test_parts_are_whole_whatever_the_portions(stream, size):
    parts = Multipart(b"frame", 1000)
    portions = (stream[at : at + size] for at in range(0, len(stream), size))
    assert [part for each in portions for part in parts.feed(each)] == PICTURES


def test_a_length_of_zero_is_none():
    stream = b"--frame\r\nContent-Length: 0\r\n\r\nabc\r\n--frame\r\n"
    assert list(Multipart(b"frame", 9).feed(stream)) == [b"abc"]


@pytest.mark.parametrize(
    "stream",
    [
        b"x" * (MAX_HEADER_BYTES + 1),
        b"--frame\r\n" + b"x" * MAX_HEADER_BYTES,
        b"--frame\r\nContent-Length: 1001\r\n\r\n",
        b"--frame\r\n\r\n" + b"x" * 1100,
    ],
)
def test_what_has_no_end_is_refused(stream):
    with pytest.raises(MultipartError):
        list(Multipart(b"frame", 1000).feed(stream))


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/x-mixed-replace; boundary=frame", b"frame"),
        ("multipart/x-mixed-replace;boundary=--frame", b"frame"),
        ('Multipart/Mixed; x=y; Boundary="a b"', b"a b"),
        ("multipart/x-mixed-replace", None),
        ("multipart/x-mixed-replace; boundary=--", None),
        ("image/jpeg; boundary=frame", None),
        ("", None),
    ],
)
def test_the_boundary_is_found(content_type, boundary):
    assert boundary_of(content_type) == boundary


def test_an_empty_part_is_left_out():
    stream = b"--frame\r\n\r\n--frame\r\n\r\nabc\r\n--frame\r\n"
    assert list(Multipart(b"frame", 9).feed(stream)) == [b"abc"]

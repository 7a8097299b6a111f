from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cameras.source_address import MAX_LENGTH, SourceAddress, apart, parse


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://192.168.1.20/stream1", ("http", "192.168.1.20", 80, "/stream1")),
        ("http://cam.local:8080", ("http", "cam.local", 8080, "/")),
        ("https://[fd00::1]/a?b=1&c=%20", ("https", "fd00::1", 443, "/a?b=1&c=%20")),
        ("rtsp://cam/live?channel=1", ("rtsp", "cam", 554, "/live?channel=1")),
        ("HTTP://Cam/x#part", ("http", "cam", 80, "/x")),
    ],
)
def test_an_address_has_its_parts(text, address):
    assert parse(text) == SourceAddress(*address)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((text, "address") for text in ("", "cam", "http://", "http:///x", "http://a b/")),
        *((text, "address") for text in ("http://a\n/", "http://a:0/", "http://a:99999/")),
        *(
            (text, "address")
            for text in ("http://[::1/", "http://a/ü", "http://-a/", "http://a:x/")
        ),
        ("http://a/" + "x" * MAX_LENGTH, "address"),
        *(
            (text, "scheme")
            for text in ("ftp://a/", "file://a/etc", "rtsps://a/", "rtmp://a/", "gopher://a/")
        ),
        ("http://olga:s3cret@cam/", "credentials"),
        ("http://s3cret@cam/", "credentials"),
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text, code):
    with pytest.raises(ValidationError) as raised:
        parse(text)
    assert raised.value.code == code
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (" rtsp://olga:p%40ss@cam/x ", ("rtsp://cam/x", "olga", "p@ss")),
        ("rtsp://olga:p@ss:w@cam:1/x@y", ("rtsp://cam:1/x@y", "olga", "p@ss:w")),
        ("rtsp://cam/x@y", ("rtsp://cam/x@y", "", "")),
        ("olga@cam", ("olga@cam", "", "")),
    ],
)
def test_user_and_password_of_an_address_are_taken_apart(text, parts):
    assert apart(text) == parts

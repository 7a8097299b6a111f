from __future__ import annotations

import pytest

from streaming.domain.rtsp import messages
from streaming.domain.rtsp.messages import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MAX_RUBBISH_BYTES,
    Malformed,
    Packet,
    Parser,
    Request,
    Response,
    TooLarge,
)

RTP = b"\x80\x60" + bytes(18)
ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nv=0\n"
ASKED = b"OPTIONS rtsp://camera/ RTSP/1.0\r\nCSeq: 7\r\n\r\n"
STREAM = messages.packet(0, RTP) + ANSWER + messages.packet(1, RTP) + b"\r\n" + ASKED


def read(data, pieces=1 << 20):
    parser = Parser()
    return [
        each
        for begin in range(0, len(data), pieces)
        for each in parser.feed(data[begin : begin + pieces])
    ]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 50, 1000])
def test_messages_and_packets_are_read_from_any_pieces(pieces):
    answer = Response(200, {"cseq": ("2",), "content-length": ("4",)}, b"v=0\n")
    assert read(STREAM, pieces) == [Packet(RTP), answer, Packet(RTP), Request("OPTIONS", "7")]


def test_a_header_may_come_more_than_once():
    [answer] = read(b"RTSP/1.0 401 No\r\nA: 1\r\na: 2\r\nwithout a colon\r\n\r\n")
    assert answer.headers["a"] == ("1", "2")
    assert answer.header("a") == "1"
    assert answer.header("b") == ""


def test_lines_may_end_with_a_line_feed_alone():
    [answer] = read(b"RTSP/1.0 200 OK\nCSeq: 1\n\n")
    assert answer.header("cseq") == "1"


@pytest.mark.parametrize("pieces", [1, 5, 1000])
@pytest.mark.parametrize(
    "rubbish", [b"log: 12:00 started\n", b"$\x00\x00\x10no packet", bytes(50), b"RTSP/2 RT", b"OPT"]
)
def test_rubbish_between_packets_is_skipped(rubbish, pieces):
    assert read(messages.packet(0, RTP) + rubbish + STREAM, pieces)[:2] == [Packet(RTP)] * 2


def test_rubbish_is_bounded():
    parser = Parser()
    with pytest.raises(Malformed):
        [parser.feed(b"x" * 1000) for _ in range(MAX_RUBBISH_BYTES // 1000 + 1)]


def test_rubbish_counts_anew_after_a_packet():
    parser = Parser()
    for _ in range(5):
        parser.feed(b"x" * (MAX_RUBBISH_BYTES // 2))
        parser.feed(STREAM)


@pytest.mark.parametrize(
    "data",
    [
        b"RTSP/1.0 200 OK\r\n" + b"A: b\r\n" * MAX_HEAD_BYTES,
        b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1),
        b"RTSP/1.0 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    ],
)
def test_messages_are_bounded(data):
    with pytest.raises(TooLarge):
        read(data, 1000)


@pytest.mark.parametrize(
    "data",
    [
        b"RTSP/1.0 yes OK\r\n\r\n",
        b"RTSP/1.0 20\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_refused(data):
    with pytest.raises(Malformed):
        read(data)


def test_a_request_travels_as_it_is_read():
    data = messages.request("OPTIONS", "rtsp://camera/", {"CSeq": "7"})
    assert data == ASKED
    assert messages.response("200 OK", {"CSeq": "7"}) == b"RTSP/1.0 200 OK\r\nCSeq: 7\r\n\r\n"


@pytest.mark.parametrize("value", ["1\r\nTEARDOWN", "\0", "\x7f"])
def test_no_value_becomes_a_line_of_its_own(value):
    with pytest.raises(Malformed):
        messages.request("OPTIONS", "rtsp://camera/", {"CSeq": value})

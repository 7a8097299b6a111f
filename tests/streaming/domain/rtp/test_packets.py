from __future__ import annotations

import struct

import pytest

from streaming.domain.rtp.packets import Malformed, Packet, Reports, Unwrapped, is_rtcp, packet

HEAD = struct.pack(">BBHII", 0x80, 0xE0, 65535, 90_000, 7)


def with_flags(flags, rest):
    return bytes([0x80 | flags]) + HEAD[1:] + rest


def test_a_packet_is_read():
    assert packet(HEAD + b"picture") == Packet(96, True, 65535, 90_000, 7, b"picture")


@pytest.mark.parametrize(
    ("flags", "rest"),
    [
        (0x02, b"sources!" + b"picture"),
        (0x10, b"\xbe\xde\0\1" + b"more" + b"picture"),
        (0x20, b"picture" + b"\0\0\3"),
        (0x31, b"from" + b"\xbe\xde\0\0" + b"picture" + b"\1"),
    ],
)
def test_what_stands_around_the_payload_is_left_out(flags, rest):
    assert packet(with_flags(flags, rest)).payload == b"picture"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD[:-1],
        b"\x40" + HEAD[1:],
        with_flags(0x20, b"\x20"),
        with_flags(0x0F, b"few"),
        with_flags(0x10, b""),
        with_flags(0x10, b"\0\0\xff\xff"),
    ],
)
def test_what_is_no_packet_is_refused(data):
    with pytest.raises(Malformed):
        packet(data)


def test_counters_go_on_behind_their_end():
    count = Unwrapped(16)
    assert [count.add(each) for each in (65534, 65535, 0, 1, 65535, 2)] == [
        65534,
        65535,
        65536,
        65537,
        65535,
        65538,
    ]


def test_reports_are_told_from_packets():
    assert not is_rtcp(HEAD)
    assert not is_rtcp(b"")
    assert is_rtcp(Reports(1).report(0.0))


def test_a_report_says_what_arrived_and_when_the_sender_last_spoke():
    reports = Reports(ours=5, source=7, newest_sequence=65536 + 3)
    spoken = struct.pack(">BBHIII", 0x80, 200, 6, 7, 0xAABBCCDD, 0x11223344) + bytes(12)
    assert not reports.take(spoken, 10.0)
    report = reports.report(11.5)
    assert struct.unpack(">BBHIIIIIII", report[:32]) == (
        0x81, 201, 7, 5, 7, 0, 65539, 0, 0xCCDD1122, 98304,
    )  # fmt: skip
    # The name that belongs to it fills what it says.
    assert len(report) == 32 + 4 + 4 * int.from_bytes(report[34:36], "big")


def test_before_the_sender_has_spoken_a_report_says_so():
    assert Reports(5).report(11.5)[24:32] == bytes(8)


@pytest.mark.parametrize("rest", [b"", b"\0", b"\x80\xc8\0\0"])
def test_a_sender_that_says_goodbye_is_heard(rest):
    assert Reports(5).take(struct.pack(">BBHI", 0x81, 203, 1, 7) + rest, 0.0)

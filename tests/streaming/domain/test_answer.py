from __future__ import annotations

import re

from streaming.domain.answer import advertise

ANSWER = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "m=application 50001 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 172.17.0.2",
        "a=candidate:f1 1 udp 2130706431 172.17.0.2 50001 typ host",
        "a=candidate:f2 1 udp 2130706431 10.0.0.5 50001 typ host",
        "a=candidate:f3 1 udp 2130706431 fd00::2 50001 typ host",
        "a=candidate:f4 1 udp 16777215 192.0.2.9 3478 typ relay raddr 0.0.0.0 rport 0",
        "a=end-of-candidates",
        "a=ice-ufrag:name",
        "",
    ]
)


def hosts(sdp):
    return re.findall(r"^a=candidate:.* (\S+) (\d+) typ host\r$", sdp, re.MULTILINE)


def test_without_addresses_the_answer_stays_as_it_is():
    assert advertise(ANSWER, ()) == ANSWER


def test_an_address_stands_for_the_machines_own():
    assert hosts(advertise(ANSWER, ["203.0.113.7"])) == [("203.0.113.7", "50001")]


def test_each_address_is_named():
    assert hosts(advertise(ANSWER, ["203.0.113.7", "192.168.1.5", "2001:db8::7"])) == [
        ("203.0.113.7", "50001"),
        ("192.168.1.5", "50001"),
        ("2001:db8::7", "50001"),
    ]


def test_sockets_at_different_ports_are_named_each():
    answer = ANSWER.replace("10.0.0.5 50001", "10.0.0.5 50002")
    assert hosts(advertise(answer, ["203.0.113.7"])) == [
        ("203.0.113.7", "50001"),
        ("203.0.113.7", "50002"),
    ]


def test_the_machines_own_addresses_are_not_told():
    advertised = advertise(ANSWER, ["2001:db8::7"])
    assert not re.search(r"172\.17|10\.0\.0|fd00", advertised)
    assert "\r\nc=IN IP6 2001:db8::7\r\n" in advertised


def test_all_else_stays():
    advertised = advertise(ANSWER, ["203.0.113.7"]).split("\r\n")
    kept = [line for line in ANSWER.split("\r\n") if not re.search("c=IN|typ host", line)]
    assert [line for line in advertised if not re.search("c=IN|typ host", line)] == kept

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from streaming.domain.sdp import MAX_OFFER_BYTES, OfferError, advertise, clean_offer
from tests.mutation import mutated

VECTORS = Path(__file__).parents[2] / "vectors"
BROWSERS = ["chromium", "firefox"]
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
SECTION = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
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


def made_by(browser):
    return (VECTORS / f"offer-{browser}.sdp").read_text()


@pytest.fixture(params=BROWSERS)
def sdp(request):
    """A real offer."""
    return made_by(request.param)


def with_line(sdp, prefix, *lines):
    """The offer with other lines in place of the one that begins with `prefix`."""
    replaced = re.sub(rf"^{re.escape(prefix)}.*$", "\n".join(lines), sdp, flags=re.M)
    assert replaced != sdp
    return replaced


def refusal(sdp):
    with pytest.raises(OfferError) as error:
        clean_offer(sdp)
    return str(error.value)


def test_what_a_connection_needs_is_kept(sdp):
    cleaned = clean_offer(sdp)
    for needed in ("m=application", "a=fingerprint:sha-256", "a=ice-ufrag", "a=ice-pwd", "a=setup"):
        [line] = [line for line in sdp.splitlines() if line.startswith(needed)]
        assert line in cleaned.split("\r\n")


def test_candidates_are_stripped(sdp):
    assert "candidate" in sdp
    assert "candidate" not in clean_offer(sdp)


@pytest.mark.parametrize(
    "address", ["192.0.2.9", "127.0.0.1", "224.0.0.1", "fe80::1", "localhost", "x.local"]
)
def test_no_address_of_the_offer_is_left(address):
    candidate = f"a=candidate:1 1 udp 2113937151 {address} 80 typ host"
    mark = "a=end-of-candidates"
    sdp = made_by("firefox").replace(mark, f"{candidate}\n" * 50 + mark)
    assert address in sdp
    assert address not in clean_offer(sdp)


def test_a_cleaned_offer_is_clean(sdp):
    assert clean_offer(clean_offer(sdp)) == clean_offer(sdp)


@pytest.mark.parametrize(
    "line",
    [
        "a=group:BUNDLE other 0",
        "a=ice-lite",
        "a=max-message-size:1",
        "a=sctpmap:5000 webrtc-datachannel 1024",
        "a=rtcp:9 IN IP4 192.0.2.1",
        "a=fingerprint:md5 AB",
        "c=IN IP4",
    ],
)
def test_lines_that_lead_the_library_astray_are_stripped(sdp, line):
    offers = (f"{sdp}{line}\n", sdp.replace("m=app", f"{line}\nm=app"))
    assert [clean_offer(each) for each in offers] == [clean_offer(sdp)] * 2


def test_other_fingerprints_are_ignored(sdp):
    other = "a=fingerprint:sha-384 " + ":".join(["CD"] * 48)
    assert other not in clean_offer(f"{sdp}{other}\n")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [FINGERPRINT, FINGERPRINT],
        ["a=fingerprint:sha-1 " + ":".join(["AB"] * 20)],
        [FINGERPRINT.removesuffix(":AB")],
        [FINGERPRINT + ":AB"],
        [FINGERPRINT.replace("AB", "XY")],
        [FINGERPRINT.replace(":", "-")],
        ["a=fingerprint:sha-256 "],
    ],
)
def test_no_two_or_wrong_fingerprints_are_refused(sdp, lines):
    assert "one SHA-256 fingerprint" in refusal(with_line(sdp, "a=fingerprint", *lines))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [SECTION, SECTION],
        ["m=video 9 UDP/TLS/RTP/SAVPF 96"],
        [SECTION, "m=audio 9 UDP/TLS/RTP/SAVPF 111"],
        ["m=application 9 DTLS/SCTP 5000"],
        ["m=application 9 TCP/DTLS/SCTP webrtc-datachannel"],
        ["m=application -1 UDP/DTLS/SCTP webrtc-datachannel"],
        ["m=application 1000000 UDP/DTLS/SCTP webrtc-datachannel"],
        [SECTION] * 60,
    ],
)
def test_anything_but_one_section_of_data_channels_is_refused(sdp, lines):
    assert "one m=application section" in refusal(with_line(sdp, "m=", *lines))


@pytest.mark.parametrize("lines", [[], ["a=setup:passive"], ["a=setup:x"], ["a=setup:active"] * 2])
def test_no_two_or_wrong_roles_are_refused(sdp, lines):
    assert "a=setup" in refusal(with_line(sdp, "a=setup", *lines))


@pytest.mark.parametrize(
    "port", ["", "0", "-1", "65536", "5000.5", "\u0665\u0660\u0660\u0660", "5000\na=sctp-port:5001"]
)
def test_wrong_ports_are_refused(sdp, port):
    assert "one SCTP port" in refusal(with_line(sdp, "a=sctp-port", f"a=sctp-port:{port}"))


@pytest.mark.parametrize("value", ["", "abc", "a" * 257, "ab cd", "äöüß", "abcd\nabcd"])
def test_wrong_user_names_are_refused(sdp, value):
    lines = [f"a=ice-ufrag:{part}" for part in value.split("\n")]
    assert "one ICE user name" in refusal(with_line(sdp, "a=ice-ufrag", *lines))


@pytest.mark.parametrize("value", ["", "a" * 21, "a" * 257, "=" * 30])
def test_wrong_passwords_are_refused(sdp, value):
    assert "one ICE password" in refusal(with_line(sdp, "a=ice-pwd", f"a=ice-pwd:{value}"))


@pytest.mark.parametrize(
    "text", ["", "\n", "hello", "\0", "\ud800", "m=", "a=fingerprint:sha-256 "]
)
def test_what_is_no_offer_is_refused(text):
    assert "one m=application section" in refusal(text)


@pytest.mark.parametrize("filling", ["x", "ä", "\ud800", "a=candidate:1\n", f"{SECTION}\n"])
def test_an_offer_of_a_megabyte_is_refused(filling):
    assert "larger than 8192 bytes" in refusal(filling * (1_000_000 // len(filling)))


def test_five_hundred_sections_are_refused(sdp):
    assert "larger than 8192 bytes" in refusal(with_line(sdp, "m=", *[SECTION] * 500))
    short = with_line(sdp, "m=", *["m=x"] * 500)
    assert "one m=application section" in refusal(short)


def test_a_long_offer_passes_up_to_the_bound(sdp):
    room = MAX_OFFER_BYTES - len(sdp.encode())
    assert clean_offer(sdp + "x" * room) == clean_offer(sdp)
    refusal(sdp + "x" * (room + 1))


def test_what_passes_keeps_its_bounds_whatever_was_mutated():
    generator = random.Random(6)
    allowed = re.compile(rf"{SECTION.replace('9', '[0-9]+')}|a=[a-z-]+:[!-~]+( [!-~]+)?")
    for _ in range(5000):
        try:
            cleaned = clean_offer(mutated(made_by(generator.choice(BROWSERS)), generator))
        except OfferError:
            continue
        lines = cleaned.removesuffix("\r\n").split("\r\n")
        assert all(allowed.fullmatch(line) for line in lines)
        assert sum(line.startswith("m=") for line in lines) == 1


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

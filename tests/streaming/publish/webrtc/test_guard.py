"""That the libraries are the ones that were read, and what the guard decides by bytes alone.

What it keeps from a running session is tried in tests/loopback.
"""

from __future__ import annotations

import hashlib
import inspect
import random
from importlib.metadata import version
from struct import pack

import pytest
from aioice import ice, stun
from aiortc import rtcsctptransport as sctp
from aiortc.rtcdtlstransport import RTCDtlsTransport
from google_crc32c import value as crc32c

from streaming.domain.tally import Tally
from streaming.publish.webrtc import guard

#: What the wrappers take for granted of the code around them.
LEANED_ON = [
    ice.Connection.connect,
    ice.Connection.data_received,
    ice.Connection._valid_username,
    ice.server_reflexive_candidate,
    stun.parse_message,
    RTCDtlsTransport._recv_next,
    sctp.InboundStream,
    sctp.RTCSctpTransport._data_channel_receive,
    sctp.RTCSctpTransport._receive_data_chunk,
    sctp.RTCSctpTransport._receive_forward_tsn_chunk,
    sctp.RTCSctpTransport._receive_sack_chunk,
]
#: First digits of the SHA-256 of each source. Where one differs: read what changed, then change the
#: guard, then this table.
READ = {
    "aioice.ice.StunProtocol.datagram_received": "ff4c8b910d45fb3a",
    "aioice.ice.Connection.respond_error": "d8a6590011ddcb80",
    "aioice.ice.Connection.check_incoming": "cb3e32bd47e5fa82",
    "aioice.ice.Connection.get_component_candidates": "118597a9fcb703f9",
    "aioice.ice.get_host_addresses": "d4a54f9a68c39ff1",
    "aiortc.rtcsctptransport.decode_params": "2ee53946e23f05a3",
    "aiortc.rtcsctptransport.parse_packet": "b88a5f1d01e14c5f",
    "aiortc.rtcsctptransport.RTCSctpTransport._handle_data": "8661b724e20776bb",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_chunk": "830bae988365ba89",
    "aiortc.rtcsctptransport.RTCSctpTransport._send_sack": "ac92513522fa60e7",
    "aioice.ice.Connection.connect": "da51be46190141ee",
    "aioice.ice.Connection.data_received": "5631b17fab717d6b",
    "aioice.ice.Connection.request_received": "dcdc9a3862c1a0b4",
    "aioice.ice.Connection._valid_username": "865c96811f8030c2",
    "aioice.ice.server_reflexive_candidate": "76dd5558471714f7",
    "aioice.stun.parse_message": "3a0a63ed663f89e6",
    "aiortc.rtcdtlstransport.RTCDtlsTransport._recv_next": "998076720c05aa13",
    "aiortc.rtcsctptransport.InboundStream": "b63993b481ece97b",
    "aiortc.rtcsctptransport.RTCSctpTransport._data_channel_receive": "3df88b4b9c662b3b",
    "aiortc.rtcsctptransport.RTCSctpTransport._mark_received": "2ac68b6a3934ca87",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_data_chunk": "790c2bb8cd0f5dd7",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_forward_tsn_chunk": "a7b72a09e9c4bb20",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_sack_chunk": "4b35ccf1372cdec8",
}
DATA, HANDSHAKE, CIPHER, ALERT = 23, 22, 20, 21


@pytest.fixture
def refusals(monkeypatch):
    refusals = Tally()
    monkeypatch.setattr(guard, "refused", refusals)
    return refusals


def name_of(each):
    return f"{each.__module__}.{each.__qualname__}"


def digest(each):
    return hashlib.sha256(inspect.getsource(each).encode()).hexdigest()[:16]


def record(kind, content=b"content"):
    """A record of DTLS 1.2."""
    return pack("!B", kind) + b"\xfe\xfd" + bytes(8) + pack("!H", len(content)) + content


def packet(*chunks):
    """A packet of SCTP with the right checksum."""
    header, body = bytes(8), b"".join(chunks)
    return header + pack("<L", crc32c(header + bytes(4) + body)) + body


def chunk(kind, body):
    return pack("!BBH", kind, 0, 4 + len(body)) + body + bytes(-len(body) % 4)


@pytest.mark.parametrize(("package", "minor"), [("aiortc", "1.16"), ("aioice", "0.13")])
def test_the_libraries_are_of_the_versions_that_were_read(package, minor):
    assert version(package).rpartition(".")[0] == minor


def test_the_sources_are_the_ones_that_were_read():
    wrapped = [getattr(owner, name).guarded for owner, name, _ in guard.WRAPPED]
    assert {name_of(each): digest(each) for each in wrapped + LEANED_ON} == READ


def test_nothing_is_wrapped_twice():
    before = [getattr(owner, name) for owner, name, _ in guard.WRAPPED]
    guard.install()
    assert [getattr(owner, name) for owner, name, _ in guard.WRAPPED] == before
    assert not any(hasattr(each.guarded, "guarded") for each in before)


def test_refusals_are_logged_once_a_second_at_most(refusals, caplog):
    for _ in range(1000):
        guard._refuse("empty datagram")
    assert refusals.total["empty datagram"] == 1000
    assert caplog.messages == ["Refused on the way to a peer: 1 empty datagram"]


def test_a_machine_without_a_network_has_itself(monkeypatch):
    monkeypatch.setattr("ifaddr.get_adapters", list)
    assert ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "datagram",
    [
        record(DATA),
        record(DATA, b""),
        record(DATA, bytes(1200)),
        record(ALERT),
        record(HANDSHAKE) + record(CIPHER) + record(HANDSHAKE),
        record(HANDSHAKE, bytes(500)) * 2,
        record(HANDSHAKE)[:9],
        record(HANDSHAKE)[:-1],
        b"\x16",
    ],
)
def test_what_a_well_behaved_peer_puts_in_a_datagram_passes(datagram):
    assert not guard._has_more_records(datagram)


@pytest.mark.parametrize(
    "datagram",
    [
        record(DATA) * 2,
        record(DATA, b"") * 100,
        record(DATA) + record(ALERT),
        record(HANDSHAKE) + record(DATA),
        record(ALERT) + record(HANDSHAKE) + record(DATA) + record(DATA),
        record(DATA) + b"\0",
        record(DATA)[:-1],
        record(DATA)[:5],
    ],
)
def test_more_than_one_record_with_data_does_not(datagram):
    assert guard._has_more_records(datagram)


def test_any_chain_of_records_is_judged_by_whether_data_has_company():
    generator = random.Random(9)
    for _ in range(5000):
        kinds = generator.choices([DATA, HANDSHAKE, ALERT], k=generator.randint(1, 5))
        datagram = b"".join(
            record(kind, generator.randbytes(generator.randrange(300))) for kind in kinds
        )
        assert guard._has_more_records(datagram) == (DATA in kinds and len(kinds) > 1)


def test_parameters_are_read_as_before():
    parameters = [(7, b"cookie"), (0xC000, b""), (0x8008, b"\x82\xc0\x00")]
    assert sctp.decode_params(sctp.encode_params(parameters)) == parameters
    assert sctp.decode_params(b"") == []


@pytest.mark.parametrize("length", [0, 1, 3])
@pytest.mark.parametrize("before", [b"", sctp.encode_params([(7, b"cookie!!")])])
def test_a_parameter_shorter_than_its_header_is_refused(before, length):
    with pytest.raises(ValueError, match="shorter than its header"):
        sctp.decode_params(before + pack("!HH", 7, length))


def test_arbitrary_packets_are_read_or_refused_and_never_more(refusals):
    generator = random.Random(10)
    kinds = [each.type for each in sctp.CHUNK_CLASSES]
    read = 0
    for _ in range(5000):
        chunks = [
            chunk(generator.choice(kinds), generator.randbytes(generator.randrange(40)))
            for _ in range(generator.randint(1, 3))
        ]
        try:
            read += bool(sctp.parse_packet(packet(*chunks)))
        except ValueError:
            refusals.add("expected")
    assert read
    assert refusals.total["malformed SCTP"] == refusals.total["expected"] == 5000 - read


def test_arbitrary_stun_is_read_or_refused_and_never_more():
    generator = random.Random(11)
    kinds = [each[0] for each in stun.ATTRIBUTES]
    found = set()
    for _ in range(5000):
        attributes = b"".join(
            pack("!HH", generator.choice(kinds), length) + generator.randbytes(length)
            for length in generator.choices([0, 4, 8, 20], k=generator.randrange(4))
        )
        header = pack("!HHI", 1, len(attributes), stun.COOKIE) + bytes(12)
        found.add(guard._is_stun(header + attributes))
    assert found == {True, False}

"""That the libraries are the ones that were read, and that each wrapper has its test."""

from __future__ import annotations

import ast
import hashlib
import inspect
from importlib.metadata import version
from pathlib import Path

import pytest
from aioice import ice, stun, turn
from aiortc import rtcsctptransport as sctp
from aiortc.rtcdtlstransport import RTCDtlsTransport

from streaming.publish.webrtc.guard.install import WRAPPED, install

#: What the wrappers take for granted of the code around them.
LEANED_ON = [
    ice.Connection.check_complete,
    ice.Connection.connect,
    ice.Connection.data_received,
    ice.Connection._valid_username,
    ice.relayed_candidate,
    ice.server_reflexive_candidate,
    stun.parse_message,
    turn.create_turn_endpoint,
    RTCDtlsTransport._recv_next,
    RTCDtlsTransport.start,
    sctp.InboundStream,
    sctp.RTCSctpTransport._data_channel_receive,
    sctp.RTCSctpTransport._receive_data_chunk,
    sctp.RTCSctpTransport._receive_forward_tsn_chunk,
    sctp.RTCSctpTransport._receive_sack_chunk,
    sctp.RTCSctpTransport._reset_deferred_streams,
    sctp.RTCSctpTransport._update_advanced_peer_ack_point,
]
#: First digits of the SHA-256 of each source. Where one differs: read what changed, then change the
#: guard, then this table.
READ = {
    "aiortc.rtcdtlstransport.RTCCertificate._create_ssl_context": "aac625bdc264f0a6",
    "aiortc.rtcdtlstransport.RTCDtlsTransport._do_handshake": "0af5299c33352e6e",
    "aiortc.rtcdtlstransport.RTCDtlsTransport._validate_peer_identity": "42d1615c4f9fe16b",
    "aioice.ice.Connection.get_component_candidates": "118597a9fcb703f9",
    "aioice.turn.TurnClientMixin.delete": "8ec62766df8ebb3a",
    "aioice.ice.StunProtocol.datagram_received": "ff4c8b910d45fb3a",
    "aioice.ice.Connection.request_received": "dcdc9a3862c1a0b4",
    "aioice.ice.Connection.respond_error": "d8a6590011ddcb80",
    "aioice.ice.Connection.check_incoming": "cb3e32bd47e5fa82",
    "aioice.ice.Connection._pair_remote_candidate": "bf264fc1c6761107",
    "aioice.ice.Connection.check_start": "7de056d252f46a15",
    "aioice.ice.get_host_addresses": "d4a54f9a68c39ff1",
    "aiortc.rtcsctptransport.decode_params": "2ee53946e23f05a3",
    "aiortc.rtcsctptransport.parse_packet": "b88a5f1d01e14c5f",
    "aiortc.rtcsctptransport.RTCSctpTransport._handle_data": "8661b724e20776bb",
    "aiortc.rtcsctptransport.RTCSctpTransport._mark_received": "2ac68b6a3934ca87",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_chunk": "830bae988365ba89",
    "aiortc.rtcsctptransport.RTCSctpTransport._send_sack": "ac92513522fa60e7",
    "aiortc.rtcsctptransport.RTCSctpTransport._send_chunk": "eb2f909e3c2ff5cc",
    "aioice.ice.Connection.check_complete": "52f939709eabc0ab",
    "aioice.ice.Connection.connect": "da51be46190141ee",
    "aioice.ice.Connection.data_received": "5631b17fab717d6b",
    "aioice.ice.Connection._valid_username": "865c96811f8030c2",
    "aioice.ice.relayed_candidate": "271e25be8724ce38",
    "aioice.ice.server_reflexive_candidate": "76dd5558471714f7",
    "aioice.stun.parse_message": "3a0a63ed663f89e6",
    "aioice.turn.create_turn_endpoint": "c84ad1cc7c547570",
    "aiortc.rtcdtlstransport.RTCDtlsTransport._recv_next": "998076720c05aa13",
    "aiortc.rtcdtlstransport.RTCDtlsTransport.start": "3b3522667fe0a3da",
    "aiortc.rtcsctptransport.InboundStream": "b63993b481ece97b",
    "aiortc.rtcsctptransport.RTCSctpTransport._data_channel_receive": "3df88b4b9c662b3b",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_data_chunk": "790c2bb8cd0f5dd7",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_forward_tsn_chunk": "a7b72a09e9c4bb20",
    "aiortc.rtcsctptransport.RTCSctpTransport._receive_sack_chunk": "4b35ccf1372cdec8",
    "aiortc.rtcsctptransport.RTCSctpTransport._reset_deferred_streams": "e8a288bf519131b3",
    "aiortc.rtcsctptransport.RTCSctpTransport._update_advanced_peer_ack_point": "b10416e34e18a3db",
}


def name_of(each):
    return f"{each.__module__}.{each.__qualname__}"


def in_place():
    """What callers of the libraries find."""
    install()
    return [getattr(wrapper.owner, wrapper.name) for wrapper in WRAPPED]


def digest(each):
    return hashlib.sha256(inspect.getsource(each).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("package", "minor"), [("aiortc", "1.16"), ("aioice", "0.13")])
def test_the_libraries_are_of_the_versions_that_were_read(package, minor):
    assert version(package).rpartition(".")[0] == minor


def test_the_sources_are_the_ones_that_were_read():
    wrapped = [each.guarded for each in in_place()]
    assert {name_of(each): digest(each) for each in wrapped + LEANED_ON} == READ


def test_nothing_is_wrapped_twice():
    before = in_place()
    install()
    assert in_place() == before
    assert not any(hasattr(each.guarded, "guarded") for each in before)


@pytest.mark.parametrize("wrapper", WRAPPED, ids=lambda wrapper: wrapper.name)
def test_each_wrapper_says_why_it_is_there_and_names_its_test(wrapper):
    file, _, name = wrapper.test.partition("::")
    tests = ast.parse((Path(__file__).parent / file).read_text()).body
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {each.name for each in tests if isinstance(each, functions)}
    assert wrapper.why.endswith(".")

from __future__ import annotations

import random
from struct import pack
from types import SimpleNamespace

import pytest
from aiortc import rtcsctptransport as sctp
from google_crc32c import value as crc32c

from streaming.publish.webrtc.guard import sctp as guard
from streaming.publish.webrtc.guard.install import install


@pytest.fixture(autouse=True)
def _guarded():
    install()


def packet(*chunks):
    """A packet of SCTP with the right checksum."""
    header, body = bytes(8), b"".join(chunks)
    return header + pack("<L", crc32c(header + bytes(4) + body)) + body


def chunk(kind, body):
    return pack("!BBH", kind, 0, 4 + len(body)) + body + bytes(-len(body) % 4)


def test_parameters_are_read_as_before():
    parameters = [(7, b"cookie"), (0xC000, b""), (0x8008, b"\x82\xc0\x00")]
    assert sctp.decode_params(sctp.encode_params(parameters)) == parameters
    assert sctp.decode_params(b"") == []


@pytest.mark.parametrize("length", [3, 1, 0])
@pytest.mark.parametrize("before", [b"", sctp.encode_params([(7, b"cookie!!")])])
def test_a_parameter_shorter_than_its_header_is_refused(before, length):
    with pytest.raises(ValueError, match="shorter than its header"):
        sctp.decode_params(before + pack("!HH", 7, length))


@pytest.fixture
def reader(refusals):
    """Whose packets these are."""
    reader = SimpleNamespace(guard_refused=refusals)
    token = guard._reader.set(reader)
    yield reader
    guard._reader.reset(token)


@pytest.mark.usefixtures("reader")
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

from __future__ import annotations

import random
from struct import pack

import pytest

from streaming.publish.webrtc.guard import dtls

DATA, HANDSHAKE, CIPHER, ALERT = 23, 22, 20, 21


def record(kind, content=b"content"):
    """A record of DTLS 1.2."""
    return pack("!B", kind) + b"\xfe\xfd" + bytes(8) + pack("!H", len(content)) + content


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
    assert dtls.is_well_formed(datagram)


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
    assert not dtls.is_well_formed(datagram)


def test_any_chain_of_records_is_judged_by_whether_data_has_company():
    generator = random.Random(9)
    for _ in range(5000):
        kinds = generator.choices([DATA, HANDSHAKE, ALERT], k=generator.randint(1, 5))
        datagram = b"".join(
            record(kind, generator.randbytes(generator.randrange(300))) for kind in kinds
        )
        assert dtls.is_well_formed(datagram) != (DATA in kinds and len(kinds) > 1)

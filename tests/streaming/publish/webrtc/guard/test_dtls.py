from __future__ import annotations

import asyncio
import random
from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import SRTP_PROFILES, generate_certificate
from cryptography.hazmat.primitives.asymmetric import rsa
from OpenSSL import SSL

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import dtls
from streaming.publish.webrtc.guard.install import install
from streaming.publish.webrtc.guard.refusals import count_in
from tests.streaming.publish.webrtc.session import PATIENCE_S, Camera, Session, connected

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


def test_data_is_no_longer_than_what_is_read_at_once():
    header = len(record(DATA, b""))
    longest = record(DATA, bytes(dtls.MAX_DATA_BYTES - header))
    assert dtls.is_well_formed(longest)
    assert not dtls.is_well_formed(record(DATA, bytes(dtls.MAX_DATA_BYTES - header + 1)))
    assert dtls.is_well_formed(record(HANDSHAKE, bytes(dtls.MAX_DATA_BYTES)))


def test_any_chain_of_records_is_judged_by_whether_data_has_company():
    generator = random.Random(9)
    for _ in range(5000):
        kinds = generator.choices([DATA, HANDSHAKE, ALERT], k=generator.randint(1, 5))
        datagram = b"".join(
            record(kind, generator.randbytes(generator.randrange(300))) for kind in kinds
        )
        assert dtls.is_well_formed(datagram) != (DATA in kinds and len(kinds) > 1)


class RsaCertificate(RTCCertificate):
    """As other stacks have it, with the ciphers for it only."""

    ciphers = b"ECDHE-RSA-AES128-GCM-SHA256"

    @classmethod
    def generateCertificate(cls):
        key: Any = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(key=key, cert=generate_certificate(key))

    def _create_ssl_context(self, srtp_profiles):
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.use_certificate(self._cert)
        context.use_privatekey(self._key)
        context.set_cipher_list(self.ciphers)
        profiles = b":".join(profile.openssl_profile for profile in srtp_profiles)
        context.set_tlsext_use_srtp(profiles)
        return context


@pytest.fixture
def rsa_camera(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(RTCCertificate, "generateCertificate", RsaCertificate.generateCertificate)
        return Camera()


async def test_a_camera_with_an_rsa_certificate_connects(rsa_camera):
    assert "a=setup:actpass" in await rsa_camera.offer()
    async with connected(camera=rsa_camera) as session:
        assert await session.exchange(b"picture") == b"picture"
        # The camera's certificate is the one that is shown.
        assert session.server.sctp.transport._role == "client"


async def test_alerts_are_counted_by_who_sent_them(rsa_camera, refusals, monkeypatch):
    # The camera takes what nobody offers any more.
    monkeypatch.setattr(RsaCertificate, "ciphers", b"AES128-SHA")
    await fails_to_connect(rsa_camera, refusals, "DTLS alert of the camera: handshake_failure")


async def test_a_handshake_without_an_end_is_counted_and_fails_no_task(refusals, monkeypatch):
    def run_out(_connection):
        raise SSL.Error("read timeout expired")

    monkeypatch.setattr(SSL.Connection, "DTLSv1_get_timeout", lambda _connection: 0.0)
    monkeypatch.setattr(SSL.Connection, "DTLSv1_handle_timeout", run_out)
    await fails_to_connect(Camera(), refusals, "DTLS handshake without an end")


async def test_a_certificate_of_another_fingerprint_is_counted(refusals):
    class Liar(Camera):
        async def offer(self):
            head, mark, tail = (await super().offer()).partition("a=fingerprint:sha-256 ")
            return head + mark + ("11" if tail.startswith("00") else "00") + tail[2:]

    await fails_to_connect(Liar(), refusals, "certificate of another fingerprint")


async def fails_to_connect(camera, refusals, reason):
    session = Session(camera, refused=refusals)
    try:
        await camera.accept(await session.server.peer.answer(await camera.offer()))
        async with asyncio.timeout(PATIENCE_S):
            await refusals.told(reason)
            await session.server.closed.wait()
    finally:
        await camera.connection.close()
        await session.server.peer.close()


def alert(connection, code, where=SSL.SSL_CB_READ_ALERT):
    dtls._note_alert(connection, where, 0x0200 | code)


def test_a_goodbye_is_no_alert_and_unknown_ones_have_one_name():
    transport = SimpleNamespace()
    count_in(refused := Tally(), transport)
    connection = SimpleNamespace(get_app_data=lambda: transport)
    alert(connection, 0)
    alert(connection, 40, where=SSL.SSL_CB_HANDSHAKE_DONE)
    assert not refused.total
    alert(connection, 198)
    alert(connection, 199)
    alert(connection, 40, where=SSL.SSL_CB_WRITE_ALERT)
    assert refused.total == {
        "DTLS alert of the camera: unknown": 2,
        "DTLS alert of the server: handshake_failure": 1,
    }


def test_a_connection_is_not_negotiated_again():
    install()
    context = RTCCertificate.generateCertificate()._create_ssl_context(SRTP_PROFILES)
    assert context.set_options(0) & SSL.OP_NO_RENEGOTIATION

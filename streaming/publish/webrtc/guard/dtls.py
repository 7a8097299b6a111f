"""DTLS (RFC 6347): which datagrams with records reach the library's queue, and with whom it speaks.

`ice` asks here before it hands a datagram on.
"""

from __future__ import annotations

import contextlib
from ssl import AlertDescription
from typing import Any

from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport, State
from OpenSSL import SSL

from streaming.publish.webrtc.guard.refusals import refuse
from streaming.publish.webrtc.guard.wrapper import Wrapper

#: What browsers offer, for certificates of either kind: GStreamer and others have RSA.
CIPHERS = ":".join(
    f"ECDHE-{kind}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA")
    for kind in ("ECDSA", "RSA")
).encode()

#: What the library reads of a record, with room to spare: of a longer one the rest would heap up.
MAX_DATA_BYTES = 1500

#: First byte of a datagram with DTLS (RFC 7983).
_FIRST = range(20, 64)
#: The record of DTLS that carries SCTP: its type, and where its length and its content begin.
_APPLICATION_DATA = 23
_LENGTH, _CONTENT = 11, 13


def is_well_formed(data: bytes) -> bool:
    """Whether a well-behaved peer may have sent this datagram, which is not empty."""
    if data[0] == _APPLICATION_DATA and len(data) > MAX_DATA_BYTES:
        return False
    return data[0] in _FIRST and not _has_more_records(data)


def _has_more_records(data: bytes) -> bool:
    """Whether there is more than one record, and one of them carries SCTP.

    Nobody sends them so. The library reads one a datagram, and the others would heap up.
    """
    start, end = 0, _end_of_record(data, 0)
    if end == len(data):
        return False
    while start < len(data) and data[start] != _APPLICATION_DATA:
        start, end = end, _end_of_record(data, end)
    return start < len(data)


def _end_of_record(data: bytes, start: int) -> int:
    length = int.from_bytes(data[start + _LENGTH : start + _CONTENT], "big")
    return start + _CONTENT + length


def _create_ssl_context(original: Any) -> Any:
    def create_ssl_context(certificate: Any, srtp_profiles: Any) -> Any:
        context = original(certificate, srtp_profiles=srtp_profiles)
        context.set_cipher_list(CIPHERS)
        # As often as the peer likes, otherwise.
        context.set_options(SSL.OP_NO_RENEGOTIATION)
        context.set_info_callback(_note_alert)
        return context

    return create_ssl_context


def _note_alert(connection: SSL.Connection, where: int, result: int) -> None:
    code = result & 0xFF
    if not where & SSL.SSL_CB_ALERT or code == AlertDescription.ALERT_DESCRIPTION_CLOSE_NOTIFY:
        return
    name = "unknown"
    with contextlib.suppress(ValueError):
        name = AlertDescription(code).name.removeprefix("ALERT_DESCRIPTION_").lower()
    sender = "the camera" if where & SSL.SSL_CB_READ else "the server"
    refuse(connection.get_app_data(), f"DTLS alert of {sender}: {name}")


def _do_handshake(original: Any) -> Any:
    async def do_handshake(transport: Any) -> None:
        # Whose alerts these are.
        transport._ssl.set_app_data(transport)
        try:
            await original(transport)
        except SSL.Error:
            # Of its timer, in a task that nobody waits for; others it catches itself.
            refuse(transport, "DTLS handshake without an end")
            transport._set_state(State.FAILED)

    return do_handshake


def _validate_peer_identity(original: Any) -> Any:
    def validate_peer_identity(transport: Any, parameters: Any) -> None:
        original(transport, parameters)
        if transport._state is State.FAILED:
            refuse(transport, "certificate of another fingerprint")

    return validate_peer_identity


WRAPPED = (
    Wrapper(
        RTCCertificate,
        "_create_ssl_context",
        _create_ssl_context,
        why="As a client it offers ciphers for ECDSA certificates only; and handshakes never end.",
        test="test_dtls.py::test_a_camera_with_an_rsa_certificate_connects",
    ),
    Wrapper(
        RTCDtlsTransport,
        "_do_handshake",
        _do_handshake,
        why="It says nothing of alerts, and its task fails when the handshake has no end.",
        test="test_dtls.py::test_alerts_are_counted_by_who_sent_them",
    ),
    Wrapper(
        RTCDtlsTransport,
        "_validate_peer_identity",
        _validate_peer_identity,
        why="It says nothing of a certificate that is not the one in the offer.",
        test="test_dtls.py::test_a_certificate_of_another_fingerprint_is_counted",
    ),
)

"""The bounds of docs/protocol.md for an SDP offer (RFC 8866, RFC 8841)."""

from __future__ import annotations

import re

MAX_BYTES = 8 * 1024
#: All that a connection of data channels needs: no other line reaches the library's parser, whose
#: connection can be led by them into a state that cannot even be closed.
_KEPT = re.compile(
    r"m=.*|a=group:BUNDLE [!-~]+|a=mid:[!-~]+"
    r"|a=(?:ice-ufrag:|ice-pwd:|fingerprint:sha-256 |setup:|sctp-port:).*"
)
_SHA_256 = "a=fingerprint:sha-256 "
_FINGERPRINT = re.compile(_SHA_256 + r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", re.IGNORECASE)
_SECTION = re.compile(r"m=application [0-9]{1,5} UDP/DTLS/SCTP webrtc-datachannel")
#: Everybody says 5000.
_PORT = re.compile(r"a=sctp-port:[1-9][0-9]{0,3}")
_SETUP = ("a=setup:actpass", "a=setup:active")
_UFRAG = re.compile(r"a=ice-ufrag:[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"a=ice-pwd:[A-Za-z0-9+/]{22,256}")


class OfferError(ValueError):
    """The offer breaks a bound; the text says which."""


def clean(sdp: str) -> str:
    """The offer, checked and reduced to the lines that are needed.

    Candidates are not: the server finds the camera by the camera's own connectivity checks (peer
    reflexive candidates, RFC 8445 section 7.3.1.3). They would let a stranger make the server send
    packets to addresses of his choice, and resolving mDNS names takes about a second; without
    the end-of-candidates mark the library waits for the checks.

    Raises OfferError.
    """
    if len(sdp.encode(errors="replace")) > MAX_BYTES:
        raise OfferError(f"The offer is larger than {MAX_BYTES} bytes.")
    lines = [line for line in sdp.splitlines() if _KEPT.fullmatch(line)]
    _require_one(lines, "m=", _SECTION, "one m=application section of data channels")
    _require_one(lines, _SHA_256, _FINGERPRINT, "one SHA-256 fingerprint")
    _require_one(lines, "a=ice-ufrag:", _UFRAG, "one ICE user name of 4 to 256 characters")
    _require_one(lines, "a=ice-pwd:", _PASSWORD, "one ICE password of 22 to 256 characters")
    _require_one(lines, "a=sctp-port:", _PORT, "one SCTP port of one to four digits")
    if [line for line in lines if line.startswith("a=setup:")] not in ([s] for s in _SETUP):
        raise OfferError("The offer needs one a=setup line, actpass or active.")
    return "\r\n".join(lines) + "\r\n"


def _require_one(lines: list[str], prefix: str, pattern: re.Pattern[str], what: str) -> None:
    found = [line for line in lines if line.startswith(prefix)]
    if len(found) != 1 or not pattern.fullmatch(found[0]):
        raise OfferError(f"The offer needs exactly {what}.")

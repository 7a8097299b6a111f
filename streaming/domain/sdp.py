"""SDP (RFC 8866, RFC 8841): offers within the bounds of docs/protocol.md, and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

MAX_OFFER_BYTES = 8 * 1024
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
_HOST_CANDIDATE = re.compile(r"(a=candidate:\S+ \d+ udp \d+ )(\S+)( \d+ typ host.*)", re.I)


class OfferError(ValueError):
    """The offer breaks a bound; the text says which."""


def clean_offer(sdp: str) -> str:
    """The offer, checked and reduced to the lines that are needed.

    Candidates are dropped: the server finds the camera by the camera's own connectivity checks
    (peer reflexive candidates, RFC 8445 section 7.3.1.3). They would let a stranger make the server
    send packets to any address, and resolving mDNS names takes about a second; without the
    end-of-candidates mark the library waits for the checks.

    Raises OfferError.
    """
    if len(sdp.encode(errors="replace")) > MAX_OFFER_BYTES:
        raise OfferError(f"The offer is larger than {MAX_OFFER_BYTES} bytes.")
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


def advertise(sdp: str, addresses: Sequence[str]) -> str:
    """The answer with these addresses for the machine's own; the ports stay as they are.

    Each stands for all of the machine's own of its IP version. Those of a version without one are
    left out: cameras do not reach them.
    """
    if not addresses:
        return sdp
    return "\r\n".join(_advertised(sdp.split("\r\n"), addresses))


def _advertised(lines: Sequence[str], addresses: Sequence[str]) -> Iterator[str]:
    # Several of its own addresses may have the same port, and are one from outside.
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if line.startswith("c=IN "):
            yield f"c=IN IP{ip_address(addresses[0]).version} {addresses[0]}"
        elif found := _HOST_CANDIDATE.fullmatch(line):
            before, own, after = found.groups()
            for address in addresses:
                same_version = ip_address(address).version == ip_address(own).version
                if same_version and (address, after) not in seen:
                    seen.add((address, after))
                    yield before + address + after
        else:
            yield line

"""What a camera says of its streams (SDP: RFC 8866; of RTSP: RFC 2326, appendix C)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

#: How SDP calls the codecs that are read here (RFC 6184, RFC 7798).
ENCODINGS = {"H264": "h264", "H265": "h265", "HEVC": "h265"}
#: Lists of parameter sets, in the order in which decoders want them.
_PARAMETER_LISTS = ("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")
MAX_PARAMETER_SETS = 16
_MAX_URL_CHARACTERS = 2048
_RTPMAP = re.compile(r"(\d{1,3})\s+([\w.-]+)/(\d{1,9})")
_SCHEME = re.compile(r"rtspu?://", re.IGNORECASE)
_ROOT = re.compile(r"[A-Za-z]+://[^/?#]+")
#: What stands in addresses as it is.
_SAFE = "%/:=&?~#+!$,;'@()*[]-._"


class NoVideo(ValueError):
    """No stream of it is video."""


class OtherCodec(ValueError):
    """Its video is in another codec; says which."""


class Malformed(ValueError):
    """An address that is none."""


@dataclass(frozen=True, slots=True)
class Video:
    """A stream that can be read here, and where it is asked for."""

    #: As codecs are called here.
    codec: str
    payload_type: int
    #: Ticks of its time stamps a second.
    clock_rate: int
    #: NAL units without start codes.
    parameter_sets: tuple[bytes, ...]
    #: To set it up, and to play all that is set up.
    url: str
    session_url: str


@dataclass(slots=True)
class _Media:
    kind: str
    payload_types: list[str]
    control: str = ""
    is_sent: bool = True
    #: By payload type: encoding and clock; parameters of the format.
    maps: dict[str, tuple[str, int]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)


def video(text: str, base: str) -> Video:
    """The first video of a description that can be read here; relative addresses are of `base`.

    Raises NoVideo, OtherCodec, Malformed.
    """
    control, medias = _parts(text)
    session_url = joined(base, control)
    others = []
    for media in medias:
        if media.kind != "video" or not media.is_sent:
            continue
        for payload_type in media.payload_types:
            encoding, clock_rate = media.maps.get(payload_type, (f"type {payload_type}", 0))
            if encoding.upper() not in ENCODINGS or not clock_rate:
                others.append(encoding)
                continue
            return Video(
                codec=ENCODINGS[encoding.upper()],
                payload_type=int(payload_type),
                clock_rate=clock_rate,
                parameter_sets=_parameter_sets(media.formats.get(payload_type, "")),
                url=joined(session_url, media.control),
                session_url=session_url,
            )
    raise OtherCodec(", ".join(others)[:100]) if others else NoVideo


def _parts(text: str) -> tuple[str, list[_Media]]:
    """The control address of all, and each stream."""
    control, medias = "", list[_Media]()
    for line in text.splitlines():
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            words = value.split()
            medias.append(_Media(words[0] if words else "", words[3:]))
        elif kind == "a":
            name, _, attribute = value.partition(":")
            if medias:
                _note(medias[-1], name.strip(), attribute.strip())
            elif name.strip() == "control":
                control = attribute.strip()
    return control, medias


def _note(media: _Media, name: str, value: str) -> None:
    match name:
        case "control":
            media.control = value
        case "inactive":
            media.is_sent = False
        case "rtpmap" if found := _RTPMAP.match(value):
            media.maps[found[1]] = (found[2], int(found[3]))
        case "fmtp":
            payload_type, _, parameters = value.partition(" ")
            media.formats[payload_type] = parameters


def _parameter_sets(parameters: str) -> tuple[bytes, ...]:
    """What a decoder needs before the first picture, where the description has it."""
    given = _by_name(parameters)
    units = (unit for name in _PARAMETER_LISTS for unit in given.get(name, "").split(","))
    decoded = (_decoded(unit) for unit in units)
    return tuple(unit for unit in decoded if unit)[:MAX_PARAMETER_SETS]


def _by_name(parameters: str) -> Mapping[str, str]:
    pairs = (each.partition("=") for each in parameters.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _decoded(text: str) -> bytes:
    """Nothing for what is no base64: the stream may bring its parameters itself."""
    # Some leave the padding out.
    padded = text.strip().rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        return b64decode(padded, validate=True)
    except binascii.Error:
        return b""


def joined(base: str, control: str) -> str:
    """The address of a stream.

    Appended as cameras expect it, with a slash between, and not as RFC 2326 says: with a query in
    `base` nothing else is found. Whatever host it names: it is only said, on the connection that
    there is. Raises Malformed.
    """
    if control in ("", "*"):
        url = base
    elif _SCHEME.match(control):
        url = control
    elif control.startswith("/"):
        url = _root(base) + control
    else:
        url = f"{base.rstrip('/')}/{control}"
    if len(url) > _MAX_URL_CHARACTERS:
        raise Malformed("an address above the bound")
    return quote(url, safe=_SAFE)


def _root(url: str) -> str:
    """Scheme, host and port of an address."""
    found = _ROOT.match(url)
    if found is None:
        raise Malformed("an address without a host")
    return found[0]

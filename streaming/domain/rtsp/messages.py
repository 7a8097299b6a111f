"""What travels on one RTSP connection (RFC 2326): messages, and packets between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

#: Cameras say some 500 bytes.
MAX_HEAD_BYTES = 16_384
#: A description of a camera with sound and events takes some 2,000.
MAX_BODY_BYTES = 65_536
#: Between packets: some firmware writes lines of its log there. Above it nothing else will come.
MAX_RUBBISH_BYTES = 65_536

VERSION = "RTSP/1.0"
#: What a camera may ask of its clients.
_METHODS = frozenset(
    {"ANNOUNCE", "GET_PARAMETER", "OPTIONS", "PAUSE", "REDIRECT", "SET_PARAMETER", "TEARDOWN"}
)
_STARTS = (f"{VERSION} ".encode(), *(f"{method} ".encode() for method in sorted(_METHODS)))
_PACKET = 0x24
_PACKET_HEAD_BYTES = 4
#: Of RTP and RTCP, in the two highest bits of their first byte.
_RTP_VERSION = 2
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: Where something sound may begin after rubbish.
_SOUND = re.compile(rb"\$|" + b"|".join(map(re.escape, _STARTS)))


class Malformed(ValueError):
    """What came is no RTSP."""


class TooLarge(Malformed):
    """A message above its bound."""


class Packet(NamedTuple):
    """RTP or RTCP. Its channel is left out: it says no more than the packet itself does."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    #: By lower-case name; a name may come more than once.
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first of this name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Request:
    """What the other side asks."""

    method: str
    sequence: str


Message: TypeAlias = Packet | Response | Request


class Parser:
    """Takes bytes in any pieces, and gives what is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._rubbish = 0

    def feed(self, data: bytes) -> list[Message]:
        """Raises Malformed; after that nothing more can be read."""
        self._buffer += data
        found: list[Message] = []
        position = 0
        while position < len(self._buffer):
            message, end = self._next(position)
            if end == position:
                break
            if message:
                found.append(message)
            position = end
        del self._buffer[:position]
        return found

    def _next(self, position: int) -> tuple[Message | None, int]:
        """What begins at `position`, if it is anything, and where it ends; there where it is not
        whole yet."""
        if self._buffer[position] == _PACKET:
            return self._packet(position)
        if self._is_message(position):
            return self._message(position)
        return None, self._skip(position)

    def _packet(self, position: int) -> tuple[Packet | None, int]:
        head = self._buffer[position : position + _PACKET_HEAD_BYTES + 1]
        if len(head) <= _PACKET_HEAD_BYTES:
            return None, position
        if head[-1] >> 6 != _RTP_VERSION:
            return None, self._skip(position)
        begin = position + _PACKET_HEAD_BYTES
        end = begin + int.from_bytes(head[2:4], "big")
        if end > len(self._buffer):
            return None, position
        self._rubbish = 0
        return Packet(bytes(self._buffer[begin:end])), end

    def _is_message(self, position: int) -> bool:
        """Whether one begins here, as far as is known."""
        begin = bytes(self._buffer[position : position + 16])
        return any(begin.startswith(start[: len(begin)]) for start in _STARTS)

    def _message(self, position: int) -> tuple[Message | None, int]:
        head_end = _HEAD_END.search(self._buffer, position, position + MAX_HEAD_BYTES)
        if head_end is None:
            if len(self._buffer) - position >= MAX_HEAD_BYTES:
                raise TooLarge("a message without an end")
            return None, position
        first, headers = _head(bytes(self._buffer[position : head_end.start()]))
        body_end = head_end.end() + _body_bytes(headers)
        if body_end > len(self._buffer):
            return None, position
        self._rubbish = 0
        body = bytes(self._buffer[head_end.end() : body_end])
        return _message(first, headers, body), body_end

    def _skip(self, position: int) -> int:
        """Where something sound may begin next."""
        sound = _SOUND.search(self._buffer, position + 1)
        end = sound.start() if sound else max(position + 1, len(self._buffer) - len(VERSION))
        self._rubbish += end - position
        if self._rubbish > MAX_RUBBISH_BYTES:
            raise Malformed("rubbish without an end")
        return end


def _head(data: bytes) -> tuple[str, dict[str, tuple[str, ...]]]:
    first, *lines = data.decode(errors="replace").splitlines()
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            headers[key] = (*headers.get(key, ()), value.strip())
    return first, headers


def _body_bytes(headers: Mapping[str, tuple[str, ...]]) -> int:
    said = headers.get("content-length", ("0",))[0]
    if not (said.isascii() and said.isdigit()):
        raise Malformed("a length that is no number")
    # Longer numbers would take long to read.
    if len(said) > 9 or int(said) > MAX_BODY_BYTES:
        raise TooLarge("a body above the bound")
    return int(said)


def _message(first: str, headers: Mapping[str, tuple[str, ...]], body: bytes) -> Message:
    method, _, rest = first.partition(" ")
    if method in _METHODS:
        return Request(method, headers.get("cseq", ("0",))[0])
    status = rest.lstrip()[:3]
    if not (len(status) == 3 and status.isascii() and status.isdigit()):
        raise Malformed("a status that is no number")
    return Response(int(status), headers, body)


def request(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    """As it travels. Raises Malformed where it would become two."""
    return _written(f"{method} {url} {VERSION}", headers)


def response(status: str, headers: Mapping[str, str]) -> bytes:
    """The same for an answer."""
    return _written(f"{VERSION} {status}", headers)


def _written(first: str, headers: Mapping[str, str]) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    if any(map(_CONTROL.search, lines)):
        raise Malformed("a line that is none")
    return "\r\n".join((*lines, "", "")).encode()


def packet(channel: int, data: bytes) -> bytes:
    """RTP or RTCP as it travels between messages."""
    return bytes((_PACKET, channel)) + len(data).to_bytes(2, "big") + data

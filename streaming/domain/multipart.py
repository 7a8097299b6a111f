"""A stream of pictures in parts (RFC 2046, multipart/x-mixed-replace), as cameras send it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

#: Of one part.
MAX_HEADER_BYTES = 4096

_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([0-9]{1,10})[ \t]*\r?$", re.IGNORECASE | re.M)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class MultipartError(ValueError):
    """This is no multipart stream, or its parts are too large."""


def boundary_of(content_type: str) -> bytes | None:
    """None for what is no multipart type, or names no boundary."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if message.get_content_maintype() != "multipart" or not boundary:
        return None
    # Cameras disagree on whether the two hyphens before each delimiter belong to it.
    return boundary.strip().lstrip("-").encode("latin-1", "replace") or None


class Multipart:
    """Cuts a stream into its parts; bytes may come in any portions.

    A part ends by its length where it says one, else at the next delimiter.
    """

    __slots__ = ("_body_bytes", "_buffer", "_delimiter", "_in_body", "_max_bytes", "_searched")

    def __init__(self, boundary: bytes, max_bytes: int) -> None:
        """`max_bytes`: of one part's body."""
        self._delimiter = b"--" + boundary
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        #: The header has been read.
        self._in_body = False
        #: As the header says; None where it doesn't.
        self._body_bytes: int | None = None
        #: No delimiter begins before.
        self._searched = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are whole with `data`. Raises MultipartError."""
        self._buffer += data
        while (body := self._next()) is not None:
            if body:
                yield body

    def _next(self) -> bytes | None:
        if not self._in_body and not self._read_header():
            return None
        return self._read_body()

    def _read_header(self) -> bool:
        begin = self._buffer.find(self._delimiter)
        found = _HEADER_END.search(self._buffer, begin) if begin >= 0 else None
        if found is None:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise MultipartError("no header of a part")
            return False
        length = _LENGTH.search(self._buffer, begin, found.end())
        self._body_bytes = int(length[1]) if length else None
        if (self._body_bytes or 0) > self._max_bytes:
            raise MultipartError("a part that is too large")
        del self._buffer[: found.end()]
        self._in_body, self._searched = True, 0
        return True

    def _read_body(self) -> bytes | None:
        end = self._body_bytes if self._body_bytes else self._end_by_delimiter()
        if end is None or len(self._buffer) < end:
            return None
        body = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._in_body = False
        return body

    def _end_by_delimiter(self) -> int | None:
        end = self._buffer.find(self._delimiter, self._searched)
        if end < 0:
            self._searched = max(0, len(self._buffer) - len(self._delimiter))
            if self._searched > self._max_bytes:
                raise MultipartError("a part that is too large")
            return None
        before = bytes(self._buffer[max(0, end - 2) : end])
        return end - (2 if before == b"\r\n" else before.endswith(b"\n"))

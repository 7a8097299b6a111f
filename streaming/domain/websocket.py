"""WebSocket frames as a server sends them (RFC 6455, section 5.2): whole, and never masked.

So the bytes on the wire are the same for every viewer, and are put together once.
"""

from __future__ import annotations

import struct

_FIN = 0x80
_TEXT = 0x1
_BINARY = 0x2


def binary(payload: bytes) -> bytes:
    return _header(_BINARY, len(payload)) + payload


def text(content: str) -> bytes:
    payload = content.encode()
    return _header(_TEXT, len(payload)) + payload


def _header(opcode: int, length: int) -> bytes:
    if length < 126:
        return struct.pack(">BB", _FIN | opcode, length)
    if length < 65_536:
        return struct.pack(">BBH", _FIN | opcode, 126, length)
    return struct.pack(">BBQ", _FIN | opcode, 127, length)

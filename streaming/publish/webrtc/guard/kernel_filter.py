"""What the kernel lets through to a session's socket (Linux: a classic BPF program, socket(7)).

Where there is none, all of it reaches `ice`, which refuses the same and more.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from collections.abc import Iterable

#: A connectivity check of a browser has about 150; its two user names may have 513.
MAX_STUN_BYTES = 1024
#: The attributes of a check before its user name. Chromium sends it as the first, libnice as the
#: fourth; RFC 8445 knows no more than seven.
MAX_ATTRIBUTES = 10

_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27
#: Where the program finds the IP header, whatever it is given: linux/filter.h.
_NETWORK = 0xFFF00000
_IPV4_SOURCE, _IPV6_SOURCE = _NETWORK + 12, _NETWORK + 8
#: It is given the UDP header and what follows.
_UDP_HEADER_BYTES = 8
_STUN_HEADER_BYTES = 20
_BINDING_REQUEST, _USERNAME = 0x0001, 0x0006
_COOKIE = 0x2112A442

# Codes of instructions.
_LOAD_WORD, _LOAD_HALF, _LOAD_LENGTH = 0x20, 0x28, 0x80
_LOAD_WORD_AT_X, _LOAD_HALF_AT_X, _LOAD_BYTE_AT_X = 0x40, 0x48, 0x50
_SET_X, _A_TO_X = 0x01, 0x07
_ADD, _AND, _ADD_X = 0x04, 0x54, 0x0C
_IF_EQUAL, _IF_GREATER = 0x15, 0x25
_RETURN = 0x06

#: Code, instructions to skip if true and if false, operand.
_Instruction = tuple[int, int, int, int]
_DROP: _Instruction = (_RETURN, 0, 0, 0)
_PASS: _Instruction = (_RETURN, 0, 0, 0xFFFFFFFF)

Address = tuple[str, int]


def attach(bound: socket.socket, username: str, peers: Iterable[Address]) -> None:
    """Let pass only what comes from `peers`, and checks for `username`; nothing but Linux does so.

    Raises OSError where the system has no room for so many peers.
    """
    if sys.platform != "linux":
        return
    program = [
        *(each for peer in peers for each in _from_peer(*peer)),
        *_check_of(username.encode()),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    pointer = struct.pack("HL", len(program), ctypes.addressof(code))
    bound.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, pointer)


def detach(bound: socket.socket) -> None:
    """Let everything pass again."""
    bound.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


def _from_peer(host: str, port: int) -> list[_Instruction]:
    family, source = (
        (socket.AF_INET6, _IPV6_SOURCE) if ":" in host else (socket.AF_INET, _IPV4_SOURCE)
    )
    packed = socket.inet_pton(family, host.partition("%")[0])
    words = struct.unpack(f"!{len(packed) // 4}I", packed)
    wanted = [(_LOAD_HALF, 0, port)]
    wanted += [(_LOAD_WORD, source + 4 * index, word) for index, word in enumerate(words)]
    return _all_equal(wanted)


def _all_equal(wanted: list[tuple[int, int, int]]) -> list[_Instruction]:
    """Pass where every load gives its value; else go on behind this."""
    program: list[_Instruction] = []
    for index, (load, where, value) in enumerate(wanted):
        left = 2 * (len(wanted) - index - 1) + 1
        program += [(load, 0, 0, where), (_IF_EQUAL, 0, left, value)]
    return [*program, _PASS]


def _check_of(username: bytes) -> list[_Instruction]:
    """Pass a connectivity check whose user name begins so, and drop everything else."""
    name = _name_at_x(username + b":")
    attribute_length = 7
    program: list[_Instruction] = [
        (_LOAD_HALF, 0, 0, _UDP_HEADER_BYTES),
        (_IF_EQUAL, 1, 0, _BINDING_REQUEST),
        _DROP,
        (_LOAD_WORD, 0, 0, _UDP_HEADER_BYTES + 4),
        (_IF_EQUAL, 1, 0, _COOKIE),
        _DROP,
        (_LOAD_LENGTH, 0, 0, 0),
        (_IF_GREATER, 0, 1, _UDP_HEADER_BYTES + MAX_STUN_BYTES),
        _DROP,
        (_SET_X, 0, 0, _UDP_HEADER_BYTES + _STUN_HEADER_BYTES),
    ]
    for index in range(MAX_ATTRIBUTES):
        to_name = attribute_length * (MAX_ATTRIBUTES - index) - 2 + 1
        program += [
            (_LOAD_HALF_AT_X, 0, 0, 0),
            (_IF_EQUAL, to_name, 0, _USERNAME),
            # The next one: header, value and padding further. A load behind the end drops.
            (_LOAD_HALF_AT_X, 0, 0, 2),
            (_ADD, 0, 0, 4 + 3),
            (_AND, 0, 0, 0xFFFFFFFC),
            (_ADD_X, 0, 0, 0),
            (_A_TO_X, 0, 0, 0),
        ]
    return [*program, _DROP, *name]


def _name_at_x(name: bytes) -> list[_Instruction]:
    """Pass where the attribute at X begins with this; else drop."""
    wanted = []
    for start in range(0, len(name) - 3, 4):
        wanted.append((_LOAD_WORD_AT_X, 4 + start, int.from_bytes(name[start : start + 4], "big")))
    for start in range(len(name) // 4 * 4, len(name)):
        wanted.append((_LOAD_BYTE_AT_X, 4 + start, name[start]))
    return [*_all_equal(wanted), _DROP]

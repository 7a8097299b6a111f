"""DTLS (RFC 6347, section 4.1): which datagrams with records reach the library's queue.

Nothing of the library's DTLS is wrapped: `ice` asks here before it hands a datagram on.
"""

from __future__ import annotations

#: First byte of a datagram with DTLS (RFC 7983).
_FIRST = range(20, 64)
#: The record of DTLS that carries SCTP: its type, and where its length and its content begin.
_APPLICATION_DATA = 23
_LENGTH, _CONTENT = 11, 13


def is_well_formed(data: bytes) -> bool:
    """Whether a well-behaved peer may have sent this datagram, which is not empty."""
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

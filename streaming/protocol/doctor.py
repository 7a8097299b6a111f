"""The doctor's socket, and the data channel `control` of its test connection.

Only the doctor's page speaks it, which comes with the server: no part of docs/protocol.md.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta

from streaming.protocol.message import Message
from streaming.protocol.publish import IceServer

#: Of one message that fills the line, either way.
MAX_PIECE_BYTES = 65_536
#: Of one check, each way: 2 s at 64 Mbit/s, beyond which nobody asks.
MAX_FILLED_BYTES = 16_000_000

# From the page


class Ping(Message, frozen=True, tag="ping"):
    """A sample of the clock, and a question how much has arrived."""

    time: float


class Offer(Message, frozen=True, tag="offer"):
    """Of a test connection, which carries no camera."""

    sdp: str


class Key(Message, frozen=True, tag="key"):
    """A device without an account may check as much as a person, by its publish key. Once."""

    #: By id or slug.
    camera: str
    key: str


class Fill(Message, frozen=True, tag="fill"):
    """Asks for so many bytes, in one binary message."""

    bytes: Annotated[int, Meta(ge=1, le=MAX_PIECE_BYTES)]


# From the server


class Hello(Message, frozen=True, tag="hello"):
    """What this page may check, at first and after `key`: a visitor's no more than pings."""

    may_fill: bool
    ice_servers: tuple[IceServer, ...]


class Pong(Message, frozen=True, tag="pong"):
    """The answer to `ping`, at once; `bytes` have arrived so far."""

    time: float
    server_time: float
    bytes: int


class Answer(Message, frozen=True, tag="answer"):
    """The server's end of the test connection is there."""

    sdp: str


class Refused(Message, frozen=True, tag="refused"):
    """There is no test connection now: `busy`, or nobody answers (`unavailable`)."""

    code: str


FromPage: TypeAlias = Ping | Offer | Key | Fill

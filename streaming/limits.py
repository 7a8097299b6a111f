"""How much cameras, viewers and strangers may take of a process."""

from __future__ import annotations

from dataclasses import dataclass

from cameras.limits import CatalogueLimits
from cameras.settings_parser import setting, whole_number

_COUNT = whole_number(1, 1_000_000)
_BYTES = whole_number(1_000, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class Limits(CatalogueLimits):
    """Every limit with its default; docs/security.md says what follows.

    An address is one of IPv4, or a /64 network of IPv6.
    """

    #: Connections of a web process.
    CONNECTIONS: int = setting(_COUNT, 2000)
    #: Those from one address that is no trusted proxy.
    CONNECTIONS_PER_ADDRESS: int = setting(_COUNT, 500)
    #: WebSockets from one address, in a process.
    SOCKETS_PER_ADDRESS: int = setting(_COUNT, 200)
    #: WebSockets of one person, in a process.
    SOCKETS_PER_PERSON: int = setting(_COUNT, 100)
    #: WebSockets that one address opens, a minute.
    HANDSHAKES_PER_ADDRESS: int = setting(_COUNT, 600)
    #: Bytes of a request's body.
    BODY_BYTES: int = setting(_BYTES, 1_000_000)
    #: Negotiations under way, in an ingest process.
    NEGOTIATIONS: int = setting(_COUNT, 32)
    #: Negotiations of a camera, a minute.
    NEGOTIATIONS_PER_CAMERA: int = setting(_COUNT, 20)
    #: Times a minute that a camera's publisher is replaced by another.
    TAKE_OVERS_PER_CAMERA: int = setting(_COUNT, 10)
    #: Frames a second of a camera, of the frame rate it is set to.
    FRAME_RATE_PERCENT: int = setting(whole_number(100, 10_000), 150)
    #: Bytes a second of a camera.
    CAMERA_BYTES_PER_S: int = setting(_BYTES, 8_000_000)
    #: Viewers of a process.
    VIEWERS: int = setting(_COUNT, 1000)
    #: Viewers of one camera, in a process.
    VIEWERS_PER_CAMERA: int = setting(_COUNT, 500)
    #: Messages a second of a viewer, in the long run.
    VIEWER_MESSAGES_PER_S: int = setting(_COUNT, 20)
    #: Requests a second for pictures and live states of cameras, of one reader.
    POLLS_PER_S: int = setting(_COUNT, 100)
    #: Responses of endless pictures, in a process.
    STREAMS: int = setting(_COUNT, 100)
    #: Those of one reader.
    STREAMS_PER_READER: int = setting(_COUNT, 20)
    #: Checks of the doctor at once, in a process.
    DOCTOR_CHECKS: int = setting(_COUNT, 10)
    #: Checks of the doctor from one address, a minute.
    DOCTOR_CHECKS_PER_ADDRESS: int = setting(_COUNT, 10)
    #: Lines like each other that a process logs a second.
    LOG_LINES_PER_S: int = setting(_COUNT, 20)

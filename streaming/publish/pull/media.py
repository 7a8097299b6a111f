"""What readers of a camera's source take and give, whichever protocol the camera speaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from streaming.domain.codecs.codec import Codec
from streaming.protocol.enums import SourceErrorCode

#: A source that sends nothing for so long is left, and connected to anew.
SILENT_AFTER_S = 5.0
#: To connect, sign in and hear of the first picture.
CONNECT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect: resolved once, no name is looked up again."""

    #: "rtsp", "http" or "https".
    scheme: str
    #: As whoever set it wrote it: for headers, and to check a certificate.
    host: str
    #: The IP address to connect to.
    address: str
    port: int
    #: With the query.
    path: str


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture of a source, whole."""

    codec: Codec
    #: A JPEG; or in Annex B, with parameter sets before each key frame.
    data: bytes = field(repr=False)
    key: bool
    #: The source's own clock, which never goes back by wrapping; jumps are left in.
    media_s: float
    #: `time.monotonic()`.
    arrived_s: float


class SourceError(Exception):
    """Why a source gives no pictures. `detail` is for the log: no user, password or query."""

    def __init__(self, code: SourceErrorCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

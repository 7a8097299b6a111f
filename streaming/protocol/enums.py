"""The words of the protocol: reasons and codes, each with what it means."""

from __future__ import annotations

import math
from enum import IntEnum, StrEnum

from streaming.domain.codecs import VIDEO_CODECS
from streaming.domain.demand import AUTO
from streaming.domain.described import Described

#: Words that come from the codecs' own files: no enum, so that a further codec is a file there.
VIDEO = tuple(VIDEO_CODECS)
#: What a camera may be set to send.
CODEC_SETTINGS = (AUTO, "jpeg", *VIDEO)


class Delivery(StrEnum):
    """What becomes of frames that are lost between a camera and the server."""

    RESILIENT = "resilient"
    REALTIME = "realtime"


class EndReason(Described):
    """Why a session is over."""

    STOPPED = "stopped", "the camera said `bye`"
    TAKEN_OVER = "taken_over", "another page or device publishes to this camera now"
    NOT_ALLOWED = "not_allowed", "the right to publish ended: `why` says how"
    DISCONNECTED = "disconnected", 'an operator pressed "disconnect"'
    LOST = "lost", "no byte for 30 s"
    SIGNALING_LOST = (
        "signaling_lost",
        "no publish socket for 10 s; or for 2 s neither socket nor beat, as when a browser was"
        " closed",
    )
    PEER_FAILED = "peer_failed", "the WebRTC connection failed or was closed"
    SERVER_STOPPED = "server_stopped", "the ingest process ended; reconnect"
    TOO_MUCH = (
        "too_much",
        "more frames or bytes than the camera may send, for 10 s without a pause; reconnect after"
        " `retry_after_s` seconds",
    )


class Denial(Described):
    """Why somebody may no longer publish or watch."""

    SIGNED_OUT = "signed_out", "signed out, here or on another page, or the password was changed"
    EXPIRED = "expired", "the sign-in or token ran out"
    DEACTIVATED = "deactivated", "the account was deactivated or deleted"
    REVOKED = "revoked", "the key or token was revoked"
    DELETED = "deleted", "the camera was deleted"
    DISABLED = "disabled", "the camera is disabled; it may be enabled again"
    WITHDRAWN = "withdrawn", "the right to publish to the camera was withdrawn"
    LINK_ENDED = "link_ended", "the share link expired or was revoked, or its maker may not share"


class CloseCode(IntEnum):
    """Of both sockets."""

    means: str
    then: str

    def __new__(cls, value: int, means: str = "", then: str = "") -> CloseCode:
        code = int.__new__(cls, value)
        code._value_ = value
        code.means = means
        code.then = then
        return code

    OVER = 1000, "over, as `ended` or `superseded` said", "stays away"
    GOING_AWAY = 1001, "the server stops", "reconnects"
    TOO_OFTEN = (
        1008,
        "too many frames a second: over 1,000, or over 20 pings and pongs; or too many messages",
        "may reconnect, more quietly",
    )
    TOO_LARGE = (
        1009,
        "a message larger than 256 KiB (daphne ends the connection without a code), or in more than"
        " 256 fragments",
        "may reconnect, without that message",
    )
    RESTARTING = 1012, "the server restarts", "reconnects"
    TRY_AGAIN_LATER = (
        1013,
        "the server, or your share of it, is full, or its database is away; the reason is"
        " `retry_after=` and seconds",
        "reconnects after those seconds, or up to a quarter more",
    )
    BAD_MESSAGE = 4400, "bad message", "does not reconnect"
    NOT_ALLOWED = 4403, "not allowed", "does not reconnect"
    TIMED_OUT = (
        4408,
        "too slow to authenticate, or a publish socket that then asks for nothing for 60 s; or a"
        " watch socket without a camera and a message for 5 minutes",
        "may reconnect",
    )


def retry_reason(retry_after_s: float) -> str:
    """The reason of a close that says when to come back: scripts of browsers read no headers."""
    return f"retry_after={max(1, math.ceil(retry_after_s))}"


class ErrorCode(StrEnum):
    """Why something was refused, and whether that closes the socket."""

    closes: CloseCode | None
    means: str

    def __new__(cls, value: str, closes: CloseCode | None = None, means: str = "") -> ErrorCode:
        code = str.__new__(cls, value)
        code._value_ = value
        code.closes = closes
        code.means = means
        return code


class PublishErrorCode(ErrorCode):
    """Why the publish socket refused something."""

    BAD_MESSAGE = (
        "bad_message",
        CloseCode.BAD_MESSAGE,
        "not JSON, too deep, too long, a wrong type, or not expected now",
    )
    NOT_ALLOWED = (
        "not_allowed",
        CloseCode.NOT_ALLOWED,
        "no such camera, or no right to publish to it: the two are not told apart",
    )
    TIMEOUT = (
        "timeout",
        CloseCode.TIMED_OUT,
        "no authentication within 10 s, or then nothing for 60 s",
    )
    BAD_OFFER = (
        "bad_offer",
        None,
        "the SDP is not an offer of two data channels, or breaks a bound",
    )
    CAMERA_BUSY = (
        "camera_busy",
        None,
        "somebody else publishes (`publisher` says who); send the offer again with `take_over`",
    )
    UNAVAILABLE = (
        "unavailable",
        None,
        "no ingest process answered within 15 s; Redis is unreachable, loading or full; or every"
        " UDP port is taken. Try again after `retry_after_s` seconds",
    )
    DATABASE_UNAVAILABLE = (
        "database_unavailable",
        None,
        "the database is unreachable, locked or full. Try again after `retry_after_s` seconds",
    )
    GONE = (
        "gone",
        None,
        "the peer or session to attach to, or to upgrade, is over; send an offer",
    )
    BUSY = (
        "busy",
        CloseCode.TRY_AGAIN_LATER,
        "this camera has asked too often, or the server negotiates with as many as it can. Try"
        " again after `retry_after_s` seconds. To an upgrade the answer is `unavailable`",
    )
    SUPERSEDED = (
        "superseded",
        CloseCode.OVER,
        "another socket has attached to the session and speaks for it from now on",
    )


class WatchErrorCode(ErrorCode):
    """Why the watch socket refused something."""

    NOT_FOUND = (
        "not_found",
        None,
        "no such camera or no right to watch it, also when a right ends while watching; the"
        " subscription stays, and a `state` follows once the camera may be watched (again)",
    )
    DUPLICATE = (
        "duplicate",
        None,
        "this socket shows the camera already, by another of its addresses, as the sentence says;"
        " that subscription stays as it was, and this one is none",
    )
    TOO_MANY = (
        "too_many",
        None,
        "over 64 cameras, in one message or together; none of the message is subscribed",
    )
    UNAVAILABLE = (
        "unavailable",
        None,
        "this camera cannot be shown now: it has too many viewers, or the database does not answer."
        " Subscribe again after `retry_after_s` seconds",
    )
    LINK_FULL = (
        "link_full",
        CloseCode.TRY_AGAIN_LATER,
        "as many people watch by this share link as it allows",
    )
    FULL = (
        "full",
        CloseCode.TRY_AGAIN_LATER,
        "too many viewers, too many sockets of the person whose token it is, or a token that cannot"
        " be checked now: connect again after `retry_after_s` seconds",
    )
    TOO_OFTEN = (
        "too_often",
        CloseCode.TOO_OFTEN,
        "over 20 messages a second for long, and as many more for each 8 cameras watched",
    )
    BAD_MESSAGE = "bad_message", CloseCode.BAD_MESSAGE, "as on the publish socket"
    NOT_ALLOWED = (
        "not_allowed",
        CloseCode.NOT_ALLOWED,
        "signed out; or the token is unknown, was revoked or has expired",
    )


class SourceErrorCode(Described):
    """Why the source of a camera gives no pictures."""

    UNREACHABLE = "unreachable", "nothing answers at the address"
    FORBIDDEN = "forbidden", "the address is one that the server may not connect to"
    REFUSED = "refused", "user or password are refused"
    NOT_FOUND = "not_found", "there is nothing at this path"
    FAILED = "failed", "it answers with an error"
    REDIRECTED = "redirected", "it sends the server to another host"
    NO_VIDEO = "no_video", "it has no video"
    CODEC = "codec", "it speaks no codec that can be shown, such as H.265 alone"
    REORDERED = "reordered", "its pictures come in another order than they are shown (B-frames)"
    SILENT = "silent", "nothing came for 5 s"
    MALFORMED = "malformed", "it breaks its protocol"
    TOO_LARGE = "too_large", "a picture or message above the bounds"


class ChangeKind(StrEnum):
    """What every process looks at again."""

    ACCESS = "access"
    DISCONNECT = "disconnect"
    TAKEN_OVER = "taken_over"

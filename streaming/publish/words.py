"""What a publish socket says when it cannot do what was asked, and when a session is over."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import UNSET, UnsetType

from cameras import denials
from streaming.protocol.enums import Denial, EndReason, PublishErrorCode
from streaming.protocol.publish import Ended, PublishError
from streaming.publish.states import Unexpected

#: A camera that could not be taken tries again so soon.
RETRY_AFTER_S = 2
#: One that was disconnected for sending too much.
RETRY_TOO_MUCH_AFTER_S = 30

#: By end reason.
ENDS = {
    EndReason.STOPPED: gettext_lazy("The camera has stopped."),
    EndReason.TAKEN_OVER: gettext_lazy(
        "%(who)s is now publishing to this camera from another page or device."
    ),
    EndReason.NOT_ALLOWED: gettext_lazy("You can no longer publish to this camera."),
    EndReason.DISCONNECTED: gettext_lazy("An operator disconnected this camera."),
    EndReason.LOST: gettext_lazy("Nothing was received from this camera for 30 seconds."),
    EndReason.SIGNALING_LOST: gettext_lazy("The page was unreachable for 10 seconds."),
    EndReason.PEER_FAILED: gettext_lazy("The connection to the server failed."),
    EndReason.SERVER_STOPPED: gettext_lazy(
        "The server is restarting. The camera reconnects by itself."
    ),
    EndReason.TOO_MUCH: gettext_lazy(
        "The camera sent more pictures than the server allows. Lower its frame rate or resolution."
    ),
}

REFUSALS = {
    PublishErrorCode.NOT_ALLOWED: ENDS[EndReason.NOT_ALLOWED],
    PublishErrorCode.TIMEOUT: gettext_lazy("The camera took too long to start."),
    PublishErrorCode.BAD_OFFER: gettext_lazy(
        "The browser's offer couldn't be read. Reload the page."
    ),
    PublishErrorCode.CAMERA_BUSY: gettext_lazy(
        "%(who)s is publishing to this camera. Take over, or wait until they stop."
    ),
    PublishErrorCode.UNAVAILABLE: gettext_lazy(
        "The server can't take the camera right now. Retrying."
    ),
    PublishErrorCode.DATABASE_UNAVAILABLE: gettext_lazy(
        "The server's database is unavailable; its disk may be full. Retrying."
    ),
    PublishErrorCode.GONE: gettext_lazy("The session has ended. Send a new offer."),
    PublishErrorCode.BUSY: gettext_lazy(
        "Too many connection attempts. The camera tries again by itself."
    ),
    PublishErrorCode.SUPERSEDED: gettext_lazy("Another connection now controls this camera."),
}

_FOR_A_WHILE = (
    PublishErrorCode.UNAVAILABLE,
    PublishErrorCode.DATABASE_UNAVAILABLE,
    PublishErrorCode.BUSY,
)

#: Why a message is not expected, and breaks the protocol.
UNEXPECTED = {
    Unexpected.NOT_AUTHENTICATED: gettext_lazy("Authenticate first."),
    Unexpected.AUTHENTICATED_ALREADY: gettext_lazy("This socket has already authenticated."),
    Unexpected.HAS_PEER: gettext_lazy("This socket already has a peer, or has asked for one."),
    Unexpected.STREAMS_ALREADY: gettext_lazy("This socket already takes frames."),
    Unexpected.NOT_STREAMING: gettext_lazy("This socket doesn't take frames."),
    Unexpected.BINARY: gettext_lazy("Binary messages are not expected here."),
}


def ended(reason: EndReason, by: str, why: denials.Denial | None = None) -> Ended:
    sentence = denials.SENTENCES[why] if why else ENDS[reason]
    retry_after_s = RETRY_TOO_MUCH_AFTER_S if reason is EndReason.TOO_MUCH else UNSET
    return Ended(reason, str(sentence) % {"who": by}, by or UNSET, retry_after_s, _told(why))


def denied(why: denials.Denial | None) -> PublishError:
    """Refused at the door; without `why` it is not told whether there is such a camera."""
    sentence = (
        denials.SENTENCES[why]
        if why
        else _("This camera doesn't exist, or you don't have permission to publish to it.")
    )
    return PublishError(PublishErrorCode.NOT_ALLOWED, str(sentence), why=_told(why))


def refused(
    code: PublishErrorCode, publisher: str = "", retry_after_s: int = RETRY_AFTER_S
) -> PublishError:
    """An error in the words of its code, of which `bad_message` has none: what was bad differs."""
    return PublishError(
        code,
        str(REFUSALS[code]) % {"who": publisher},
        publisher or UNSET,
        retry_after_s if code in _FOR_A_WHILE else UNSET,
    )


def _told(why: denials.Denial | None) -> Denial | UnsetType:
    return Denial(why) if why else UNSET

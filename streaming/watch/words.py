"""What the watch socket says when it refuses something."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cameras import database, denials
from cameras.identity import Identity
from streaming.lanes import RIGHTS
from streaming.network.socket_limits import RETRY_AFTER_S as SOCKETS_RETRY_AFTER_S
from streaming.protocol.enums import Denial, WatchErrorCode
from streaming.protocol.limits import MAX_CAMERAS
from streaming.protocol.watch import WatchError

#: When to come back where there is no room.
RETRY_AFTER_S = 5


def not_found(address: str) -> WatchError:
    sentence = _("This camera doesn't exist, or you don't have permission to watch it.")
    return WatchError(WatchErrorCode.NOT_FOUND, sentence, address)


def too_many() -> WatchError:
    sentence = _("One page shows at most %(most)d cameras.") % {"most": MAX_CAMERAS}
    return WatchError(WatchErrorCode.TOO_MANY, sentence)


def duplicate(address: str, watched: str) -> WatchError:
    sentence = _("This connection already shows the camera, as “%(address)s”.")
    return WatchError(WatchErrorCode.DUPLICATE, sentence % {"address": watched}, address)


def crowded(address: str) -> WatchError:
    return _unavailable(address, _("Too many people are watching this camera. Try again later."))


def unchecked(address: str) -> WatchError:
    return _unavailable(address, _("The server can't check your access now. Try again later."))


def _unavailable(address: str, sentence: str) -> WatchError:
    return WatchError(WatchErrorCode.UNAVAILABLE, sentence, address, RETRY_AFTER_S)


def full() -> WatchError:
    sentence = _("Too many people are watching right now. Try again later.")
    return WatchError(WatchErrorCode.FULL, sentence, retry_after_s=RETRY_AFTER_S)


def too_many_sockets() -> WatchError:
    sentence = _("You have too many connections open. Close some of them, or try again later.")
    return WatchError(WatchErrorCode.FULL, sentence, retry_after_s=SOCKETS_RETRY_AFTER_S)


def unchecked_token() -> WatchError:
    sentence = _("The server can't check your token now. Try again later.")
    return WatchError(WatchErrorCode.FULL, sentence, retry_after_s=RETRY_AFTER_S)


def wrong_token() -> WatchError:
    sentence = _("This token is unknown, revoked or expired.")
    return WatchError(WatchErrorCode.NOT_ALLOWED, sentence)


def unchecked_link() -> WatchError:
    sentence = _("The server can't check this link now. Try again later.")
    return WatchError(WatchErrorCode.FULL, sentence, retry_after_s=RETRY_AFTER_S)


def link_ended() -> WatchError:
    sentence = str(denials.SENTENCES[denials.Denial.LINK_ENDED])
    return WatchError(WatchErrorCode.NOT_ALLOWED, sentence, why=Denial.LINK_ENDED)


def link_full() -> WatchError:
    sentence = _("This link has reached its viewer limit. Try again later.")
    return WatchError(WatchErrorCode.LINK_FULL, sentence, retry_after_s=RETRY_AFTER_S)


def too_often() -> WatchError:
    return WatchError(WatchErrorCode.TOO_OFTEN, _("This viewer sends too many messages."))


async def signed_off(identity: Identity) -> WatchError:
    """Why the identity is nobody any more."""
    try:
        why = await RIGHTS.run(denials.of_identity, identity)
    except database.Unavailable as error:
        database.outages.note(error)
        return WatchError(WatchErrorCode.NOT_ALLOWED, _("Your access has ended."))
    sentence = str(denials.SENTENCES[why])
    return WatchError(WatchErrorCode.NOT_ALLOWED, sentence, why=Denial(why))

"""What a publish socket says when it cannot do what was asked, and when a session is over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: By end reason.
ENDS = {
    "stopped": gettext_lazy("The camera has stopped."),
    "taken_over": gettext_lazy("%(who)s publishes to this camera now, from elsewhere."),
    "not_allowed": gettext_lazy("You may not publish to this camera any more."),
    "disconnected": gettext_lazy("An operator disconnected this camera."),
    "lost": gettext_lazy("Nothing came from this camera for 30 seconds."),
    "signaling_lost": gettext_lazy("The page was out of touch for 10 seconds."),
    "peer_failed": gettext_lazy("The connection to the server broke."),
    "server_stopped": gettext_lazy("The server restarts. The camera connects again by itself."),
}

#: By error code; any other is `unavailable`.
_REFUSALS = {
    "camera_busy": gettext_lazy(
        "%(who)s publishes to this camera. Take over, or wait until it stops."
    ),
    "bad_offer": gettext_lazy("The browser's offer could not be read. Reload the page."),
    "gone": gettext_lazy("The session is over. Make a new offer."),
}


def ended(reason: str, by: str) -> dict[str, Any]:
    who = {"by": by} if by else {}
    return {"reason": reason, "message": str(ENDS[reason]) % {"who": by}, **who}


def refused(code: str, publisher: str = "") -> dict[str, Any]:
    if code not in _REFUSALS:
        return {
            "code": "unavailable",
            "retry_after_s": 2,
            "message": _("The server cannot take the camera just now. It is tried again."),
        }
    who = {"publisher": publisher} if publisher else {}
    return {"code": code, "message": str(_REFUSALS[code]) % {"who": publisher}, **who}

"""What states and their reasons are called, to people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.models import EndReason
from streaming.domain.liveness import LOSSES, NEVER, PROCESS_SILENT, REDIS_AWAY, Pause, State

STATES: Mapping[State, Promise] = {
    State.OFF: _("Off"),
    State.CONNECTING: _("Connecting"),
    State.LIVE: _("Live"),
    State.PAUSED: _("Paused"),
    State.LOST: _("Lost"),
    State.UNKNOWN: _("Unknown"),
}

PAUSES: Mapping[Pause, Promise] = {
    Pause.HIDDEN: _("Its page is hidden or the phone is locked"),
    Pause.INTERRUPTED: _("Its device is using the camera for something else"),
    Pause.UNPLUGGED: _("The camera was unplugged from its device"),
    Pause.DENIED: _("Its browser no longer has permission to use the camera"),
    Pause.NO_PICTURE: _("Its device isn't delivering a picture"),
    Pause.OTHER: _("No reason given"),
}

REASONS: Mapping[str, Promise | str] = {
    **dict(EndReason.choices),
    **{pause.value: label for pause, label in PAUSES.items()},
    NEVER: _("Nobody has filmed here yet"),
    PROCESS_SILENT: _("Part of the server isn't responding"),
    REDIS_AWAY: _("Redis is unreachable"),
}


def shown_state(state: State, reason: str) -> State:
    """As people are told it: `lost`, and not `off`, where nobody wished for the end."""
    return State.LOST if state is State.OFF and reason in LOSSES else state

"""What states are called, to people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from streaming.domain.liveness import State

STATES: Mapping[State, Promise] = {
    State.OFF: _("Off"),
    State.CONNECTING: _("Connecting"),
    State.LIVE: _("Live"),
    State.PAUSED: _("Paused"),
    State.LOST: _("Lost"),
    State.UNKNOWN: _("Unknown"),
}

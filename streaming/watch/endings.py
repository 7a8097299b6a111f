"""How cameras that are off ended: Redis tells it for some minutes, and then the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from cameras import database, sessions
from cameras.models import EndReason
from cameras.sessions import LastSession
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import CLIENT_TTL_S
from streaming.domain.liveness import NEVER, State

#: For so long an answer holds from when it was last given out: of any session since then, Redis
#: would still tell.
KNOWN_S = CLIENT_TTL_S * 2 / 3
#: A session may be open while Redis doesn't know it: it begins, or Redis has just come back empty.
OPEN_KNOWN_S = 2.0
#: One that was recorded this recently goes on: running sessions are recorded every ten seconds.
RUNNING_WITHIN = timedelta(seconds=15)
MAX_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    state: LiveState
    until_s: float
    is_final: bool


class Endings:
    """Says of cameras that are off since when, why, and who published last. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Those given out least lately come first.
        self._known: dict[UUID, _Known] = {}

    def complete(self, camera_id: UUID, state: LiveState) -> LiveState:
        """The state with how it ended, as far as this process knows; asks nobody."""
        with self._lock:
            if state.state is not State.OFF:
                if state.state is not State.UNKNOWN:
                    self._known.pop(camera_id, None)
                return state
            if state.reason:
                self._keep(camera_id, state, is_final=True)
                return state
            known = self._known.get(camera_id)
            if known is None or time.monotonic() > known.until_s:
                return state
            if known.is_final:
                self._keep(camera_id, known.state, is_final=True)
        return replace(known.state, watching=state.watching, latencies_ms=state.latencies_ms)

    def complete_all(
        self, camera_ids: Sequence[UUID], states: Sequence[LiveState]
    ) -> list[LiveState]:
        """The same for synchronous code: asks the database for what is not known here."""
        completed = list(map(self.complete, camera_ids, states))
        missing = [
            camera_id
            for camera_id, state in zip(camera_ids, completed, strict=True)
            if is_incomplete(state)
        ]
        if not missing or database.outages.is_recent:
            return completed
        try:
            self.look_up(missing)
        except database.Unavailable as error:
            database.outages.note(error)
        return list(map(self.complete, camera_ids, completed))

    def look_up(self, camera_ids: Collection[UUID]) -> None:
        """Ask the database about these cameras, which are off. Raises database.Unavailable."""
        found = sessions.last_sessions(camera_ids)
        now = timezone.now()
        with self._lock:
            for camera_id in camera_ids:
                last = found.get(camera_id)
                self._keep(camera_id, _state(last, now), is_final=not last or bool(last.ended))

    def _keep(self, camera_id: UUID, state: LiveState, *, is_final: bool) -> None:
        self._known.pop(camera_id, None)
        holds_s = KNOWN_S if is_final else OPEN_KNOWN_S
        self._known[camera_id] = _Known(state, time.monotonic() + holds_s, is_final)
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]


def is_incomplete(state: LiveState) -> bool:
    """Whether a camera is off, and how it ended is not said."""
    return state.state is State.OFF and not state.reason


def _state(last: LastSession | None, now: datetime) -> LiveState:
    """What a camera is of which Redis knows nothing."""
    if last is None:
        return LiveState(reason=NEVER)
    facts = LiveState(
        session=last.number,
        publisher=last.publisher,
        since=1000 * (last.ended or last.last_seen).timestamp(),
    )
    if last.ended:
        return replace(facts, reason=last.end_reason)
    if now - last.last_seen <= RUNNING_WITHIN:
        return replace(facts, state=State.CONNECTING)
    # Its process died without a word, and so will its record say.
    return replace(facts, reason=EndReason.SERVER_STOPPED)

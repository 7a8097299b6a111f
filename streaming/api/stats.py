"""What is live: one camera, or all that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cameras import access
from cameras.database import memory
from cameras.models import Camera
from streaming.api.serializers import StatsSerializer, SystemSerializer
from streaming.api.throttles import PollThrottle
from streaming.api.views import LiveView, RedisUnavailable, moment
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import store
from streaming.domain.latencies import percentile
from streaming.domain.liveness import State
from streaming.process.web import node

#: A state in this process' memory holds for so long: it is asked for twice as often.
STATE_FRESH_S = 1.0
#: Of ProcessFacts, added up.
_COUNTS = ("publishers", "viewers", "cached", "lost_writes", "skipped", "cut_off")


class CameraStatsView(LiveView):
    """A camera's live state and counters."""

    # Pages that get no WebSocket ask for it and for pictures all the time.
    throttle_classes = (PollThrottle,)

    @extend_schema(operation_id="camera_stats", responses=StatsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        camera = self.camera(slug)
        held = node().hub.states.get(camera.pk)
        if held is not None and held.age_s <= STATE_FRESH_S:
            return self._answer(camera, held.value)
        try:
            [state] = live_states([camera])
        except RedisUnavailable:
            if held is None:
                raise
            return self._answer(camera, held.value, is_stale=True)
        return self._answer(camera, state)

    def _answer(self, camera: Camera, state: LiveState, is_stale: bool = False) -> Response:
        stats = _stats(camera, state, self.request.user, is_stale)
        return Response(StatsSerializer(stats).data)


class SystemStatsView(LiveView):
    """Each camera that you may see, and what they add up to; for staff the whole system."""

    @extend_schema(operation_id="stats", responses=SystemSerializer)
    def get(self, request: Request) -> Response:
        key = ("visible cameras", request.user.pk)
        cameras = memory.ask(key, lambda: list(access.visible(request.user).order_by("name")))
        states = live_states(cameras)
        facts = {
            **(_of_the_system() if request.user.is_staff else _of_cameras(states)),
            "cameras": [
                _stats(camera, state, request.user)
                for camera, state in zip(cameras, states, strict=True)
            ],
        }
        return Response(SystemSerializer(facts).data)


def _of_the_system() -> dict[str, int]:
    try:
        processes, frames = store().processes(), store().frames()
    except Unavailable:
        raise RedisUnavailable from None
    totals = {name: sum(getattr(process, name) for process in processes) for name in _COUNTS}
    # A Redis that has just come back has counted nothing until the next process writes.
    return {"frames": max(frames, node().backplane.writer.known_frames), **totals}


def _of_cameras(states: list[LiveState]) -> dict[str, int | None]:
    """What these add up to: sums of the system would count cameras that nobody may know of."""
    return {
        "frames": sum(state.frames for state in states),
        "publishers": sum(state.state is not State.OFF for state in states),
        "viewers": sum(len(state.watching) for state in states),
        **dict.fromkeys(("cached", "lost_writes", "skipped", "cut_off")),
    }


def live_states(cameras: Sequence[Camera]) -> list[LiveState]:
    """What each of them is doing. Raises RedisUnavailable."""
    ids = [camera.pk for camera in cameras]
    try:
        states = store().live(ids, node().hub.now_ms())
    except Unavailable:
        raise RedisUnavailable from None
    return node().hub.endings.complete_all(ids, states)


def _stats(
    camera: Camera, state: LiveState, actor: access.Actor, is_stale: bool = False
) -> dict[str, Any]:
    off = state.state is State.OFF
    return {
        **asdict(state),
        "camera": camera.slug,
        "name": camera.name,
        "enabled": camera.enabled,
        "session": state.session or None,
        "reason": state.reason or None,
        "since": moment(state.since) if state.since else None,
        "publisher": (state.publisher or None) if access.knows_publishers(actor) else None,
        "transport": None if off else state.transport or None,
        "connected_at": None if off else moment(state.connected_at),
        "video": state.video or None,
        "watching": len(state.watching),
        "latency_p50_ms": percentile(state.latencies_ms, 0.5),
        "latency_p95_ms": percentile(state.latencies_ms, 0.95),
        "stale": is_stale,
    }

"""What a browser has to know to tell its person that a camera is lost."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cameras import access
from cameras.database import memory
from cameras.models import LossNotification
from streaming.api.stats import live_states
from streaming.api.views import LiveView
from streaming.backplane.live_state import LiveState
from streaming.process.web import node


class NotificationsView(LiveView):
    """The cameras that somebody wants to be told of, and how they are."""

    # For pages, which ask all the time.
    schema = None
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        key = ("notifications", request.user.pk)
        chosen = memory.ask(key, lambda: list(access.notifications_of(request.user)))
        states = live_states([each.camera for each in chosen])
        now_ms = node().backplane.clock.now_ms()
        told = [_told(each, state, now_ms) for each, state in zip(chosen, states, strict=True)]
        return Response({"cameras": told})


def _told(chosen: LossNotification, state: LiveState, now_ms: float) -> dict[str, Any]:
    camera = chosen.camera
    return {
        "id": str(camera.pk),
        "name": camera.name,
        "url": reverse("viewer", args=[camera.slug]),
        "after_s": chosen.after_s,
        "state": state.state,
        "reason": state.reason or None,
        # By server time, which began the state: a browser's clock may be wrong, or this machine's.
        "for_s": max(0.0, now_ms - state.since) / 1000 if state.since else None,
    }

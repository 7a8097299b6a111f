"""The live side of the admin: what a camera does now, and sending it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cameras.admin import CameraAdmin
from cameras.admin.confirmation import confirmed
from cameras.models import Camera, Codec
from streaming import labels
from streaming.backplane.announce import announce
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import store
from streaming.domain.liveness import REDIS_AWAY, State
from streaming.process.web import node
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change

_SYMBOLS = {
    State.OFF: "○",
    State.CONNECTING: "◌",
    State.LIVE: "●",
    State.PAUSED: "❚❚",
    State.LOST: "✕",
    State.UNKNOWN: "?",
}

_STATE = "live_state"

admin.site.unregister(Camera)


@admin.register(Camera)
class LiveCameraAdmin(CameraAdmin):
    # What matters first: the table is wider than most windows.
    list_display = ("picture", "name", "live", *CameraAdmin.list_display[1:])
    list_display_links = ("picture", "name")
    readonly_fields = (*CameraAdmin.readonly_fields, "live", "picture")
    actions = (*CameraAdmin.actions, "disconnect")

    class Media:
        css: Mapping[str, Any] = {"all": ("css/admin-live.css",)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        # One question to Redis for the whole page, asked once its rows are known.
        if changelist := getattr(response, "context_data", {}).get("cl"):
            _attach_states(list(changelist.result_list))
        return response

    @admin.display(description=_("Live"))
    def live(self, camera: Camera) -> SafeString:
        state = _state(camera)
        shown = labels.shown_state(state.state, state.reason)
        return format_html(
            '<span class="live-state live-state-{}">{} {}</span>',
            shown,
            _SYMBOLS[shown],
            _description(state),
        )

    @admin.display(description=_("Picture"))
    def picture(self, camera: Camera) -> SafeString:
        if _state(camera).state is not State.LIVE or not camera.enabled:
            return SafeString("-")
        return format_html(
            '<img class="live-picture" src="{}" alt="{}" width="96" loading="lazy">',
            reverse("api-camera-latest-jpg", args=[camera.slug]),
            gettext("Newest picture of %(camera)s") % {"camera": camera.name},
        )

    @admin.action(description=_("Disconnect selected cameras now"), permissions=["change"])
    @confirmed(_("Disconnect these cameras? Their sessions end now. A camera can connect again."))
    def disconnect(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        if all(announce(Change(ChangeKind.DISCONNECT, camera.pk)) for camera in cameras):
            messages.success(request, gettext("Disconnected. A camera can connect again."))
        else:
            messages.error(request, gettext("Redis is unreachable. Try again in a moment."))


def _state(camera: Camera) -> LiveState:
    if _STATE not in vars(camera):
        _attach_states([camera])
    state: LiveState = vars(camera)[_STATE]
    return state


def _attach_states(cameras: list[Camera]) -> None:
    """Put its live state on each row: display functions are given nothing but the row."""
    ids: list[UUID] = [camera.pk for camera in cameras]
    try:
        states = node().hub.endings.complete_all(ids, store().live(ids, node().hub.now_ms()))
    except Unavailable:
        states = [LiveState(state=State.UNKNOWN, reason=REDIS_AWAY)] * len(ids)
    for camera, state in zip(cameras, states, strict=True):
        vars(camera)[_STATE] = state


def _description(state: LiveState) -> str:
    words = str(labels.STATES[labels.shown_state(state.state, state.reason)])
    if state.state is not State.LIVE:
        return " · ".join([words, *_why(state)])
    facts = [words, _sent(state), f"{state.fps:.0f} fps", f"{state.uplink_ms:.0f} ms"]
    if state.level:
        text = ngettext("%(level)s step down", "%(level)s steps down", state.level)
        facts.append(text % {"level": state.level})
    return " · ".join(facts)


def _why(state: LiveState) -> list[str]:
    """Why it sends nothing, who films or did last, and since when."""
    facts = [str(labels.REASONS[state.reason])] if state.reason in labels.REASONS else []
    if state.state in (State.OFF, State.LOST, State.PAUSED):
        facts += [state.publisher] if state.publisher else []
        facts += [_time(state.since)] if state.since else []
    return facts


def _time(since_ms: float) -> str:
    local = timezone.localtime(datetime.fromtimestamp(since_ms / 1000, UTC))
    return date_format(local, "SHORT_DATETIME_FORMAT")


def _sent(state: LiveState) -> str:
    """What is wanted of the camera."""
    names = [str(Codec(state.video).label)] if state.video else []
    names += ["JPEG"] if state.jpeg else []
    return " + ".join(names) or gettext("stills")

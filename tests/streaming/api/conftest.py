from __future__ import annotations

import time

import pytest
from rest_framework.test import APIClient

from streaming.backplane.live_state import LiveState
from streaming.backplane.store import Image
from streaming.domain.liveness import State
from streaming.process.web import node
from tests.streaming.frames import frame


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def owners(api, owner):
    """The API as the camera's owner uses it."""
    api.force_login(owner)
    return api


@pytest.fixture
def live(show, camera):
    """The camera sends its fifth picture just now."""
    show(camera, frame(7, 5, captured_at=1234.5), session=7)
    return camera


@pytest.fixture
def relayed(camera):
    """The camera's seventh picture went through this process just now."""
    now_ms = time.time() * 1000
    node().hub.images.put(camera.pk, Image(frame(7, 7), now_ms))
    state = LiveState(state=State.LIVE, session=7, last_seen=now_ms, fps=29.5)
    node().hub.states.put(camera.pk, state)
    return camera


@pytest.fixture
def grow_old(monkeypatch):
    """Lets what this process remembers grow old by so many seconds."""

    def grow_old(age_s):
        now_s = time.monotonic() + age_s
        monkeypatch.setattr(time, "monotonic", lambda: now_s)

    return grow_old

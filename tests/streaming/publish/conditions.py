"""What tests of cameras wait for: of their pages, records, states and leases."""

from __future__ import annotations

from cameras.models import CaptureSession
from streaming.domain import wire
from streaming.domain.liveness import State


async def is_seen(page, phone):
    """Whether the page shows what the phone films."""
    phone.film()
    return any(
        isinstance(said, bytes) and wire.head_of(said).order[0] == phone.session
        for said in await page.heard()
    )


async def has_ended(session, reason):
    return await CaptureSession.objects.filter(
        pk=session, end_reason=reason, ended__isnull=False
    ).aexists()


async def is_free(store, camera):
    return await store.holder(camera.pk) is None


async def is_in(state, store, camera):
    [live] = await store.live([camera.pk])
    return live.state is state


async def is_off(store, camera, reason):
    [live] = await store.live([camera.pk])
    return (live.state, live.reason) == (State.OFF, reason)

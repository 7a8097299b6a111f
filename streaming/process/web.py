from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.dispatch import receiver
from django.http import HttpRequest

from cameras.audit import Who
from cameras.models import Role
from cameras.signals import limit_reached, request_refused
from streaming.backplane.facts import ProcessFacts
from streaming.domain.limits import Limit
from streaming.process.node import Node
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, Notice
from streaming.publish.push.pusher import Pushers
from streaming.publish.push.sessions import PushSessions
from streaming.tasks import Work, spawn
from streaming.watch.hub import Hub
from streaming.watch.mjpeg import StreamSlots
from streaming.watch.polls import Polls


class WebNode(Node):
    """A web process: viewers, and cameras that publish over their sockets.

    Starts with its first visitor where the server doesn't start it, so that it runs under any.
    """

    role = "web"

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub(self.id, self.backplane, self.audit)
        self.slots = StreamSlots()
        self.polls = Polls()
        self.pushers = Pushers()
        self.pushes = PushSessions(self.backplane, self.admission)
        self._running: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """The task that runs for the life of the process."""
        if self._running is None:
            self._running = spawn("web", self.run())
        return self._running

    def work(self) -> dict[str, Work]:
        return {**super().work(), **self.hub.work(), **self.pushes.work()}

    async def run(self) -> None:
        await self.pushes.open()
        await super().run()

    async def apply(self, notice: Notice) -> None:
        await super().apply(notice)
        if isinstance(notice, Change) and notice.kind is ChangeKind.ACCESS:
            await self.hub.check_rights(notice.camera_id, notice.user_id)
            self.hub.catalogue.changed()
            self.pushers.forget()

    def withdraw(self) -> None:
        super().withdraw()
        self.hub.withdraw()

    def facts(self) -> ProcessFacts:
        hub = self.hub
        return replace(
            super().facts(),
            viewers=hub.viewers,
            cached=hub.cached,
            skipped=hub.skipped,
            cut_off=hub.outlets.cut_off,
            latency_counts=hub.latency.counts,
            latency_sum_ms=round(hub.latency.sum_ms, 1),
        )


def node() -> WebNode:
    """That of this process, which belongs to its Django application."""
    config: Any = apps.get_app_config("streaming")
    node: WebNode = config.web_node
    return node


@receiver(limit_reached)
def count_refusal(limit: str, who: str, **_: Any) -> None:
    """What the catalogue refuses counts with the rest."""
    node().refusals.count(Limit(limit), who)


#: What a page lets people do with a camera; all others let them watch.
_WANTED = {
    "capture": Role.PUBLISH,
    "camera-settings": Role.MANAGE,
    "camera-delete": Role.MANAGE,
    "invite-phone": Role.MANAGE,
    "phone-invitation": Role.MANAGE,
    "api-camera-viewers": Role.MANAGE,
    "api-key-list": Role.MANAGE,
    "api-key-detail": Role.MANAGE,
}


@receiver(request_refused)
def remember_refusal(request: HttpRequest, address: str, view: str, **_: Any) -> None:
    node().audit.refused(Who.of_request(request), address, _WANTED.get(view, Role.WATCH))


async def run() -> None:
    """The background work of a web process, for its life."""
    await node().start()

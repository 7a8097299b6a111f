"""What each web process has one of."""

from __future__ import annotations

from streaming.watch.hub import Hub

hub = Hub()


async def run() -> None:
    """The background work of a web process, for its life."""
    await hub.start()

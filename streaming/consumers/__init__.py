from __future__ import annotations

from streaming.consumers.publish import PublishConsumer
from streaming.consumers.watch import WatchConsumer

__all__ = ["PublishConsumer", "WatchConsumer"]

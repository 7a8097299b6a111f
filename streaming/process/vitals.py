"""How a process fares: what tells an operator, and our tests, that it does not leak or stall."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from prometheus_client import ProcessCollector

from streaming.domain.worst import Worst

_LOOK_EVERY_S = 0.05
_OVER_S = 10.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """Memory and descriptors are 0 where the system does not tell: it is asked by /proc."""

    #: By how much the event loop was late at worst in the last ten seconds.
    loop_lag_s: float = 0.0
    tasks: int = 0
    memory_bytes: int = 0
    descriptors: int = 0


class VitalSigns:
    """Of this process and its running event loop."""

    def __init__(self) -> None:
        self._lag = Worst(_OVER_S)
        # Of no registry: asked here, and told by Redis.
        self._system = ProcessCollector(registry=None)

    async def watch(self) -> None:
        """Measure the event loop, for ever."""
        while True:
            due_s = time.monotonic() + _LOOK_EVERY_S
            await asyncio.sleep(_LOOK_EVERY_S)
            now_s = time.monotonic()
            self._lag.add(now_s - due_s, now_s)

    def read(self) -> Vitals:
        system = {each.name: int(each.samples[0].value) for each in self._system.collect()}
        return Vitals(
            loop_lag_s=round(max(0.0, self._lag.at(time.monotonic())), 4),
            tasks=len(asyncio.all_tasks()),
            memory_bytes=system.get("process_resident_memory_bytes", 0),
            descriptors=system.get("process_open_fds", 0),
        )

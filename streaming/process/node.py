from __future__ import annotations

import asyncio
import os
import socket
import time
import uuid
from dataclasses import asdict
from typing import ClassVar

from cameras.database import memory
from streaming.audit import AuditTrail
from streaming.backplane.client import Backplane
from streaming.backplane.facts import ProcessFacts
from streaming.domain.limits import Limit
from streaming.logs import left_out
from streaming.process import descriptors, heap
from streaming.process.vitals import VitalSigns
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, Notice
from streaming.publish.admission import Admission
from streaming.publish.registry import Registry
from streaming.refusals import Refusals
from streaming.tasks import Work

#: Rights are checked again this often, whatever was announced.
RECHECK_S = 10.0
_FACTS_EVERY_S = 1.0


class Node:
    """What a process has one of, whichever kind it is: its part in the backplane, the publications
    that come in through it, and the tasks that run for its life.
    """

    role: ClassVar[str]

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.backplane = Backplane()
        self.registry = Registry(self.backplane)
        self.refusals = Refusals()
        self.audit = AuditTrail(self.id)
        self.admission = Admission(self.backplane, self.registry, self.refusals)
        self._began_s = time.monotonic()
        self._vital_signs = VitalSigns()
        #: Changes of rights that have not been looked at yet.
        self._changed: asyncio.Queue[Change] = asyncio.Queue()

    def work(self) -> dict[str, Work]:
        """What runs for the life of the process, by name."""
        return {
            **self.backplane.work(),
            "registry": self.registry.run(),
            "notices": self.backplane.bus.follow(self._hear),
            "rights": self._recheck(),
            "changed rights": self._check_changed(),
            "facts": self._write_facts(),
            "audit": self.audit.run(),
            "vital signs": self._vital_signs.watch(),
            "descriptors": descriptors.watch(),
            "heap": heap.trim(),
        }

    async def run(self) -> None:
        """Until cancelled; then every session ends with `server_stopped`."""
        async with self.backplane:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for name, work in self.work().items():
                        tasks.create_task(work, name=f"{self.role}: {name}")
            finally:
                self.withdraw()

    def withdraw(self) -> None:
        """Take back what this process has told of itself: others count it no longer."""
        self.backplane.writer.forget_process(self.id)

    async def _hear(self, notice: Notice) -> None:
        if isinstance(notice, Change) and notice.kind is ChangeKind.ACCESS:
            memory.forget()
            # Not here: the database may be slow, and what viewers want is heard here, too.
            self._changed.put_nowait(notice)
        else:
            await self.apply(notice)

    async def _check_changed(self) -> None:
        while True:
            changes = [await self._changed.get()]
            while not self._changed.empty():
                changes.append(self._changed.get_nowait())
            for change in dict.fromkeys(changes):
                await self.apply(change)

    async def apply(self, notice: Notice) -> None:
        """Act on what was said to every process."""
        await self.registry.apply(notice)

    def facts(self) -> ProcessFacts:
        """What this process counts."""
        return ProcessFacts(
            self.id,
            self.role,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=round(self._started_at),
            publishers=len(self.registry),
            lost_writes=self.backplane.writer.lost,
            lost_audit_events=self.audit.lost,
            refused=self.registry.refused,
            limited={**self.refusals.total, Limit.LOG_LINES_PER_S: left_out.count},
            **asdict(self._vital_signs.read()),
        )

    @property
    def _started_at(self) -> float:
        """Server time, ms: not of this process' own clock, which somebody may set."""
        return self.backplane.clock.now_ms() - 1000 * (time.monotonic() - self._began_s)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            await self.apply(Change(ChangeKind.ACCESS))

    async def _write_facts(self) -> None:
        while True:
            self.backplane.writer.process(self.facts())
            await asyncio.sleep(_FACTS_EVERY_S)

"""Starts processes, starts them again when they end or fall silent, and ends them together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

from streaming.domain.backoff import Backoff
from streaming.supervision.life import Life, ProcessSpec, begin

logger = logging.getLogger(__name__)

#: Beats come every 0.5 s. Ten missing ones are a process that hangs, not one that is busy.
SILENCE_S = 5.0
#: Until the first beat. Generous: a cold start on a slow disk reads a hundred megabytes.
START_S = 30.0
#: The first restart is at once, as seen by a person; one that fails again and again is no load.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
#: Who lived this long did not fail at its start: the next wait is a short one again.
STABLE_S = 10.0
#: What `stop` and `renew` leave to a process before they kill it.
STOP_S = 3.5


class StartError(Exception):
    """A process ended before it was ready for the first time."""


class Supervisor:
    """Keeps processes alive from `start` to `stop`. Each has a name of its own."""

    def __init__(self, silence_s: float = SILENCE_S, start_s: float = START_S) -> None:
        self._silence_s = silence_s
        self._start_s = start_s
        self._guards: dict[str, _Guard] = {}
        #: Of processes that are not ready yet in the place of others, or that others replaced.
        self._passing: set[_Guard] = set()

    async def start(self, *specs: ProcessSpec) -> None:
        """Returns when all are ready. Raises StartError when one ends before that."""
        guards = [self._guard(spec) for spec in specs]
        self._guards |= {guard.spec.name: guard for guard in guards}
        await asyncio.gather(*(guard.ready for guard in guards))

    def keep(self, spec: ProcessSpec) -> None:
        """Starts a process that nothing waits for, and tries again when that fails."""
        self._guards[spec.name] = guard = self._guard(spec)
        guard.ready.set_result(None)

    async def renew(self, spec: ProcessSpec) -> None:
        """Ends the process of this name as soon as a new one is ready to stand in for it.

        Raises StartError when the new one ends before that: the old one goes on then.
        """
        new = self._guard(spec)
        self._passing.add(new)
        try:
            await new.ready
        except StartError:
            self._passing.remove(new)
            raise
        old = self._guards[spec.name]
        self._guards[spec.name] = new
        self._passing ^= {old, new}
        await _end([old], STOP_S)
        self._passing.remove(old)

    async def wait(self) -> None:
        """Returns never; raises what made the supervision itself fail."""
        while guards := [guard.task for guard in self._guards.values()]:
            done, _ = await asyncio.wait(guards, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                # One that was replaced is cancelled.
                if not task.cancelled():
                    task.result()

    async def stop(self, within_s: float = STOP_S) -> None:
        """Ends all processes; kills those that live on after `within_s`."""
        await _end(self._all(), within_s)
        self._guards.clear()
        self._passing.clear()

    def kill(self) -> None:
        for guard in self._all():
            guard.signal(signal.SIGKILL)

    def _all(self) -> list[_Guard]:
        return [*self._guards.values(), *self._passing]

    def _guard(self, spec: ProcessSpec) -> _Guard:
        return _Guard(spec, self._start_s, self._silence_s)


async def _end(guards: list[_Guard], within_s: float) -> None:
    """Ends their processes, those that live on after `within_s` by force."""
    for guard in guards:
        guard.task.cancel()
    await asyncio.gather(*(guard.task for guard in guards), return_exceptions=True)
    for guard in guards:
        guard.signal(signal.SIGTERM)
    ended = asyncio.gather(*(guard.ended() for guard in guards))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(ended), within_s)
    for guard in guards:
        guard.signal(signal.SIGKILL)
    await ended


class _Guard:
    """Keeps one process alive, until its task is cancelled: whoever does so ends the process."""

    def __init__(self, spec: ProcessSpec, start_s: float, silence_s: float) -> None:
        self.spec = spec
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start_s = start_s
        self._silence_s = silence_s
        self._life: Life | None = None
        self.task = asyncio.create_task(self._run(), name=f"supervisor: {spec.name}")

    def signal(self, number: signal.Signals) -> None:
        if self._life:
            self._life.signal(number)

    async def ended(self) -> None:
        if self._life:
            await self._life.wait()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        backoff = Backoff(FIRST_WAIT_S, LONGEST_WAIT_S)
        while True:
            started = loop.time()
            why = await self._live()
            if not self.ready.done():
                self.ready.set_exception(StartError(f"{self.spec.name} did not start: {why}."))
                return
            logger.warning("%s: %s; starting it again", self.spec.name, why)
            if loop.time() - started >= STABLE_S:
                backoff.reset()
            await asyncio.sleep(backoff.next_s())

    async def _live(self) -> str:
        """One life of the process; why it ended."""
        try:
            process, line = await begin(self.spec)
        except OSError as error:
            return str(error)
        self._life = Life(process, line, self.ready, self._start_s, self._silence_s)
        why = await self._life.end()
        self._life = None
        return f"process {process.pid} {why}"

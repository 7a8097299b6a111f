"""Starts processes, starts them again when they end or fall silent, and ends them together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streaming.domain.backoff import Backoff

logger = logging.getLogger(__name__)

#: Beats come every 0.5 s. Ten missing ones are a process that hangs, not one that is busy.
SILENCE_S = 5.0
#: Until the first beat. Generous: a cold start on a slow disk reads a hundred megabytes.
START_S = 30.0
#: The first restart is at once, as seen by a person; one that fails again and again is no load.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
#: Who lived this long did not fail at its start: the next wait is a short one again.
STABLE_S = 10.0
#: What `stop` leaves to the processes before it kills them.
STOP_S = 3.5


class StartError(Exception):
    """A process ended before it was ready for the first time."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to run. `--lifeline-fd N` is added to `argv`, see lifeline.py; with `lifeline_is_stdio`
    the line is the process's standard input and output instead."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    pass_fds: tuple[int, ...] = ()
    lifeline_is_stdio: bool = False


class Supervisor:
    """Keeps processes alive from `start` to `stop`."""

    def __init__(self, silence_s: float = SILENCE_S, start_s: float = START_S) -> None:
        self._silence_s = silence_s
        self._start_s = start_s
        self._guards: list[asyncio.Task[None]] = []
        self._lives: set[_Life] = set()

    async def start(self, *specs: ProcessSpec) -> None:
        """Returns when all are ready. Raises StartError when one ends before that."""
        ready = [asyncio.get_running_loop().create_future() for _ in specs]
        for spec, future in zip(specs, ready, strict=True):
            self._supervise(spec, future)
        await asyncio.gather(*ready)

    def keep(self, spec: ProcessSpec) -> None:
        """Starts a process that nothing waits for, and tries again when that fails."""
        ready = asyncio.get_running_loop().create_future()
        ready.set_result(None)
        self._supervise(spec, ready)

    async def wait(self) -> None:
        """Returns never; raises what made the supervision itself fail."""
        await asyncio.gather(*self._guards)

    async def stop(self, within_s: float = STOP_S) -> None:
        """Ends all processes; kills those that live on after `within_s`."""
        for guard in self._guards:
            guard.cancel()
        await asyncio.gather(*self._guards, return_exceptions=True)
        for life in self._lives:
            life.signal(signal.SIGTERM)
        ended = asyncio.gather(*(life.wait() for life in self._lives))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(ended), within_s)
        self.kill()
        await ended
        self._guards.clear()
        self._lives.clear()

    def kill(self) -> None:
        for life in self._lives:
            life.signal(signal.SIGKILL)

    def _supervise(self, spec: ProcessSpec, ready: asyncio.Future[None]) -> None:
        self._guards.append(asyncio.create_task(self._guard(spec, ready)))

    async def _guard(self, spec: ProcessSpec, ready: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        backoff = Backoff(FIRST_WAIT_S, LONGEST_WAIT_S)
        while True:
            started = loop.time()
            why = await self._live(spec, ready)
            if not ready.done():
                ready.set_exception(StartError(f"{spec.name} did not start: {why}."))
                return
            logger.warning("%s: %s; starting it again", spec.name, why)
            if loop.time() - started >= STABLE_S:
                backoff.reset()
            await asyncio.sleep(backoff.next_s())

    async def _live(self, spec: ProcessSpec, ready: asyncio.Future[None]) -> str:
        """One life of a process; why it ended."""
        try:
            process, line = await _begin(spec)
        except OSError as error:
            return str(error)
        life = _Life(process, line, ready, self._start_s, self._silence_s)
        # Not undone when cancelled: `stop` ends those it finds here.
        self._lives.add(life)
        why = await life.end()
        self._lives.remove(life)
        return f"process {process.pid} {why}"


async def _begin(spec: ProcessSpec) -> tuple[Process, socket.socket]:
    """The process, in a session of its own: Ctrl-C is for the supervisor. And our end."""
    ours, theirs = socket.socketpair()
    fd = theirs.fileno()
    by_option = not spec.lifeline_is_stdio
    try:
        process = await asyncio.create_subprocess_exec(
            *spec.argv,
            *(("--lifeline-fd", str(fd)) if by_option else ()),
            env=spec.env,
            stdin=DEVNULL if by_option else fd,
            stdout=None if by_option else fd,
            pass_fds=(*spec.pass_fds, fd) if by_option else spec.pass_fds,
            start_new_session=True,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


class _Life:
    """A running process and our end of its lifeline."""

    def __init__(
        self,
        process: Process,
        line: socket.socket,
        ready: asyncio.Future[None],
        start_s: float,
        silence_s: float,
    ) -> None:
        self.process = process
        self._line = line
        self._ready = ready
        self._silence_s = silence_s
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + start_s
        line.setblocking(False)
        self._loop.add_reader(line, self._read_beats)

    async def end(self) -> str:
        """Waits for the end, or brings it about when no beat comes; says how it came."""
        # Asked anew after each wait: the first beat brings the deadline forward, and beats that
        # came while the supervisor itself was stopped have been read by then.
        while (left_s := self._deadline - self._loop.time()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, self._silence_s)):
                    return _ending(await self.wait())
        self.signal(signal.SIGKILL)
        await self.wait()
        return "gave no sign of life and was killed"

    async def wait(self) -> int:
        code = await self.process.wait()
        self._loop.remove_reader(self._line)
        self._line.close()
        return code

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def _read_beats(self) -> None:
        try:
            beats = self._line.recv(1024)
        except ConnectionResetError:
            beats = b""
        if not beats:
            self._loop.remove_reader(self._line)
            return
        self._deadline = self._loop.time() + self._silence_s
        if not self._ready.done():
            self._ready.set_result(None)


def _ending(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

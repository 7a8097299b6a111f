"""One life of a process: started with a lifeline, and ended when it falls silent."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streaming.domain.pauses import pause_s

_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to run. `--lifeline-fd N` is added to `argv`, see lifeline.py; with `lifeline_is_stdio`
    the line is the process's standard input and output instead."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    pass_fds: tuple[int, ...] = ()
    lifeline_is_stdio: bool = False


async def begin(spec: ProcessSpec) -> tuple[Process, socket.socket]:
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


class Life:
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
        # In short waits: the first beat brings the deadline forward, and a pause of the supervisor
        # itself puts it off. Nobody could beat while the whole machine slept.
        while (left_s := self._deadline - (began_s := self._loop.time())) > 0:
            wait_s = min(left_s, _LOOK_EVERY_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    return _ending(await self.wait())
            self._deadline += pause_s(began_s, wait_s, self._loop.time())
        self.signal(signal.SIGKILL)
        await self.wait()
        return "gave no sign of life and was killed"

    async def wait(self) -> int:
        code = await self.process.wait()
        # Several may have waited.
        if self._line.fileno() != -1:
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

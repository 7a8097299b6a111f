from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from streaming.supervision import lifeline, process
from tests.processes import PATIENCE_S, standard

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[3]
CHILD = """
import asyncio, sys, time
from streaming.supervision import lifeline

async def main():
    stopped = asyncio.Event()
    holding = asyncio.create_task(lifeline.hold(int(sys.argv[1]), stopped.set))
    {work}
    await stopped.wait()
    print("stopped")

asyncio.run(main())
"""

Start = Callable[..., tuple[subprocess.Popen[str], socket.socket]]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def start(
            work: str = "", full: bool = False
        ) -> tuple[subprocess.Popen[str], socket.socket]:
            ours, theirs = (stack.enter_context(end) for end in socket.socketpair())
            ours.settimeout(PATIENCE_S)
            if full:
                fill(theirs)
            fd = theirs.fileno()
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD.format(work=work), str(fd)],
                cwd=ROOT,
                pass_fds=[fd],
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(child)
            stack.callback(child.kill)
            theirs.close()
            return child, ours

        yield start


def fill(line: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            line.send(bytes(4096), socket.MSG_DONTWAIT)


def test_the_first_beat_comes_at_once_and_others_follow(start: Start) -> None:
    _, line = start()
    assert [line.recv(1), line.recv(1), line.recv(1)] == [b".", b".", b"."]


def test_end_of_file_stops_the_process(start: Start) -> None:
    child, line = start()
    line.recv(1)
    line.close()
    assert child.wait(5) == 0
    assert standard(child.stdout).read() == "stopped\n"


def test_beats_left_unread_do_not_hide_the_end(start: Start) -> None:
    child, line = start()
    line.recv(1, socket.MSG_PEEK)
    line.close()
    assert child.wait(5) == 0


def test_a_process_whose_loop_hangs_is_ended_by_force(start: Start) -> None:
    child, line = start("await asyncio.sleep(0); time.sleep(60)")
    line.recv(1)
    line.close()
    assert child.wait(3 * lifeline.GRACE_S) == 1


def test_a_supervisor_that_reads_nothing_holds_nobody_up(start: Start) -> None:
    child, _ = start("asyncio.get_running_loop().call_later(1, stopped.set)", full=True)
    assert child.wait(PATIENCE_S) == 0


def test_it_is_not_passed_on(start: Start) -> None:
    child, line = start(
        "await asyncio.sleep(0);await asyncio.create_subprocess_exec('sleep', '3', close_fds=False)"
    )
    line.recv(1)
    child.kill()
    line.settimeout(1)
    while line.recv(16):
        pass


def test_threads_that_compute_let_the_event_loop_in_soon() -> None:
    async def ends_at_once() -> None:
        assert sys.getswitchinterval() == pytest.approx(0.001)

    # What is set for this process is the tests' own again afterwards.
    before = sys.getswitchinterval()
    try:
        with pytest.raises(ExceptionGroup) as raised:
            process.run(ends_at_once(), None)
        assert raised.group_contains(RuntimeError, match="The work has ended")
    finally:
        sys.setswitchinterval(before)

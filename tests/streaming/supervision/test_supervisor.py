from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from streaming.domain.backoff import Backoff
from streaming.supervision.life import ProcessSpec
from streaming.supervision.supervisor import StartError, Supervisor
from tests.processes import is_alive
from tests.streaming.supervision.served import LOST_S, START_S
from tests.streaming.waiting import until

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[3]
CHILD = """
import asyncio, os, signal, sys, time
from pathlib import Path
from streaming.supervision import lifeline

async def main():
    with Path(sys.argv[1]).open("a") as pids:
        print(os.getpid(), file=pids)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    holding = asyncio.create_task(lifeline.hold(int(sys.argv[-1]), stopped.set))
    {work}
    await stopped.wait()

{first}
asyncio.run(main())
"""


class Child:
    """A process to be supervised; each of its lives leaves its pid in a file."""

    def __init__(self, path: Path, work: str = "", first: str = "") -> None:
        self._path = path
        path.touch()
        code = CHILD.format(work=work, first=first)
        self.spec = ProcessSpec(
            path.name,
            [sys.executable, "-c", code, str(path)],
            {**os.environ, "PYTHONPATH": str(ROOT)},
        )

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self._path.read_text().splitlines()]

    async def next_life(self) -> int:
        """The pid of the first life after the present one."""
        lives = len(self.pids)
        await until(lambda: len(self.pids) > lives, LOST_S)
        return self.pids[lives]


Make = Callable[..., Child]


@pytest.fixture
def child(tmp_path: Path) -> Make:
    return lambda name="child", **options: Child(tmp_path / name, **options)


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(silence_s=1, start_s=30)
    yield supervisor
    await supervisor.stop(within_s=1)


async def test_it_waits_until_all_are_ready(supervisor: Supervisor, child: Make) -> None:
    first, second = child("first"), child("second")
    await supervisor.start(first.spec, second.spec)
    assert all(map(is_alive, first.pids + second.pids))


async def test_a_process_that_cannot_start_is_an_error(supervisor: Supervisor, child: Make) -> None:
    with pytest.raises(StartError, match=r"child did not start: .* ended with code 3"):
        await supervisor.start(child(first="sys.exit(3)").spec)


async def test_a_program_that_does_not_exist_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(StartError, match="/nowhere/web"):
        await supervisor.start(ProcessSpec("web", ["/nowhere/web"], {}))


async def test_a_process_that_never_says_ready_is_an_error(child: Make) -> None:
    supervisor = Supervisor(start_s=0.5)
    with pytest.raises(StartError, match="no sign of life"):
        await supervisor.start(child(first="time.sleep(60)").spec)
    await supervisor.stop()


async def test_a_killed_process_is_replaced_at_once(supervisor: Supervisor, child: Make) -> None:
    victim = child()
    await supervisor.start(victim.spec)
    os.kill(victim.pids[0], signal.SIGKILL)
    assert is_alive(await victim.next_life())


async def test_each_replacement_is_logged_with_name_pid_and_reason(
    supervisor: Supervisor, child: Make, caplog: pytest.LogCaptureFixture
) -> None:
    victim = child()
    await supervisor.start(victim.spec)
    os.kill(victim.pids[0], signal.SIGKILL)
    await victim.next_life()
    assert caplog.messages == [
        f"child: process {victim.pids[0]} was ended by SIGKILL; starting it again"
    ]


async def test_a_frozen_process_is_replaced(supervisor: Supervisor, child: Make) -> None:
    victim = child()
    await supervisor.start(victim.spec)
    os.kill(victim.pids[0], signal.SIGSTOP)
    assert is_alive(await victim.next_life())
    assert not is_alive(victim.pids[0])


async def test_a_process_whose_loop_hangs_is_replaced(supervisor: Supervisor, child: Make) -> None:
    victim = child(work="await asyncio.sleep(0.1); time.sleep(60)")
    await supervisor.start(victim.spec)
    await victim.next_life()
    assert not is_alive(victim.pids[0])


async def test_one_that_nothing_waits_for_may_fail_at_its_start(
    supervisor: Supervisor, child: Make
) -> None:
    optional = child(first="open(sys.argv[1], 'a').write('1\\n'); sys.exit(1)")
    supervisor.keep(optional.spec)
    await until(lambda: len(optional.pids) >= 2)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between restarts: noted, without the chance in them, and not waited for."""
    noted: list[float] = []

    class NotedBackoff(Backoff):
        def next_s(self) -> float:
            noted.append(super().next_s())
            return 0

    monkeypatch.setattr("streaming.supervision.supervisor.Backoff", NotedBackoff)
    monkeypatch.setattr("streaming.domain.backoff.random.uniform", lambda _, most: most)
    return noted


async def test_one_that_fails_again_and_again_is_started_ever_more_rarely(
    supervisor: Supervisor, child: Make, waits: list[float]
) -> None:
    await supervisor.start(child(work="await asyncio.sleep(0.05); sys.exit(1)").spec)
    await until(lambda: len(waits) >= 8, START_S)
    assert waits[:8] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]


async def test_one_that_lived_long_is_started_again_soon(
    supervisor: Supervisor, child: Make, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.supervision.supervisor.STABLE_S", 0)
    await supervisor.start(child(work="await asyncio.sleep(0.05); sys.exit(1)").spec)
    await until(lambda: len(waits) >= 3)
    assert waits[:3] == [0.1, 0.1, 0.1]


async def test_a_renewed_process_stands_in_before_the_old_one_ends(
    supervisor: Supervisor, child: Make
) -> None:
    # Before its first beat.
    changing = child(work="time.sleep(0.5)")
    await supervisor.start(changing.spec)
    renewal = asyncio.create_task(supervisor.renew(changing.spec))
    (old,) = changing.pids
    await changing.next_life()
    assert is_alive(old)
    await renewal
    assert [is_alive(pid) for pid in changing.pids] == [False, True]


async def test_a_renewed_process_is_replaced_when_it_ends(
    supervisor: Supervisor, child: Make, caplog: pytest.LogCaptureFixture
) -> None:
    changing = child()
    await supervisor.start(changing.spec)
    await supervisor.renew(changing.spec)
    assert caplog.messages == []
    os.kill(changing.pids[1], signal.SIGKILL)
    assert is_alive(await changing.next_life())


async def test_one_that_cannot_start_leaves_the_old_one_at_work(
    supervisor: Supervisor, child: Make
) -> None:
    works, fails = child(), child(first="sys.exit(3)")
    await supervisor.start(works.spec)
    with pytest.raises(StartError, match="ended with code 3"):
        await supervisor.renew(fails.spec)
    assert is_alive(works.pids[0])


async def test_stop_in_the_middle_of_a_renewal_leaves_nothing(
    supervisor: Supervisor, child: Make
) -> None:
    deaf = child(first="signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])")
    await supervisor.start(deaf.spec)
    renewal = asyncio.create_task(supervisor.renew(deaf.spec))
    await deaf.next_life()
    renewal.cancel()
    await supervisor.stop(within_s=0.5)
    assert not any(map(is_alive, deaf.pids))


async def test_a_renewal_is_no_failure_of_the_supervision(
    supervisor: Supervisor, child: Make
) -> None:
    changing = child()
    await supervisor.start(changing.spec)
    waiting = asyncio.create_task(supervisor.wait())
    await supervisor.renew(changing.spec)
    await asyncio.sleep(0.1)
    assert not waiting.done()
    waiting.cancel()


async def test_stop_ends_all(supervisor: Supervisor, child: Make) -> None:
    first, second = child("first"), child("second")
    await supervisor.start(first.spec, second.spec)
    await supervisor.stop()
    assert not any(map(is_alive, first.pids + second.pids))


async def test_stop_kills_what_does_not_end(supervisor: Supervisor, child: Make) -> None:
    deaf = child(first="signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])")
    await supervisor.start(deaf.spec)
    started = time.monotonic()
    await supervisor.stop(within_s=0.5)
    assert time.monotonic() - started < LOST_S
    assert not is_alive(deaf.pids[0])


async def test_kill_cuts_a_stop_short(supervisor: Supervisor, child: Make) -> None:
    deaf = child(first="signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])")
    await supervisor.start(deaf.spec)
    stopping = asyncio.create_task(supervisor.stop(within_s=60))
    await asyncio.sleep(0.1)
    supervisor.kill()
    async with asyncio.timeout(LOST_S):
        await stopping


async def test_stop_in_the_middle_of_a_start_leaves_nothing(
    supervisor: Supervisor, child: Make
) -> None:
    slow = child(first="Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)")
    starting = asyncio.create_task(supervisor.start(slow.spec))
    await until(lambda: slow.pids)
    starting.cancel()
    await supervisor.stop()
    assert not is_alive(slow.pids[0])


async def test_ctrl_c_in_the_terminal_is_not_for_the_children(
    supervisor: Supervisor, child: Make
) -> None:
    apart = child()
    await supervisor.start(apart.spec)
    assert os.getsid(apart.pids[0]) == apart.pids[0] != os.getsid(0)


async def test_a_supervisor_that_was_stopped_itself_replaces_nobody(
    supervisor: Supervisor, child: Make
) -> None:
    patient = child()
    await supervisor.start(patient.spec)
    time.sleep(2)  # noqa: ASYNC251
    await asyncio.sleep(0.2)
    assert patient.pids == patient.pids[:1]
    assert is_alive(patient.pids[0])


async def test_a_machine_that_slept_replaces_nobody(child: Make) -> None:
    supervisor, sleeping = Supervisor(silence_s=2), child()
    await supervisor.start(sleeping.spec)
    os.kill(sleeping.pids[0], signal.SIGSTOP)
    time.sleep(3)  # noqa: ASYNC251
    # It wakes a little later than its supervisor.
    await asyncio.sleep(0.1)
    os.kill(sleeping.pids[0], signal.SIGCONT)
    await asyncio.sleep(0.5)
    pids = sleeping.pids
    await supervisor.stop()
    assert len(pids) == 1

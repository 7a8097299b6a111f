"""A system under attack, and what its processes hold."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from streaming.backplane.facts import ProcessFacts
from streaming.backplane.store import Store
from tests.chaos.system import Owner
from tests.e2e.system import System
from tests.hostile.witness import Seen, Witness
from tests.streaming.waiting import until

#: Promised are 0.1 s for each: on a quiet machine.
MAX_LAG_S = 0.3
MAX_GAP_S = 0.5
#: Beside others a process has less of a core than it would take, and each step takes longer: by
#: this factor, which is measured. More than so much is no excuse.
MAX_CROWDING = 2.0
#: Promised are 5 MB; a heap that has been larger once keeps a little more. Threads have so few
#: arenas, and these are trimmed so often (process/heap.py), that it is the same on any machine.
MAX_MORE_BYTES = 15_000_000
MAX_MORE_DESCRIPTORS = 3
#: Promised are 20 s.
BACK_WITHIN_S = 30.0
#: A process tells its facts every second, and its lag over ten.
TOLD_S = 2.5
_CALM_WITHIN_S = 15.0
_CALM_LAG_S = 0.1

Facts = Mapping[str, ProcessFacts]


@dataclass(slots=True)
class Harm:
    """What an attack did."""

    seen: Seen
    #: The worst of each role while it lasted.
    lag_s: Mapping[str, float]
    #: Roles some process of which is not there any more.
    died: set[str]
    #: How much longer than on a machine of its own the event loop of a role took for its work.
    crowding: Mapping[str, float] = field(default_factory=dict)

    def assert_unnoticed(self) -> None:
        print(self)
        assert not self.died
        assert self.seen.reconnects == 0
        assert self.seen.sessions == 1
        # Who was late themselves cannot tell whose fault a gap was.
        own_s = self.seen.own_lag_s
        excuse = {role: min(self.crowding.get(role, 1.0), MAX_CROWDING) for role in self.lag_s}
        assert self.seen.gap_s <= MAX_GAP_S * max(excuse.values()) + own_s
        for role, lag_s in self.lag_s.items():
            assert lag_s <= MAX_LAG_S * excuse[role] + own_s, role


@dataclass(frozen=True, slots=True)
class CpuTime:
    """For how long a thread ran, and for how long it could have run and waited for a core."""

    ran_s: float
    waited_s: float

    def since(self, earlier: CpuTime) -> CpuTime:
        return CpuTime(self.ran_s - earlier.ran_s, self.waited_s - earlier.waited_s)

    @property
    def crowding(self) -> float:
        return 1.0 + self.waited_s / self.ran_s if self.ran_s else 1.0


def cpu_time(pid: int) -> CpuTime:
    """Of a process's first thread, which has its event loop (proc(5), schedstat)."""
    try:
        ran_ns, waited_ns, _ = map(int, Path(f"/proc/{pid}/schedstat").read_text().split())
    except (FileNotFoundError, ProcessLookupError):  # Not every kernel counts it.
        return CpuTime(0.0, 0.0)
    return CpuTime(ran_ns / 1e9, waited_ns / 1e9)


class Stand:
    """One system with its witness; `owner` is signed in, `url` the server's address."""

    def __init__(self, system: System, owner: Owner, witness: Witness) -> None:
        self.system = system
        self.owner = owner
        self.url = system.url
        self._witness = witness
        self._redis = redis.Redis.from_url(_redis_url(system))
        self._base: Facts = {}
        self._pids: dict[str, set[int]] = {}
        self._cpu_times: dict[int, CpuTime] = {}

    def facts(self) -> Facts:
        """What each process says it counts and holds, by its id."""
        return {each.id: each for each in Store(self._redis).processes()}

    async def settle(self) -> None:
        """Wait until nothing lags any more, and take what is there for the base."""
        with contextlib.suppress(TimeoutError):
            await until(lambda: self._lag_s() <= _CALM_LAG_S, _CALM_WITHIN_S)
        self._base = self.facts()
        self._pids = {role: set(self.system.pids(role)) for role in _ROLES}
        self._cpu_times = {pid: cpu_time(pid) for pids in self._pids.values() for pid in pids}
        self._witness.ask()

    @contextlib.asynccontextmanager
    async def attack(self) -> AsyncIterator[Harm]:
        """What its block does to the system: known when it has ended."""
        await self.settle()
        harm = Harm(Seen(), {}, set())
        yield harm
        await asyncio.sleep(TOLD_S)
        harm.seen = self._witness.ask()
        now = self.facts()
        harm.lag_s = {
            role: max((each.loop_lag_s for each in now.values() if each.role == role), default=0.0)
            for role in _ROLES
        }
        harm.died = {role for role in _ROLES if self._pids[role] - set(self.system.pids(role))}
        harm.crowding = {role: self._crowding(role) for role in _ROLES}

    async def assert_back_to_base(
        self, within_s: float = BACK_WITHIN_S, max_more_bytes: int = MAX_MORE_BYTES
    ) -> None:
        """That each process holds no more than before the attack, soon."""
        most = {**_MOST, "memory_bytes": max_more_bytes}
        begun_s = time.monotonic()
        try:
            await until(lambda: not self._excess(most), within_s)
        except TimeoutError:
            raise AssertionError(f"after {within_s:.0f} s: {self._excess(most)}") from None
        print(f"back to base after {time.monotonic() - begun_s:.1f} s")

    def stored(self) -> bytes:
        """All that is kept in Redis."""
        keys = [key for key in self._redis.scan_iter() if self._redis.type(key) == b"hash"]
        stored: list[Any] = [value for key in keys for value in self._redis.hvals(key)]
        return b"\n".join(stored)

    def limited(self, limit: str) -> int:
        """How often all processes together refused by this limit."""
        return sum(each.limited.get(limit, 0) for each in self.facts().values())

    def _lag_s(self) -> float:
        return max((each.loop_lag_s for each in self.facts().values()), default=0.0)

    def _crowding(self, role: str) -> float:
        """Since `settle`; 1.0 of a process that never waited for a core."""
        return max(
            (
                cpu_time(pid).since(self._cpu_times[pid]).crowding
                for pid in self._pids[role] & set(self.system.pids(role))
            ),
            default=1.0,
        )

    def _excess(self, most: Mapping[str, int]) -> list[str]:
        return [
            f"{each.role}: {name} {getattr(base, name)} -> {getattr(each, name)}"
            for each in self.facts().values()
            if (base := self._base.get(each.id))
            for name, more in most.items()
            if getattr(each, name) > getattr(base, name) + more
        ]


def _redis_url(system: System) -> str:
    """That of the embedded Valkey, as `serve` told its processes."""
    [pid, *_] = system.pids("web")
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    [url] = [each.removeprefix("REDIS_URL=") for each in variables if each.startswith("REDIS_URL=")]
    return url


_ROLES = ("web", "ingest")
_MOST = {"memory_bytes": MAX_MORE_BYTES, "descriptors": MAX_MORE_DESCRIPTORS, "tasks": 3}

"""What the doctor finds on the server: facts in, findings out.

doctor/words.py has the sentences.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

#: Below it the database can hardly be written; live video goes on.
MIN_DISK_BYTES = 100_000_000
LOW_DISK_BYTES = 1_000_000_000
#: Redis delays each frame by that, which is as long as a frame lasts.
SLOW_REDIS_MS = 30.0
FULL_REDIS_SHARE = 0.9
#: What a process opens beside its connections: database, Redis, logs.
OWN_DESCRIPTORS = 200
#: `serve` renews its certificate 30 days before the end.
LATE_RENEWAL_DAYS = 28
#: Of an event loop, at worst within ten seconds.
SLOW_LOOP_S = 0.5
FEW_PORTS_SHARE = 0.1


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(StrEnum):
    """What is looked at, in the order in which it is shown."""

    SERVING = "serving"
    ADDRESSES = "addresses"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    PROCESSES = "processes"
    REDIS = "redis"
    DATABASE = "database"
    DISK = "disk"
    DESCRIPTORS = "descriptors"
    UDP_PORTS = "udp_ports"
    ICE_SERVERS = "ice_servers"


class Found(StrEnum):
    """What a check can find, and how bad that is."""

    verdict: Verdict

    def __new__(cls, value: str, verdict: Verdict = Verdict.OK) -> Found:
        found = str.__new__(cls, value)
        found._value_ = value
        found.verdict = verdict
        return found

    NO_ANSWER = "no_answer", Verdict.PROBLEM
    SERVING = "serving"
    OTHER_SERVER = "other_server"
    NOT_RUNNING = "not_running", Verdict.WARNING
    PORTS_CLOSED = "ports_closed", Verdict.PROBLEM
    SECURE_FOR_OTHERS = "secure_for_others"
    INSECURE_FOR_OTHERS = "insecure_for_others", Verdict.WARNING
    BEHIND_A_PROXY = "behind_a_proxy"
    ONLY_HERE = "only_here", Verdict.WARNING
    NO_PROXY = "no_proxy"
    PROXY_TRUSTED = "proxy_trusted"
    PROXY_NOT_TRUSTED = "proxy_not_trusted", Verdict.PROBLEM
    CERTIFICATE_GOOD = "certificate_good"
    CERTIFICATE_LATE = "certificate_late", Verdict.WARNING
    CERTIFICATE_EXPIRED = "certificate_expired", Verdict.PROBLEM
    CERTIFICATE_MISSING = "certificate_missing", Verdict.PROBLEM
    PROCESSES_GOOD = "processes_good"
    PROCESSES_SLOW = "processes_slow", Verdict.WARNING
    NO_INGEST = "no_ingest", Verdict.PROBLEM
    REDIS_GOOD = "redis_good"
    REDIS_SLOW = "redis_slow", Verdict.WARNING
    REDIS_FULL = "redis_full", Verdict.WARNING
    REDIS_EVICTS = "redis_evicts", Verdict.WARNING
    REDIS_AWAY = "redis_away", Verdict.PROBLEM
    DATABASE_GOOD = "database_good"
    DATABASE_OLD = "database_old", Verdict.PROBLEM
    DATABASE_READ_ONLY = "database_read_only", Verdict.PROBLEM
    DATABASE_AWAY = "database_away", Verdict.PROBLEM
    DISK_GOOD = "disk_good"
    DISK_LOW = "disk_low", Verdict.WARNING
    DISK_FULL = "disk_full", Verdict.PROBLEM
    DESCRIPTORS_GOOD = "descriptors_good"
    DESCRIPTORS_FEW = "descriptors_few", Verdict.WARNING
    UDP_ANY = "udp_any"
    UDP_FREE = "udp_free"
    UDP_FEW = "udp_few", Verdict.WARNING
    UDP_TAKEN = "udp_taken", Verdict.PROBLEM
    ICE_NONE = "ice_none"
    ICE_ANSWER = "ice_answer"
    ICE_SILENT = "ice_silent", Verdict.PROBLEM


@dataclass(frozen=True, slots=True)
class Finding:
    check: Check
    found: Found
    #: What the words name: numbers and kinds, nothing private.
    values: Mapping[str, str | int] = field(default_factory=dict)
    #: Addresses of this server, to be shown beside: no part of a report.
    places: Sequence[str] = ()

    @property
    def verdict(self) -> Verdict:
        return self.found.verdict


class Fact(ABC):
    """What was learned by one check."""

    check: ClassVar[Check]

    @abstractmethod
    def finding(self) -> Finding:
        """What that means."""

    def _finds(self, found: Found, places: Sequence[str] = (), **values: str | int) -> Finding:
        return Finding(self.check, found, values, places)


def findings(facts: Iterable[Fact]) -> list[Finding]:
    """One of each fact, in the order of the checks."""
    order = list(Check)
    return sorted((fact.finding() for fact in facts), key=lambda each: order.index(each.check))


def worst(found: Iterable[Finding]) -> Verdict:
    verdicts = [each.verdict for each in found]
    return max(verdicts, key=list(Verdict).index, default=Verdict.OK)


@dataclass(frozen=True, slots=True)
class NoAnswer(Fact):
    """A question that took too long or failed in a way that nobody foresaw."""

    check: Check  # type: ignore[misc]
    #: The kind of failure: its text may name what is private.
    error: str

    def finding(self) -> Finding:
        return self._finds(Found.NO_ANSWER, error=self.error)


@dataclass(frozen=True, slots=True)
class Serving(Fact):
    """Where this server listens, and which of these ports take no connection."""

    check: ClassVar[Check] = Check.SERVING
    is_running: bool
    ports: Sequence[int] = ()
    closed: Sequence[int] = ()

    def finding(self) -> Finding:
        if not self.ports:
            return self._finds(Found.OTHER_SERVER if self.is_running else Found.NOT_RUNNING)
        if self.closed:
            return self._finds(Found.PORTS_CLOSED, ports=_listed(self.closed))
        return self._finds(Found.SERVING, ports=_listed(self.ports))


@dataclass(frozen=True, slots=True)
class Addresses(Fact):
    """Where other devices find this server."""

    check: ClassVar[Check] = Check.ADDRESSES
    insecure: Sequence[str]
    secure: Sequence[str]
    has_proxies: bool

    def finding(self) -> Finding:
        if self.secure:
            return self._finds(Found.SECURE_FOR_OTHERS, self.secure)
        if self.has_proxies:
            return self._finds(Found.BEHIND_A_PROXY)
        if self.insecure:
            return self._finds(Found.INSECURE_FOR_OTHERS, self.insecure)
        return self._finds(Found.ONLY_HERE)


@dataclass(frozen=True, slots=True)
class Proxy(Fact):
    """What a request says of its way here."""

    check: ClassVar[Check] = Check.PROXY
    #: By X-Forwarded-For or X-Forwarded-Proto.
    is_forwarded: bool
    #: Whether what these headers say was taken over.
    is_believed: bool

    def finding(self) -> Finding:
        if not self.is_forwarded:
            return self._finds(Found.NO_PROXY)
        return self._finds(Found.PROXY_TRUSTED if self.is_believed else Found.PROXY_NOT_TRUSTED)


@dataclass(frozen=True, slots=True)
class Certificate(Fact):
    """Of the TLS listener; None where there is none to be read."""

    check: ClassVar[Check] = Check.CERTIFICATE
    days_left: int | None

    def finding(self) -> Finding:
        if self.days_left is None:
            return self._finds(Found.CERTIFICATE_MISSING)
        if self.days_left < 0:
            return self._finds(Found.CERTIFICATE_EXPIRED)
        is_late = self.days_left < LATE_RENEWAL_DAYS
        found = Found.CERTIFICATE_LATE if is_late else Found.CERTIFICATE_GOOD
        return self._finds(found, days=self.days_left)


@dataclass(frozen=True, slots=True)
class Processes(Fact):
    check: ClassVar[Check] = Check.PROCESSES
    web: int
    ingest: int
    #: By how much the slowest event loop was late.
    lag_s: float

    def finding(self) -> Finding:
        if not self.ingest:
            return self._finds(Found.NO_INGEST)
        if self.lag_s > SLOW_LOOP_S:
            return self._finds(Found.PROCESSES_SLOW, lag_ms=round(1000 * self.lag_s))
        return self._finds(Found.PROCESSES_GOOD, web=self.web, ingest=self.ingest)


@dataclass(frozen=True, slots=True)
class Redis(Fact):
    """None of it where it can't be reached."""

    check: ClassVar[Check] = Check.REDIS
    name: str = ""
    version: str = ""
    round_trip_ms: float = 0.0
    memory_bytes: int = 0
    #: 0 where there is no limit.
    max_memory_bytes: int = 0
    policy: str = "noeviction"

    def finding(self) -> Finding:
        if not self.name:
            return self._finds(Found.REDIS_AWAY)
        if self.round_trip_ms > SLOW_REDIS_MS:
            return self._finds(Found.REDIS_SLOW, ms=round(self.round_trip_ms))
        if self.max_memory_bytes and self.policy != "noeviction":
            return self._finds(Found.REDIS_EVICTS, policy=self.policy)
        if self.memory_bytes > FULL_REDIS_SHARE * (self.max_memory_bytes or float("inf")):
            percent = round(100 * self.memory_bytes / self.max_memory_bytes)
            return self._finds(Found.REDIS_FULL, percent=percent)
        megabytes = round(self.memory_bytes / 1e6)
        name = f"{self.name} {self.version}"
        return self._finds(Found.REDIS_GOOD, name=name, megabytes=megabytes)


@dataclass(frozen=True, slots=True)
class Database(Fact):
    check: ClassVar[Check] = Check.DATABASE
    name: str
    is_there: bool = True
    is_writable: bool = True
    #: Migrations that were not applied.
    unapplied: int = 0

    def finding(self) -> Finding:
        if not self.is_there:
            return self._finds(Found.DATABASE_AWAY)
        if not self.is_writable:
            return self._finds(Found.DATABASE_READ_ONLY)
        if self.unapplied:
            return self._finds(Found.DATABASE_OLD, count=self.unapplied)
        return self._finds(Found.DATABASE_GOOD, name=self.name)


@dataclass(frozen=True, slots=True)
class Disk(Fact):
    check: ClassVar[Check] = Check.DISK
    free_bytes: int

    def finding(self) -> Finding:
        megabytes = self.free_bytes // 1_000_000
        if self.free_bytes < MIN_DISK_BYTES:
            return self._finds(Found.DISK_FULL, megabytes=megabytes)
        if self.free_bytes < LOW_DISK_BYTES:
            return self._finds(Found.DISK_LOW, megabytes=megabytes)
        return self._finds(Found.DISK_GOOD, gigabytes=self.free_bytes // 1_000_000_000)


@dataclass(frozen=True, slots=True)
class Descriptors(Fact):
    """How many files and sockets the system allows a process, and the settings ask for."""

    check: ClassVar[Check] = Check.DESCRIPTORS
    allowed: int
    connections: int

    def finding(self) -> Finding:
        needed = self.connections + OWN_DESCRIPTORS
        is_enough = self.allowed >= needed
        found = Found.DESCRIPTORS_GOOD if is_enough else Found.DESCRIPTORS_FEW
        return self._finds(found, allowed=self.allowed, needed=needed)


@dataclass(frozen=True, slots=True)
class UdpPorts(Fact):
    """Those of UDP_PORTS; without any, the system gives ports away."""

    check: ClassVar[Check] = Check.UDP_PORTS
    total: int
    free: int

    def finding(self) -> Finding:
        if not self.total:
            return self._finds(Found.UDP_ANY)
        if not self.free:
            return self._finds(Found.UDP_TAKEN, total=self.total)
        is_few = self.free < FEW_PORTS_SHARE * self.total
        found = Found.UDP_FEW if is_few else Found.UDP_FREE
        return self._finds(found, free=self.free, total=self.total)


@dataclass(frozen=True, slots=True)
class IceServers(Fact):
    """STUN and TURN servers, and which of them don't answer."""

    check: ClassVar[Check] = Check.ICE_SERVERS
    total: int
    silent: Sequence[str] = ()

    def finding(self) -> Finding:
        if not self.total:
            return self._finds(Found.ICE_NONE)
        if self.silent:
            silent = len(self.silent)
            return self._finds(Found.ICE_SILENT, self.silent, silent=silent, total=self.total)
        return self._finds(Found.ICE_ANSWER, total=self.total)


def _listed(ports: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(set(ports))))

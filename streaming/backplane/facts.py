"""What the processes say of themselves, and Redis of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

#: What a process says of itself holds for so long; it says it every second.
PROCESS_TTL_S = 5


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What one process counts; `role` is web, ingest or pull."""

    id: str
    role: str
    publishers: int = 0
    peers: int = 0
    viewers: int = 0
    cached: int = 0
    #: Writes that Redis did not take since the process began.
    lost_writes: int = 0
    #: Rows that the audit log lacks, since the process began.
    lost_audit_events: int = 0
    #: Frames that made way for newer ones, since the process began.
    skipped: int = 0
    #: Viewers that were cut off because they read nothing, since the process began.
    cut_off: int = 0
    #: Messages of cameras that were refused, by reason, since the process began.
    refused: Mapping[str, int] = field(default_factory=dict)
    #: Packets that were refused on their way to a peer, by reason, since the process began.
    refused_packets: Mapping[str, int] = field(default_factory=dict)
    #: How late viewers drew pictures, since the process began (domain/latencies.py, Histogram).
    latency_counts: list[int] = field(default_factory=list)
    latency_sum_ms: float = 0.0
    #: What limits refused, by limit, since the process began.
    limited: Mapping[str, int] = field(default_factory=dict)
    #: By how much the event loop was late at worst in the last ten seconds.
    loop_lag_s: float = 0.0
    tasks: int = 0
    memory_bytes: int = 0
    descriptors: int = 0
    #: Of the machine that it runs on.
    host: str = ""
    pid: int = 0
    #: Server time at which it began, ms.
    started_at: float = 0.0
    #: Minutes of cameras that the database did not take, since the process began.
    lost_minutes: int = 0


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Of Redis or Valkey itself."""

    name: str
    version: str
    uptime_s: int
    memory_bytes: int
    #: 0 where there is no limit.
    max_memory_bytes: int
    #: What becomes of data where there is no room for more.
    policy: str = "noeviction"


def read_processes(answers: list[bytes | None]) -> list[ProcessFacts]:
    # A process of a newer version may say more.
    known = {field.name for field in fields(ProcessFacts)}
    said = [json.loads(answer) for answer in answers if answer]
    return [ProcessFacts(**{name: each[name] for name in known & each.keys()}) for each in said]


def encode_process(facts: ProcessFacts) -> str:
    return json.dumps(asdict(facts))


def read_server(answer: Mapping[str, Any]) -> ServerFacts:
    is_valkey = "valkey_version" in answer
    return ServerFacts(
        "Valkey" if is_valkey else "Redis",
        str(answer["valkey_version" if is_valkey else "redis_version"]),
        answer["uptime_in_seconds"],
        answer["used_memory"],
        answer["maxmemory"],
        str(answer.get("maxmemory_policy", "noeviction")),
    )

"""What Redis knows of a camera as of now: the process that takes it in says one part, those of its
viewers the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast
from uuid import UUID

from streaming.backplane import server_time
from streaming.domain.liveness import PROCESS_SILENT, State

#: A live state not refreshed for so long belongs to an ingest process that died. It is written
#: every second, and `last_seen` with every tenth frame.
SILENT_MS = 2_500
#: What a web process says of its viewers holds for so long; it says it every second.
WATCHING_MS = 3_000


@dataclass(frozen=True, slots=True)
class LiveState:
    """One camera as of now. Times are server time in ms."""

    state: State = State.OFF
    reason: str = ""
    #: When the state began: for `lost` the last sign of life, for `off` the end of the session.
    since: float = 0.0
    session: int = 0
    #: Who publishes, or did when it was last live.
    publisher: str = ""
    transport: str = ""
    connected_at: float = 0.0
    last_seen: float = 0.0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    bits_per_s: float = 0.0
    frames: int = 0
    bytes: int = 0
    dropped: int = 0
    #: Since the camera connected, of the frames those of video.
    video_frames: int = 0
    #: From the capture to the ingest process, mean of the last second.
    uplink_ms: float = 0.0
    #: From the capture to the encoded picture, mean of the last second, as the camera says.
    encode_ms: float = 0.0
    #: The video codecs that the camera may send, best first, and the one that is wanted now, or "".
    codecs: tuple[str, ...] = ()
    video: str = ""
    #: Whether JPEG pictures are wanted up to the camera's frame rate, and not only stills.
    jpeg: bool = False
    #: By how many steps the camera has lowered its quality.
    level: int = 0
    #: Names of those who watch; "" is a visitor who has not signed in.
    watching: tuple[str, ...] = ()
    #: How late they last drew a picture, ms since its capture; of those who said so lately.
    latencies_ms: tuple[int, ...] = ()

    @property
    def stopped_ms(self) -> float | None:
        """When the last picture can have come; None while more may come."""
        return self.since if self.state in (State.OFF, State.LOST) else None

    @property
    def filming(self) -> str:
        """Who publishes now, or ""."""
        return self.publisher if self.stopped_ms is None else ""


def ask(pipeline: Any, camera_ids: Iterable[UUID]) -> None:
    """Put the questions for the states of these cameras into a pipeline."""
    server_time.ask(pipeline)
    for camera_id in camera_ids:
        pipeline.hgetall(f"client:{camera_id}")
        pipeline.hgetall(f"watching:{camera_id}")


def read(camera_ids: Sequence[UUID], answers: list[Any], own_ms: float) -> list[LiveState]:
    """The answers to them, in the order of the cameras.

    `own_ms` is server time as the process that reads keeps it. Silent is who is so by both clocks:
    when somebody sets that of Redis, it is wrong until a process has noticed.
    """
    time, shift, *hashes = answers
    now_ms = min(server_time.read(time, shift).now, own_ms)
    return [
        _live_state(hashes[2 * place], hashes[2 * place + 1], now_ms)
        for place in range(len(camera_ids))
    ]


def _live_state(
    client: Mapping[bytes, bytes], watching: Mapping[bytes, bytes], now_ms: float
) -> LiveState:
    state = _decode(client)
    silent = now_ms - state.last_seen > SILENT_MS
    if silent and state.state in (State.LIVE, State.PAUSED, State.CONNECTING):
        state = replace(
            state,
            state=State.LOST,
            reason=PROCESS_SILENT,
            since=state.last_seen,
            fps=0.0,
            bits_per_s=0.0,
        )
    said = _said(watching, now_ms)
    return replace(
        state,
        watching=tuple(name for each in said for name in each["names"]),
        latencies_ms=tuple(ms for each in said for ms in each["latencies_ms"]),
    )


#: Kept elsewhere, by the web processes.
_OF_VIEWERS = ("watching", "latencies_ms")


def encode_live(state: LiveState) -> dict[str, str]:
    """The hash of a live state; who watches is kept elsewhere."""
    said = asdict(state) | {"codecs": " ".join(state.codecs), "jpeg": int(state.jpeg)}
    return {name: str(value) for name, value in said.items() if name not in _OF_VIEWERS}


def _decode(answer: Mapping[bytes, bytes]) -> LiveState:
    given = {name.decode(): value.decode() for name, value in answer.items()}
    return LiveState(
        **cast(Any, {name: parse(given[name]) for name, parse in _LIVE.items() if name in given})
    )


_PARSERS: dict[str, Any] = {
    "State": State,
    "str": str,
    "int": int,
    "float": float,
    "bool": "1".__eq__,
    "tuple[str, ...]": lambda text: tuple(text.split()),
}
_LIVE: dict[str, Any] = {
    field.name: _PARSERS[cast(str, field.type)]
    for field in fields(LiveState)
    if field.name not in _OF_VIEWERS
}


def encode_watching(names: Sequence[str], latencies_ms: Sequence[int], now_ms: float) -> str:
    return json.dumps({"at": now_ms, "names": names, "latencies_ms": latencies_ms})


def _said(answer: Mapping[bytes, bytes], now_ms: float) -> list[dict[str, Any]]:
    """What web processes said of their viewers, but for those that have gone."""
    said = [json.loads(value) for value in answer.values()]
    return [each for each in said if now_ms - each["at"] <= WATCHING_MS]

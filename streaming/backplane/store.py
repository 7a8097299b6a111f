"""What the processes keep in Redis: newest frames, live state, who watches, counters.

`Store` reads for synchronous code (pages, API, admin), `AsyncStore` reads and arbitrates for the
event loop, `writer.StoreWriter` writes in batches. All calls but the writer's, which never wait for
Redis, may raise what `streaming.backplane.connection.Unavailable` names.

| key | type | holds |
|---|---|---|
| `clients` | set | ids of the cameras that publish |
| `client:<camera id>` | hash | the camera's live state |
| `image:<camera id>` | hash | newest frame, in its envelope, and when it came |
| `publisher:<camera id>` | string | who may publish now: a lease of its ingest process |
| `watching:<camera id>` | hash | per web process: who watches |
| `link:<share link id>` | sorted set | who watches by a link that has a most, and until when |
| `process:<id>` | string | what one web or ingest process counts |
| `frames` | number | frames received, as long as processes or session records remember |
| `held:<what>` | string | the process that does something for the whole system |
| `source:<camera id>` | string | what becomes of connecting to the camera's source |
| `clock` | number | ms to be added to Redis' own time, see server_time.py |
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast
from uuid import UUID

import redis
import redis.asyncio

from streaming.backplane import live_state, server_time
from streaming.backplane.connection import connect_sync
from streaming.backplane.facts import ProcessFacts, ServerFacts, read_processes, read_server
from streaming.backplane.live_state import LiveState
from streaming.backplane.pools import Pool

#: A publisher's lease; renewed every second. Longer than a hiccup, shorter than patience.
LEASE_MS = 5_000
#: A camera's presence, its place in `clients`, is said so often...
HEARTBEAT_S = 60.0
#: ...and ends after two beats that did not come. Also what remains of a camera that stopped.
CLIENT_TTL_S = 150
#: A newest frame older than this is no picture of now.
IMAGE_TTL_S = 10
#: A place of a share link that was not taken again for so long is free; it is, every two seconds.
LINK_PLACE_MS = 6_000
#: What a process says of a source that it reads; it says it every few seconds.
SOURCE_STATE_MS = 15_000


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish to a camera, held by one peer of one ingest process."""

    peer: str
    session: int
    publisher: str
    #: Channel of the ingest process on the `default` layer.
    channel: str


@dataclass(frozen=True, slots=True)
class Image:
    message: bytes
    #: Server time, ms.
    received_at: float


@dataclass(frozen=True, slots=True)
class SourceState:
    """What becomes of connecting to a camera's source."""

    #: connecting, connected, waiting (nobody watches), busy (somebody else films) or failed.
    state: str
    #: Why it failed: a `SourceErrorCode`; "" where it did not.
    problem: str = ""
    #: Server time, ms.
    since: float = 0.0


# Both flavours of redis-py build commands by the same calls, awaited or not.
Client = redis.Redis
AsyncClient = redis.asyncio.Redis


class Store:
    """Reads for synchronous code."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._take_place = client.register_script(_TAKE_PLACE)

    def live(self, camera_ids: Sequence[UUID], own_ms: float = math.inf) -> list[LiveState]:
        """The state of each camera, in the order given; `own_ms` as in `live_state.read`."""
        pipeline = self._client.pipeline(transaction=False)
        live_state.ask(pipeline, camera_ids)
        return live_state.read(camera_ids, pipeline.execute(), own_ms)

    def image(self, camera_id: UUID) -> Image | None:
        return _read_image(cast(Mapping[bytes, bytes], self._client.hgetall(f"image:{camera_id}")))

    def now_ms(self) -> float:
        pipeline = self._client.pipeline(transaction=False)
        server_time.ask(pipeline)
        return server_time.read(*pipeline.execute()).now

    def processes(self) -> list[ProcessFacts]:
        keys = list(self._client.scan_iter(match="process:*", count=1000))
        return read_processes(cast(list[bytes | None], self._client.mget(keys)) if keys else [])

    def server(self) -> ServerFacts:
        return read_server(self._client.info())

    def frames(self) -> int:
        return int(cast(bytes | None, self._client.get("frames")) or 0)

    def take_place(self, link_id: UUID, viewer: str, most: int) -> bool:
        """As `AsyncStore.take_place`."""
        return bool(self._take_place(**_place(link_id, viewer, most)))

    def holders(self, camera_ids: Sequence[UUID]) -> list[Lease]:
        """The leases that are held on these cameras."""
        keys = [f"publisher:{camera_id}" for camera_id in camera_ids]
        answers = cast(list[bytes | None], self._client.mget(keys)) if keys else []
        return [lease for lease in map(_read_lease, answers) if lease]

    def source(self, camera_id: UUID) -> SourceState | None:
        """What becomes of connecting to a camera; None where no process tries to."""
        return _read_source(cast(bytes | None, self._client.get(f"source:{camera_id}")))

    def shrink(self) -> None:
        """Close the connections that nobody needs any more."""
        cast(Pool, self._client.connection_pool).shrink()


@functools.cache
def store() -> Store:
    """The one of this process."""
    return Store(connect_sync())


class AsyncStore:
    """Reads and writes for the event loop."""

    def __init__(self, client: AsyncClient, own_ms: Callable[[], float] = lambda: math.inf) -> None:
        self._client = client
        #: Server time as this process keeps it.
        self._own_ms = own_ms
        self._claim = client.register_script(_CLAIM)
        self._renew = client.register_script(_RENEW)
        self._release = client.register_script(_RELEASE)
        self._clean_up = client.register_script(_CLEAN_UP)
        self._take_place = client.register_script(_TAKE_PLACE)
        self._hold = client.register_script(_HOLD)
        self._let_go = client.register_script(_LET_GO)

    async def ping(self) -> None:
        """Raises `Unavailable` unless Redis answers."""
        await cast(Any, self._client.ping())

    async def live(self, camera_ids: Sequence[UUID]) -> list[LiveState]:
        """The state of each camera, in the order given."""
        pipeline = self._client.pipeline(transaction=False)
        live_state.ask(pipeline, camera_ids)
        answers = await pipeline.execute()
        return live_state.read(camera_ids, answers, self._own_ms())

    async def image(self, camera_id: UUID) -> Image | None:
        return _read_image(await cast(Any, self._client.hgetall(f"image:{camera_id}")))

    async def processes(self) -> list[ProcessFacts]:
        keys = [key async for key in self._client.scan_iter(match="process:*", count=1000)]
        return read_processes(cast(Any, await self._client.mget(keys)) if keys else [])

    async def frames(self) -> int:
        return int(await self._client.get("frames") or 0)

    async def publishing(self) -> list[UUID]:
        """The cameras that publish, or did until a moment ago."""
        return [UUID(each.decode()) for each in await cast(Any, self._client.smembers("clients"))]

    # Leases

    async def claim(self, camera_id: UUID, lease: Lease, take_over: bool) -> Lease | None:
        """Take the lease; the holder instead, when somebody else has it.

        A holder gives way to `take_over`, and to a lease of the same session: that is the same
        camera after a break.
        """
        held = await self._claim(
            keys=[f"publisher:{camera_id}"],
            args=[_dump(lease), LEASE_MS, str(lease.session), "1" if take_over else "0"],
        )
        return _read_lease(held)

    async def renew(self, camera_id: UUID, lease: Lease) -> Lease | None:
        """Hold the lease for another LEASE_MS; the holder instead, when somebody else has it."""
        held = await self._renew(
            keys=[f"publisher:{camera_id}"], args=[_dump(lease), LEASE_MS, lease.peer]
        )
        return _read_lease(held)

    async def release(self, camera_id: UUID, lease: Lease) -> bool:
        """Give the lease back; whether it was held, and not by somebody else."""
        return bool(await self._release(keys=[f"publisher:{camera_id}"], args=[lease.peer]))

    async def holder(self, camera_id: UUID) -> Lease | None:
        return _read_lease(cast(Any, await self._client.get(f"publisher:{camera_id}")))

    # Places of share links

    async def take_place(self, link_id: UUID, viewer: str, most: int) -> bool:
        """Whether this viewer is one of the `most` who may watch by a link, from now for
        LINK_PLACE_MS. To be taken again before they are over."""
        return bool(await self._take_place(**_place(link_id, viewer, most)))

    async def free_place(self, link_id: UUID, viewer: str) -> None:
        await cast(Any, self._client.zrem(f"link:{link_id}", viewer))

    # Once for the whole system

    async def reset_clock(self) -> None:
        """Let server time be that of Redis again, where it is not and no camera publishes."""
        await server_time.reset(self._client)

    async def clean_up(self) -> int:
        """Take those out of `clients` that have left nothing; how many those were."""
        return int(await self._clean_up(keys=["clients"]))

    async def first_within(self, what: str, seconds: float) -> bool:
        """Whether this is the first process to ask for `what` within `seconds`."""
        return bool(await self._client.set(f"once:{what}", "1", nx=True, px=int(seconds * 1000)))

    async def hold(self, what: str, process_id: str, seconds: float) -> bool:
        """Whether this process does `what` for the whole system, for so long from now on."""
        return bool(await self._hold(keys=[f"held:{what}"], args=[process_id, int(seconds * 1000)]))

    # Sources

    async def holders_of(self, whats: Sequence[str]) -> list[str | None]:
        """The ids of the processes that do these for the whole system."""
        keys = [f"held:{what}" for what in whats]
        answers = cast(Any, await self._client.mget(keys)) if keys else []
        return [answer.decode() if answer else None for answer in answers]

    async def let_go(self, what: str, process_id: str) -> None:
        """Others may do at once what this process did for the whole system."""
        await self._let_go(keys=[f"held:{what}"], args=[process_id])

    async def note_source(self, camera_id: UUID, state: SourceState) -> None:
        key = f"source:{camera_id}"
        await self._client.set(key, json.dumps(asdict(state)), px=SOURCE_STATE_MS)


def _read_source(answer: bytes | None) -> SourceState | None:
    return SourceState(**json.loads(answer)) if answer else None


def _read_image(answer: Mapping[bytes, bytes]) -> Image | None:
    if not answer:
        return None
    return Image(answer[b"message"], float(answer[b"received_at"]))


def _dump(lease: Lease) -> str:
    return json.dumps(asdict(lease))


def _read_lease(answer: bytes | None) -> Lease | None:
    return Lease(**json.loads(answer)) if answer else None


def _place(link_id: UUID, viewer: str, most: int) -> dict[str, Any]:
    return {"keys": [f"link:{link_id}"], "args": [viewer, most, LINK_PLACE_MS]}


_TAKE_PLACE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not held and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
# Each answers with the holder's lease where somebody else holds it, and with nil where it is ours.
_CLAIM = """
local held = redis.call('GET', KEYS[1])
if held and ARGV[4] ~= '1' then
  local session = cjson.decode(held).session
  if session == 0 or tostring(session) ~= ARGV[3] then return held end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return nil
"""
_RENEW = """
local held = redis.call('GET', KEYS[1])
if held and cjson.decode(held).peer ~= ARGV[3] then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return nil
"""
_RELEASE = """
local held = redis.call('GET', KEYS[1])
if held and cjson.decode(held).peer == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_HOLD = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_LET_GO = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_CLEAN_UP = """
local gone = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('EXISTS', 'client:' .. id) == 0 then
    gone = gone + redis.call('SREM', KEYS[1], id)
  end
end
return gone
"""

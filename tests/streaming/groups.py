from __future__ import annotations

from redis.asyncio import Redis


async def listeners(redis: Redis, group: str) -> int:
    """How many listen to a group of the bus: `control`, or `camera.` and its id."""
    [(_, count)] = await redis.pubsub_numsub(f"asgi__group__{group}")
    return int(count)

"""What the publish socket takes, and how it turns away."""

from __future__ import annotations

from pathlib import Path

PUBLISH = "/ws/publish/front-door/"
VECTORS = Path(__file__).parents[2] / "vectors"
OFFER = (VECTORS / "offer-chromium.sdp").read_text()


async def is_turned_away(socket):
    error = await socket.is_refused("not_allowed")
    assert await socket.close_code() == 4403
    return error["message"], error.get("why")


async def why_turned_away(socket):
    _sentence, why = await is_turned_away(socket)
    return why


async def is_bad_message(socket):
    await socket.is_refused("bad_message")
    return await socket.close_code() == 4400

"""Telling a WebSocket to come back later."""

from __future__ import annotations

import math
from typing import Any

from streaming.protocol.enums import CloseCode


def reason(retry_after_s: float) -> str:
    """Of the close: what clients wait for at least."""
    return f"retry_after={max(1, math.ceil(retry_after_s))}"


async def close_at_once(receive: Any, send: Any, retry_after_s: float) -> None:
    """Accept and close: a page can read a code and a reason, but not the status of a handshake."""
    await receive()
    await send({"type": "websocket.accept"})
    await send(
        {
            "type": "websocket.close",
            "code": int(CloseCode.TRY_AGAIN_LATER),
            "reason": reason(retry_after_s),
        }
    )

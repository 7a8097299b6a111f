"""Telling a WebSocket to come back later."""

from __future__ import annotations

from typing import Any

from streaming.protocol.enums import CloseCode, retry_reason


async def close_at_once(receive: Any, send: Any, retry_after_s: float) -> None:
    """Accept and close: a page can read a code and a reason, but not the status of a handshake."""
    await receive()
    await send({"type": "websocket.accept"})
    await send(
        {
            "type": "websocket.close",
            "code": int(CloseCode.TRY_AGAIN_LATER),
            "reason": retry_reason(retry_after_s),
        }
    )

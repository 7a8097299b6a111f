from __future__ import annotations


def reason_of(error: BaseException) -> str:
    """What an error says, for a line of the log; its kind where it says nothing, as asyncio's
    `TimeoutError` does."""
    return str(error).strip() or type(error).__name__

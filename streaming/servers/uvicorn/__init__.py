"""The ASGI application under uvicorn, in a loop and with signals of our own."""

from __future__ import annotations

from streaming.servers.uvicorn.server import run

__all__ = ["run"]

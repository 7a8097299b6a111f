from __future__ import annotations

import asyncio
from collections.abc import Callable

#: What is parsed in one turn of the loop: milliseconds, even where it is all tiny chunks.
MAX_PIECE_BYTES = 4096
#: What waits at most: a few reads. Whoever makes more wait has found a way around the pause.
MAX_WAITING_BYTES = 2_000_000


class Pieces:
    """Hands on what a connection reads in small pieces, one in each turn of the loop.

    A loop reads up to 8 MB from one connection before it looks at another. While pieces wait, or
    whoever takes them has paused, nothing is read.
    """

    def __init__(self, transport: asyncio.Transport, take: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._take = take
        self._waiting = memoryview(b"")
        self._is_paused = False
        self._next: asyncio.Handle | None = None

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def add(self, data: bytes) -> None:
        if not self._waiting and not self._is_paused and len(data) <= MAX_PIECE_BYTES:
            self._take(data)
            return
        self._waiting = memoryview(bytes(self._waiting) + data)
        if len(self._waiting) > MAX_WAITING_BYTES:
            self._transport.abort()
        self._read_no_more()
        self._schedule()

    def pause_reading(self) -> None:
        """As of a transport: whoever takes the pieces wants none for now."""
        self._is_paused = True
        self._read_no_more()

    def resume_reading(self) -> None:
        self._is_paused = False
        self._schedule()

    def _read_no_more(self) -> None:
        # A closed transport of uvloop cannot be paused.
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def _schedule(self) -> None:
        if self._next is None and not self._is_paused:
            self._next = asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        self._next = None
        if self._is_paused or self._transport.is_closing():
            return
        if self._waiting:
            piece, self._waiting = self._waiting[:MAX_PIECE_BYTES], self._waiting[MAX_PIECE_BYTES:]
            self._take(bytes(piece))
        if self._waiting:
            self._read_no_more()
            self._schedule()
        elif not self._is_paused and not self._transport.is_closing():
            self._transport.resume_reading()

from __future__ import annotations

import asyncio
from typing import Any, cast

from streaming.servers.pieces import MAX_PIECE_BYTES, MAX_WAITING_BYTES, Pieces


class FakeTransport:
    is_reading = True
    has_ended = False

    def pause_reading(self):
        assert not self.has_ended
        self.is_reading = False

    def resume_reading(self):
        assert not self.has_ended
        self.is_reading = True

    def abort(self):
        self.has_ended = True

    def is_closing(self):
        return self.has_ended


def make() -> tuple[Pieces, FakeTransport, list[bytes]]:
    transport = FakeTransport()
    taken: list[bytes] = []
    return Pieces(cast(Any, transport), taken.append), transport, taken


async def turn():
    await asyncio.sleep(0)


async def test_what_is_small_goes_on_at_once():
    pieces, transport, taken = make()
    pieces.add(b"GET")
    assert taken == [b"GET"]
    assert transport.is_reading


async def test_what_is_large_goes_on_in_pieces_one_in_each_turn_and_nothing_is_read_meanwhile():
    pieces, transport, taken = make()
    data = bytes(range(256)) * (3 * MAX_PIECE_BYTES // 256)
    pieces.add(data)
    for number in range(3):
        assert len(taken) == number
        assert not transport.is_reading
        await turn()
    assert b"".join(taken) == data
    assert max(map(len, taken)) == MAX_PIECE_BYTES
    assert transport.is_reading


async def test_what_was_read_all_the_same_waits_for_what_came_before():
    pieces, _transport, taken = make()
    pieces.add(bytes(MAX_PIECE_BYTES + 1))
    pieces.add(b"later")
    await turn()
    await turn()
    assert b"".join(taken) == bytes(MAX_PIECE_BYTES + 1) + b"later"


async def test_whoever_takes_them_may_pause():
    pieces, transport, taken = make()
    pieces.pause_reading()
    pieces.add(b"wait")
    await turn()
    assert not taken
    assert not transport.is_reading
    pieces.resume_reading()
    await turn()
    assert taken == [b"wait"]
    assert transport.is_reading


async def test_what_waits_has_an_end():
    pieces, transport, taken = make()
    pieces.add(bytes(MAX_WAITING_BYTES + 1))
    await turn()
    assert transport.has_ended
    assert not taken

from __future__ import annotations

import asyncio
import ctypes
from pathlib import Path
from types import SimpleNamespace

import pytest

from streaming.process import heap
from tests.streaming.waiting import end, until

#: Below what glibc maps by itself, and so would give back at once.
PIECE_BYTES = 64_000
PIECES = 800


@pytest.fixture
def libc():
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "malloc_trim"):
        pytest.skip("Not glibc.")
    libc.malloc.restype = ctypes.c_void_p
    return libc


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def allocate(libc):
    piece = ctypes.c_void_p(libc.malloc(PIECE_BYTES))
    ctypes.memset(piece, 1, PIECE_BYTES)
    return piece


async def test_what_was_freed_between_what_is_kept_is_given_back(libc, monkeypatch):
    monkeypatch.setattr(heap, "TRIM_EVERY_S", 0.01)
    pieces = [allocate(libc) for _ in range(PIECES)]
    full = resident_bytes()
    kept = pieces[::10]
    del pieces[::10]
    for each in pieces:
        libc.free(each)
    held = resident_bytes()
    assert held > full - 0.1 * PIECES * PIECE_BYTES
    trimming = asyncio.create_task(heap.trim())
    await until(lambda: resident_bytes() < held - 0.6 * PIECES * PIECE_BYTES)
    await end(trimming)
    for each in kept:
        libc.free(each)


async def test_threads_share_a_few_arenas(monkeypatch):
    said = []
    fake = SimpleNamespace(mallopt=lambda *option: said.append(option), malloc_trim=None)
    monkeypatch.setattr(heap, "_libc", fake)
    trimming = asyncio.create_task(heap.trim())
    await asyncio.sleep(0)
    await end(trimming)
    assert said == [(-8, heap.MAX_ARENAS)]


async def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(heap, "_libc", SimpleNamespace())
    await heap.trim()

from __future__ import annotations

import asyncio
import errno
import logging
import os

import pytest

from streaming.process import descriptors
from streaming.tasks import stop


@pytest.fixture
def patience(monkeypatch):
    monkeypatch.setattr(descriptors, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(descriptors, "_SAY_EVERY_S", 0.1)


async def lines_of(seconds, caplog):
    watching = asyncio.create_task(descriptors.watch())
    await asyncio.sleep(seconds)
    assert not watching.done()
    await stop(watching)
    return [each.getMessage() for each in caplog.records]


async def test_nothing_is_said_while_files_can_be_opened(patience, caplog):
    before = len(os.listdir("/dev/fd"))
    assert await lines_of(0.1, caplog) == []
    assert len(os.listdir("/dev/fd")) == before


async def test_it_is_said_now_and_then_that_none_can(patience, caplog, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", refuse)
    with caplog.at_level(logging.ERROR):
        lines = await lines_of(0.25, caplog)
    assert 2 <= len(lines) <= 3
    assert "files that the system allows are open" in lines[0]


async def test_another_trouble_is_no_such_thing(patience, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOENT, "No such file")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="No such file"):
        await descriptors.watch()

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streaming.supervision.instance import AlreadyRunning, only_one


def test_the_second_one_is_told_where_the_first_one_runs(tmp_path: Path) -> None:
    lock = tmp_path / "serve.lock"
    with (
        only_one(lock, ["http://127.0.0.1:8000"]),
        pytest.raises(AlreadyRunning, match=rf"http://127.0.0.1:8000 \(process {os.getpid()}\)"),
        only_one(lock, ["http://127.0.0.1:8001"]),
    ):
        pass


def test_the_second_one_may_come_while_the_first_one_is_starting(tmp_path: Path) -> None:
    lock = tmp_path / "serve.lock"
    with only_one(lock, ["http://127.0.0.1:8000"]):
        lock.write_text("")
        with pytest.raises(AlreadyRunning, match="starting here already"), only_one(lock, [""]):
            pass


def test_the_next_one_may_start_when_the_first_one_is_gone(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "serve.lock"
    for url in ("http://127.0.0.1:8000/a-longer-one", "http://127.0.0.1:8001"):
        with only_one(lock, [url]):
            assert url in lock.read_text()
    assert lock.read_text().count("http") == 1

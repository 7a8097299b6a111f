from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from streaming import logs
from streaming.logs import BoundedHandler, Brief, LineFormatter


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Of the clock, to be set."""
    second = [1.0]
    monkeypatch.setattr("streaming.logs.time.monotonic", lambda: second[0])
    return second


@pytest.fixture
def log(second: list[float], settings: Any) -> Iterator[logging.Logger]:
    settings.SKYSENTRY = {"LOG_LINES_PER_S": 3}
    handler = BoundedHandler()
    handler.setStream(io.StringIO())
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    yield logger
    handler.close()


def lines(log: logging.Logger) -> list[str]:
    [handler] = log.handlers
    assert isinstance(handler, BoundedHandler)
    return str(handler.stream.getvalue()).splitlines()


@pytest.mark.parametrize(
    "name",
    ["Hall\n2026-01-01 ERROR root: forged", "\x1b[2J\x1b[31mred", "a\rb", "a\u2028b", "\u202egnp"],
)
def test_a_name_stays_within_its_line(log: logging.Logger, name: str) -> None:
    log.warning("key %s was revoked", name)
    [line] = lines(log)
    assert line.startswith("WARNING test: key ")
    assert line.isprintable()


@pytest.mark.parametrize(("status", "count"), [(403, 1), (400, 1), (500, 4)])
def test_what_is_refused_leaves_no_traceback(log: logging.Logger, status: int, count: int) -> None:
    log.handlers[0].addFilter(Brief())
    try:
        raise ValueError("not allowed")
    except ValueError:
        log.warning("Forbidden: /", exc_info=True, extra={"status_code": status})
    assert len(lines(log)) >= count
    assert (len(lines(log)) == 1) == (count == 1)


def test_what_people_write_stays_as_it_is(log: logging.Logger) -> None:
    log.warning("key %s", "Küche 台所 🐈")
    assert lines(log) == ["WARNING test: key Küche 台所 🐈"]


def test_a_traceback_has_lines_of_its_own_that_are_no_records(log: logging.Logger) -> None:
    try:
        raise ValueError("first\nWARNING test: forged\x1b[2J")
    except ValueError:
        log.exception("failed")
    first, *others = lines(log)
    assert first == "ERROR test: failed"
    assert any("Traceback" in line for line in others)
    assert all(line.startswith("    ") and line.isprintable() for line in others)


def test_of_many_like_lines_few_are_written_and_the_others_counted(
    log: logging.Logger, second: list[float]
) -> None:
    before = logs.left_out.count
    for number in range(1000):
        log.warning("peer %d: refused", number)
    assert lines(log) == [f"WARNING test: peer {number}: refused" for number in range(3)]
    assert logs.left_out.count - before == 997
    second[0] += 1
    log.info("another")
    assert lines(log)[3:] == [
        "WARNING test: 997 more lines were left out that are like “peer %d: refused”",
        "INFO test: another",
    ]


def test_each_second_begins_anew(log: logging.Logger, second: list[float]) -> None:
    for _ in range(5):
        second[0] += 1
        for _ in range(3):
            log.warning("refused")
    assert len(lines(log)) == 15


def test_others_are_written_meanwhile(log: logging.Logger) -> None:
    for _ in range(100):
        log.warning("refused")
    log.warning("the disk is full")
    log.error("refused")
    assert lines(log)[3:] == ["WARNING test: the disk is full", "ERROR test: refused"]


def test_messages_made_beforehand_do_not_fill_the_memory(
    log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MAX_KINDS", 10)
    for number in range(1000):
        log.warning(f"peer {number}")
    assert len(lines(log)) == 10 + 3


def test_at_the_end_it_says_what_was_left_out(log: logging.Logger) -> None:
    for _ in range(5):
        log.warning("refused")
    [handler] = log.handlers
    handler.close()
    assert lines(log)[-1].startswith("WARNING test: 2 more lines were left out")


def test_the_project_logs_so(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    console = settings.LOGGING["handlers"]["console"]
    assert (console["class"], console["formatter"]) == ("streaming.logs.BoundedHandler", "line")
    assert console["filters"] == ["brief"]
    assert settings.LOGGING["formatters"]["line"]["class"] == "streaming.logs.LineFormatter"
    assert sys.stderr is BoundedHandler().stream
    # Django's own, with a traceback for what is refused, while DEBUG is on.
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []

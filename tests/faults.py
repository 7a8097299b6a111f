"""Which tests of `dev.py faults` run when there is no time for all of them, and which in one
process."""

from __future__ import annotations

from random import Random

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

HOSTILE = "tests/hostile"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption("--fault-seconds", type=float, help="choose faults that take so long together")
    group.addoption("--fault-seed", type=int, default=0, help="of that choice")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seconds = config.getoption("--fault-seconds")
    if seconds is None:
        return
    faults = [item for item in items if item.get_closest_marker("faults")]
    kept = set(choice(faults, seconds, config.getoption("--fault-seed")))
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return FileScheduling(config, log) if config.getoption("dist") == "loadfile" else None


class FileScheduling(LoadFileScheduling):  # type: ignore[misc]
    """Whole files go to each process, and all that attack a system to the same one: two attacks at
    once would tell of the machine, and of neither system."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What goes to one process whole."""
    return HOSTILE if nodeid.startswith(f"{HOSTILE}/") else nodeid.partition("::")[0]


def choice(faults: list[pytest.Item], seconds: float, seed: int) -> list[pytest.Item]:
    """Those that always run, and as many others, by chance, as take no longer together."""
    # In an order that every process agrees on.
    by_name = sorted(faults, key=lambda item: item.nodeid)
    Random(seed).shuffle(by_name)
    kept, left_s = [], seconds
    for item in sorted(by_name, key=lambda item: not _always(item)):
        if _always(item) or _seconds(item) <= left_s:
            kept.append(item)
            left_s -= _seconds(item)
    return kept


def _always(item: pytest.Item) -> bool:
    return bool(_marker(item).kwargs.get("always"))


def _seconds(item: pytest.Item) -> float:
    """What it takes on a machine that is quiet."""
    return float(_marker(item).kwargs["seconds"])


def _marker(item: pytest.Item) -> pytest.Mark:
    marker = item.get_closest_marker("faults")
    assert marker is not None
    return marker

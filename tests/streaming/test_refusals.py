from __future__ import annotations

import logging

import pytest

from streaming.domain.limits import Limit
from streaming.refusals import Refusals


def test_every_limit_has_a_count_from_the_start():
    assert Refusals().total == {limit.value: 0 for limit in Limit}


def test_refusals_are_counted_by_limit():
    refusals = Refusals()
    for limit in (Limit.VIEWERS, Limit.STREAMS, Limit.VIEWERS):
        refusals.count(limit)
    assert (refusals.total["viewers"], refusals.total["streams"]) == (2, 1)


def test_a_thousand_refusals_are_one_line(caplog: pytest.LogCaptureFixture):
    refusals = Refusals()
    with caplog.at_level(logging.WARNING):
        for each in range(1000):
            refusals.count(Limit.VIEWERS, f"camera {each}")
    assert [each.getMessage() for each in caplog.records] == [
        "Refused: 1 by viewers (the last: camera 0)"
    ]

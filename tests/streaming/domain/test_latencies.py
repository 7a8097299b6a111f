from __future__ import annotations

import pytest

from streaming.domain.latencies import BOUNDS_MS, HOLDS_S, Histogram, Latencies, percentile


@pytest.fixture
def latencies():
    return Latencies()


def test_each_viewer_counts_once_with_what_it_said_last(latencies):
    latencies.report("vera", 80.0, 0.0)
    latencies.report("olga", 30.4, 1.0)
    latencies.report("vera", 40.0, 5.0)
    assert sorted(latencies.of_now(6.0)) == [30, 40]


def test_who_draws_nothing_any_more_does_not_count(latencies):
    latencies.report("vera", 40.0, 0.0)
    assert latencies.of_now(HOLDS_S + 0.1) == []


def test_who_has_gone_does_not_count(latencies):
    latencies.report("vera", 40.0, 0.0)
    latencies.forget("vera")
    latencies.forget("nobody")
    assert latencies.of_now(0.0) == []


def test_what_says_more_of_a_clock_than_of_the_way_does_not_count(latencies):
    latencies.report("vera", 3_600_000.0, 0.0)
    latencies.report("vera", 15_594.0, 0.0)
    latencies.report("olga", -0.4, 0.0)
    assert latencies.of_now(0.0) == [0]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.95, 7),
        ([3, 1, 2], 0.5, 2),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 1.0, 100),
    ],
)
def test_so_large_a_share_is_not_above_a_percentile(values, share, expected):
    assert percentile(values, share) == expected


@pytest.mark.parametrize(
    ("latency_ms", "bucket"),
    [(-0.4, 0), (10.0, 0), (10.1, 1), (5000.0, len(BOUNDS_MS) - 1), (5000.1, len(BOUNDS_MS))],
)
def test_a_histogram_counts_a_latency_in_the_bucket_that_ends_no_sooner(latency_ms, bucket):
    histogram = Histogram()
    histogram.add(latency_ms)
    assert histogram.counts.index(1) == bucket
    assert (sum(histogram.counts), histogram.sum_ms) == (1, max(0.0, latency_ms))


def test_a_histogram_leaves_out_what_says_more_of_a_clock():
    histogram = Histogram()
    histogram.add(3_600_000.0)
    histogram.add(15_594.0)
    assert (sum(histogram.counts), histogram.sum_ms) == (0, 0.0)

from __future__ import annotations

import pytest

from streaming.domain.stages import Mean, Stages, stages


def test_a_mean_begins_with_the_first_value_and_follows():
    mean = Mean()
    assert mean.value is None
    mean.add(10.0)
    assert mean.value == 10.0
    for _ in range(300):
        mean.add(40.0)
    assert mean.value == pytest.approx(40.0, abs=0.1)


def test_the_ages_of_a_picture_are_told_apart():
    assert stages(encode_ms=7.0, ingest_ms=14.0, here_ms=15.2) == Stages(7.0, 7.0, 1.2)


def test_before_a_frame_was_here_nothing_is_known():
    assert stages(encode_ms=7.0, ingest_ms=14.0, here_ms=None) is None


def test_means_of_different_frames_make_no_stage_negative():
    assert stages(encode_ms=15.0, ingest_ms=14.0, here_ms=13.9) == Stages(14.0, 0.0, 0.0)

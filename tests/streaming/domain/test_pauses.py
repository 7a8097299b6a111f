from __future__ import annotations

import pytest

from streaming.domain.pauses import pause_s


@pytest.mark.parametrize(
    ("took_s", "paused_s"), [(0.2, 0.0), (0.5, 0.0), (1.4, 0.0), (1.5, 1.0), (30.5, 30.0)]
)
def test_a_wait_that_took_much_longer_than_meant_was_a_pause(took_s, paused_s):
    assert pause_s(100.0, 0.5, 100.0 + took_s) == pytest.approx(paused_s)

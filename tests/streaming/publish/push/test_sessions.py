from __future__ import annotations

import pytest

from streaming.publish.push.sessions import MAX_PATIENCE_S, patience_s


@pytest.mark.parametrize(("gap_s", "patience"), [(0.1, 2.0), (4.0, 10.0), (20.0, MAX_PATIENCE_S)])
def test_who_sends_seldom_is_lost_later(gap_s, patience):
    assert patience_s(gap_s) == patience

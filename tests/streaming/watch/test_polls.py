from __future__ import annotations

from types import SimpleNamespace

from streaming.watch import polls
from streaming.watch.polls import BURST_S, Polls


def test_a_reader_has_so_many_a_second_and_hears_when_there_is_the_next(monkeypatch, settings):
    settings.SKYSENTRY = {"POLLS_PER_S": 2}
    now_s = 1000.0
    monkeypatch.setattr(polls, "time", SimpleNamespace(monotonic=lambda: now_s))
    ours = Polls()
    assert [ours.take("olga") for _ in range(2 * BURST_S + 1)] == [0.0] * 2 * BURST_S + [0.5]
    assert ours.take("192.0.2.7") == 0.0
    now_s += 0.5
    assert [ours.take("olga") for _ in range(2)] == [0.0, 0.5]

"""A process that was stopped, as when its machine slept, has heard nobody meanwhile: its own pause
is no sign of theirs."""

from __future__ import annotations

#: A wait that takes longer than it was meant to by less than this is that of a busy process.
MIN_PAUSE_S = 1.0


def pause_s(began_s: float, meant_s: float, now_s: float) -> float:
    """How long the process was stopped within a wait of `meant_s` that began at `began_s`; 0 if it
    was not. Whoever judges others by their silence leaves it out.

    Seconds of a monotonic clock.
    """
    over_s = now_s - began_s - meant_s
    return over_s if over_s >= MIN_PAUSE_S else 0.0

"""How much something bears, found by trying."""

from __future__ import annotations

from collections.abc import Callable


def highest(holds: Callable[[int], bool], start: int, most: int, precision: float = 0.05) -> int:
    """The highest number up to `most` that holds, or up to a share of `precision` less.

    Doubles from `start`, or halves, and then bisects; 0 if not even 1 holds.
    """
    low, high = 0, most + 1
    number = start
    while high - low > max(1, precision * low):
        if holds(number):
            low = number
        else:
            high = number
        number = min(2 * low, most) if high > most else max(1, (low + high) // 2)
    return low

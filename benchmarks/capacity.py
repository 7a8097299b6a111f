"""How much something bears, found by trying."""

from __future__ import annotations

import math
from collections.abc import Callable


def highest(
    holds: Callable[[int], bool],
    start: int,
    most: int,
    precision: float = 0.05,
    step: float = 1.0,
) -> int:
    """The highest number up to `most` that holds, or up to a share of `precision` less.

    Goes up or down from `start` by a share of `step`, then by twice that, until it doubles or
    halves; bisects once it knows a number that holds and one that does not. 0 if not even 1 holds.
    """
    low, high = 0, most + 1
    number = start
    while high - low > max(1, precision * low):
        if holds(number):
            low = number
        else:
            high = number
        if 0 < low < high <= most:
            number = (low + high) // 2
        elif low:
            number = min(max(low + 1, round(low * (1 + step))), most)
        else:
            number = max(1, min(high - 1, math.ceil(high / (1 + step))))
        step = min(1.0, 2 * step)
    return low

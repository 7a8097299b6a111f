from __future__ import annotations

import random


class Backoff:
    """Waits between attempts: exponential with full jitter, so that many clients spread out."""

    __slots__ = ("_attempt", "_first_s", "_most_s")

    def __init__(self, first_s: float = 0.25, max_s: float = 5.0) -> None:
        self._first_s = first_s
        self._most_s = max_s
        self._attempt = 0

    def next_s(self) -> float:
        longest_s = min(self._most_s, self._first_s * 2**self._attempt)
        # 2**10 first waits are longer than any bound used here: the exponent stays small.
        self._attempt = min(self._attempt + 1, 10)
        return random.uniform(0, longest_s)

    def reset(self) -> None:
        self._attempt = 0

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Allowance:
    """How much may be taken: `burst` at once, and `per_s` in the long run."""

    __slots__ = ("_at_s", "_burst", "_left", "_per_s")

    def __init__(self, burst: float, per_s: float) -> None:
        self._burst = self._left = burst
        self._per_s = per_s
        self._at_s = 0.0

    def take(self, now_s: float, amount: float = 1) -> bool:
        """Whether there was so much left to take."""
        self._grow(now_s)
        if self._left < amount:
            return False
        self._left -= amount
        return True

    def wait_s(self, now_s: float, amount: float = 1) -> float:
        """Until there is so much to take, if nobody else does."""
        self._grow(now_s)
        return max(0.0, (amount - self._left) / self._per_s)

    def _grow(self, now_s: float) -> None:
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s


class Allowances(Generic[K]):
    """An allowance for each key, such as an address.

    Those of `max_keys` keys are remembered: whose key was not heard of for longest gets a new one.
    """

    def __init__(self, burst: float, per_s: float, max_keys: int = 10_000) -> None:
        self._burst = burst
        self._per_s = per_s
        self._max_keys = max_keys
        self._of: OrderedDict[K, Allowance] = OrderedDict()

    def take(self, key: K, now_s: float) -> bool:
        """Whether there was one left to take for this key."""
        return self._get(key).take(now_s)

    def wait_s(self, key: K, now_s: float) -> float:
        """Until there is one to take, if nobody else does."""
        return self._get(key).wait_s(now_s)

    def _get(self, key: K) -> Allowance:
        allowance = self._of.setdefault(key, Allowance(self._burst, self._per_s))
        self._of.move_to_end(key)
        if len(self._of) > self._max_keys:
            self._of.popitem(last=False)
        return allowance


class Places(Generic[K]):
    """How many may be there at once: `total`, and `each` of them for one key."""

    def __init__(self, total: int, each: int) -> None:
        self._total = total
        self._each = each
        self._taken: Counter[K] = Counter()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def is_full(self) -> bool:
        return self._count >= self._total

    def of(self, key: K) -> int:
        """How many there are for this key."""
        return self._taken[key]

    def take(self, key: K) -> bool:
        """Whether there was a place; whoever took one frees it."""
        if self.is_full or self._taken[key] >= self._each:
            return False
        self._taken[key] += 1
        self._count += 1
        return True

    def free(self, key: K) -> None:
        """Raises KeyError where no place was taken for this key."""
        if key not in self._taken:
            raise KeyError(key)
        self._count -= 1
        self._taken[key] -= 1
        if not self._taken[key]:
            del self._taken[key]

from __future__ import annotations

from collections.abc import Collection
from itertools import chain, count


def first_free(base: str, taken: Collection[str], separator: str = "-") -> str:
    """`base`, or the first of `base-2`, `base-3`, ... that is not taken."""
    candidates = chain([base], (f"{base}{separator}{number}" for number in count(2)))
    return next(name for name in candidates if name not in taken)

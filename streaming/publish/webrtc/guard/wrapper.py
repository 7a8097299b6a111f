from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One function of a library, and what goes around it."""

    owner: Any
    name: str
    #: Makes the wrapper of the original.
    wrap: Callable[[Any], Any]
    why: str
    #: The test that fails without it: its file and its name.
    test: str

    def apply(self) -> None:
        """Once: a second time changes nothing."""
        original = getattr(self.owner, self.name)
        if not hasattr(original, "guarded"):
            wrapper = self.wrap(original)
            wrapper.guarded = original
            setattr(self.owner, self.name, wrapper)

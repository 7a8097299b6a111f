from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class Mailbox(Generic[Key, Item]):
    """Holds the newest item of each key for one reader; an item not taken in time is skipped.

    Whoever writes never waits, and a slow reader holds at most one item a key.
    """

    __slots__ = ("_items", "skipped")

    def __init__(self) -> None:
        self._items: dict[Key, Item] = {}
        #: Items that were replaced before anybody took them.
        self.skipped = 0

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: Key) -> bool:
        return key in self._items

    def put(self, key: Key, item: Item) -> None:
        if key in self._items:
            self.skipped += 1
        self._items[key] = item

    def take(self) -> tuple[Key, Item]:
        """The item whose key waits longest. Raises KeyError when there is none."""
        key = next(iter(self._items), None)
        if key is None:
            raise KeyError("empty")
        return key, self._items.pop(key)

    def discard(self, key: Key) -> None:
        self._items.pop(key, None)

"""A cache that is bounded by what its entries weigh together. In memory only."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class BoundedCache(Generic[Entry]):
    """Entries of at most ``most`` in all, in any unit. The least recently used one is dropped first.

    A key must contain everything that the entry depends on, so that no entry is ever wrong, but at worst unused.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Entry, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Entry | None:
        """The entry that was kept under ``key``."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def keep(self, key: Hashable, entry: Entry, size: int = 1) -> None:
        """Keep ``entry``, unless it alone is bigger than the cache may be."""
        if size > self._most:
            return
        _, replaced = self._kept.pop(key, (entry, 0))
        self._kept[key] = entry, size
        self.size += size - replaced
        while self.size > self._most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.size -= dropped

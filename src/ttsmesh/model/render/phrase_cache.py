"""A cache of the sound of short texts: said again, they need no model and sound at once. In memory only."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

PHRASE_CHARACTERS = 200
"""Characters of the longest text that is kept: what programs say again and again is short."""

Phrase = TypeVar("Phrase")


class PhraseCache(Generic[Phrase]):
    """A cache of phrases of at most ``most`` bytes in all. The least recently used phrase is dropped first.

    A key must contain everything that the sound depends on, so that no entry is ever wrong, but at worst unused.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Phrase, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Phrase | None:
        """The phrase that was kept under ``key``."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def keep(self, key: Hashable, phrase: Phrase, size: int) -> None:
        """Keep ``phrase`` of ``size`` bytes, unless it alone is bigger than the cache may be."""
        if size > self._most:
            return
        _, replaced = self._kept.pop(key, (phrase, 0))
        self._kept[key] = phrase, size
        self.size += size - replaced
        while self.size > self._most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.size -= dropped

"""A cache of the sound of short texts: said again, they need no model and sound at once. In memory only."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

PHRASE_CHARACTERS = 200
"""Characters of the longest text that is kept: what programs say again and again is short."""


class Sized(Protocol):
    @property
    def pcm(self) -> bytes: ...


_Part = TypeVar("_Part", bound=Sized)


@dataclass(frozen=True, slots=True)
class CachedPhrase(Generic[_Part]):
    """The sound of a whole text, in parts, and how many of its characters and phonemes were left out."""

    parts: Sequence[_Part]
    unsayable: int = 0
    dropped: int = 0

    @property
    def size(self) -> int:
        """Bytes of PCM."""
        return sum(len(part.pcm) for part in self.parts)


class PhraseCache(Generic[_Part]):
    """A cache of at most ``most`` bytes of PCM. The least recently used text is dropped first.

    A key must contain everything that the sound depends on, so that no entry is ever wrong, but at worst unused.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, CachedPhrase[_Part]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> CachedPhrase[_Part] | None:
        """The text that was kept under ``key``."""
        if (phrase := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return phrase

    def keep(self, key: Hashable, phrase: CachedPhrase[_Part]) -> None:
        """Keep ``phrase``, unless it alone is bigger than the cache may be."""
        if phrase.size > self._most:
            return
        if (old := self._kept.pop(key, None)) is not None:
            self.size -= old.size
        self._kept[key] = phrase
        self.size += phrase.size
        while self.size > self._most:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size

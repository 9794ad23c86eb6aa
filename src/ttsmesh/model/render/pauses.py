"""How long the speech pauses at a mark, between sentences and between paragraphs. Pure."""

import re
from dataclasses import dataclass

from ttsmesh.model.text import marks

_LIST_ITEM = re.compile(marks.LIST_ITEM)
_HEADING = re.compile(marks.HEADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Milliseconds of each pause at speed 1; faster speech pauses less. The defaults are the model's own habits."""

    clause: float = 200
    sentence: float = 500
    item: float = 600
    paragraph: float = 800

    def between(self, text: str, end: int, start: int) -> float:
        """Milliseconds between the chunk of ``text`` that ended before ``end`` and the one that begins at ``start``."""
        gap = text[end:start]
        if "\n" in gap:
            if _LIST_ITEM.match(text, start):
                return self.item
            if gap.count("\n") > 1 or _HEADING.match(text, start):
                return self.paragraph
        return self._after(text[max(0, end - 8) : end].rstrip(marks.CLOSERS)[-1:]) or 0

    def stretch(self, mark: str) -> float | None:
        """The wanted pause at ``mark``, a phoneme, as a multiple of the model's own; None where it is not a mark.

        Inside a chunk the model pauses as the sentence wants it, longer here and shorter there. A multiple keeps that.
        """
        wanted, usual = self._after(mark), DEFAULT_PAUSES._after(mark)
        return None if wanted is None or usual is None else wanted / usual

    def _after(self, mark: str) -> float | None:
        if mark and mark in marks.SENTENCE:
            return self.sentence
        return self.clause if mark and mark in marks.CLAUSE else None


DEFAULT_PAUSES = Pauses()

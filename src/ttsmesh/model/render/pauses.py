"""How long to be silent at a mark, between sentences, between paragraphs. Pure."""

import re
from dataclasses import dataclass

_CLOSERS = "\"'”’)]»」』）"
_SENTENCE = ".!?…。！？।"
_CLAUSE = ",;:–—-，；：、"
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_LIST_ITEM = re.compile(r"\n[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Milliseconds at speed 1; a listener who wants it faster waits less. The defaults are the model's own habits."""

    clause: float = 200
    sentence: float = 500
    item: float = 600
    paragraph: float = 800

    def between(self, text: str, end: int, start: int) -> float:
        """Milliseconds between the chunk of ``text`` that ended before ``end`` and the one that begins at ``start``."""
        gap = text[end:start]
        if "\n" in gap:
            if _LIST_ITEM.search(text, end, start + 6):
                return self.item
            if _BLANK_LINE.search(gap) or text.startswith("#", start):
                return self.paragraph
        return self._at(text[max(0, end - 8) : end].rstrip(_CLOSERS)[-1:]) or 0

    def stretch(self, mark: str) -> float | None:
        """How much longer than the model's own the pause at ``mark``, a phoneme, is to be; None where it is no mark.

        Inside a chunk the model pauses as the sentence wants it, longer here and shorter there: that is kept.
        """
        wanted, usual = self._at(mark), DEFAULT_PAUSES._at(mark)
        return None if wanted is None or usual is None else wanted / usual

    def _at(self, mark: str) -> float | None:
        if mark and mark in _SENTENCE:
            return self.sentence
        return self.clause if mark and mark in _CLAUSE else None


DEFAULT_PAUSES = Pauses()

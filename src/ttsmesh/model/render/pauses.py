"""How long the speech pauses at a mark, between sentences and between paragraphs. Pure."""

from dataclasses import dataclass

from ttsmesh.model.text import marks
from ttsmesh.model.text.passages import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Milliseconds of each pause at speed 1; faster speech pauses less. The defaults are the model's own habits."""

    clause: float = 200
    sentence: float = 500
    item: float = 600
    paragraph: float = 800

    def after(self, pause: Pause) -> float:
        """Milliseconds of ``pause``."""
        return float(getattr(self, pause)) if pause else 0.0

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

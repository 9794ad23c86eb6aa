"""The texts that were said last, to be shown and to be said again. They are in memory only. Pure."""

from dataclasses import dataclass

from ttsmesh.errors import Code, RejectedError, quoted
from ttsmesh.limits import HISTORY_SIZE, HISTORY_TEXTS
from ttsmesh.model.speech.order import Order


@dataclass(slots=True)
class Kept:
    """An order, with its text. So many of its ``characters`` were heard when it ended."""

    order: Order
    characters: int = 0


class Texts:
    """Keeps ``most`` orders of at most ``size`` bytes of text together: the last ones. Saves are none of them, since
    their sound is in a file."""

    def __init__(self, most: int = HISTORY_TEXTS, size: int = HISTORY_SIZE) -> None:
        self._most = most
        self._size = size
        self._bytes = 0
        self._kept: dict[str, Kept] = {}  # oldest first

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, order: Order) -> None:
        """Keep ``order``, of which this is the first text, if there is any, and room for it. Older ones make room."""
        size = _size(order)
        if order.saves or not size or not self._most or size > self._size:
            return
        self._kept[order.id] = Kept(order)
        self._bytes += size
        self._make_room()

    def grew(self, order: Order) -> None:
        """More of the text of ``order`` has come."""
        if (kept := self._kept.get(order.id)) is not None:
            self._bytes += _size(order) - _size(kept.order)
            kept.order = order
            self._make_room()

    def ended(self, id: str, characters: int) -> None:
        """Note how much of the text was heard."""
        if (kept := self._kept.get(id)) is not None:
            kept.characters = characters

    def get(self, id: str) -> Kept | None:
        return self._kept.get(id)

    def find(self, id: str | None, caller: str | None) -> Kept:
        """What was said as ``id``, or else what was said last, if a ``caller`` is given by that one.

        Raises:
            RejectedError: there is none.
        """
        if id is not None:
            if (kept := self._kept.get(id)) is None:
                raise RejectedError(f"the text of utterance {quoted(id)} is not kept", Code.NOTHING_TO_SAY)
            return kept
        for kept in reversed(self._kept.values()):
            if caller in (None, kept.order.claim.caller):
                return kept
        raise RejectedError("no text that was said is kept", Code.NOTHING_TO_SAY)

    def _make_room(self) -> None:
        while len(self._kept) > self._most or self._bytes > self._size:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._bytes -= _size(oldest.order)


def _size(order: Order) -> int:
    return len(order.text.encode())

"""Texts that have come and are still being checked: one that is stopped meanwhile is not said."""

import contextlib
from collections.abc import Callable, Iterator

from ttsmesh.model.speech.order import Order

Wanted = Callable[[Order], bool]
"""Whether a request to stop means this order."""


class Text:
    """A text of ``caller`` that is being checked."""

    def __init__(self, caller: str) -> None:
        self.caller = caller
        self.stops: list[Wanted] = []

    def stopped(self, order: Order) -> bool:
        """Whether ``order``, which was made of it, was meant by a request to stop that came meanwhile."""
        return not order.saves and any(wanted(order) for wanted in self.stops)


class Coming:
    """The texts that are being checked. While a mesh starts, these are all that came until then."""

    def __init__(self) -> None:
        self._texts: set[Text] = set()

    @contextlib.contextmanager
    def text(self, caller: str) -> Iterator[Text]:
        """A text, for as long as it is checked."""
        text = Text(caller)
        self._texts.add(text)
        try:
            yield text
        finally:
            self._texts.remove(text)

    def stop(self, wanted: Wanted) -> None:
        """Stop those that turn out to be ``wanted``."""
        for text in self._texts:
            text.stops.append(wanted)

    def count(self, caller: str | None) -> int:
        """How many there are of ``caller``, or of everybody."""
        return sum(caller in (None, text.caller) for text in self._texts)

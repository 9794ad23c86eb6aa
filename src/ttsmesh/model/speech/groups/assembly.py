"""The pieces of a text, put into the order of their indices. Pure: the clock is an argument, in seconds."""

from ttsmesh.limits import PREDECESSOR_TIMEOUT


class Assembly:
    """Takes pieces as they come, and gives the text that comes next.

    A piece that comes before its predecessor waits for it, and the text goes on without the predecessor after
    ``PREDECESSOR_TIMEOUT`` seconds. ``missing`` counts pieces that never came in time, ``repeated`` those that came
    again or too late: they are left out. ``waiting`` counts the characters of pieces that wait.
    """

    def __init__(self) -> None:
        self.missing = 0
        self.repeated = 0
        self.waiting = 0
        self._next = 0  # the index that comes next
        self._early: dict[int, tuple[str, float]] = {}  # with the time at which it has waited for long enough
        self._end: int | None = None  # the index behind the last piece

    @property
    def ended(self) -> bool:
        """Whether no more pieces come, and none waits."""
        return self._end is not None and not self._early and self._next >= self._end

    @property
    def deadline(self) -> float | None:
        """When a piece, or the end, has waited for long enough; None if nothing waits."""
        return min((until for _, until in self._early.values()), default=None)

    def add(self, text: str, index: int | None, now: float) -> str:
        """The text that comes next, now that piece number ``index`` is there. Without one it comes right behind what
        came before."""
        if index is None:
            return text
        if index < self._next or index in self._early:
            self.repeated += 1
            return ""
        self._early[index] = text, now + PREDECESSOR_TIMEOUT
        self.waiting += len(text)
        return self._in_order()

    def end(self, last: int | None, now: float) -> str:
        """No piece comes behind number ``last``, or behind those that have come. The text that comes next by that."""
        behind = max(self._early, default=self._next - 1) + 1 if last is None else last + 1
        self._end = max(behind, self._next)
        if self._next < self._end and self._end not in self._early:
            self._early[self._end] = "", now + PREDECESSOR_TIMEOUT
        return self._in_order()

    def late(self, now: float) -> str:
        """The text that comes next without those pieces that others have waited for for long enough."""
        found = ""
        while (deadline := self.deadline) is not None and deadline <= now:
            first = min(self._early)
            self.missing += first - self._next
            self._next = first
            found += self._in_order()
        return found

    def _in_order(self) -> str:
        found = []
        while self._next in self._early:
            text, _ = self._early.pop(self._next)
            found.append(text)
            self._next += 1
        text = "".join(found)
        self.waiting -= len(text)
        return text

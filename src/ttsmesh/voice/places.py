"""The places in the sound at which the model server wants a report, because a word or a mark is heard there."""

import heapq


class Places:
    """Rendered frames, from the start of the utterance, that come in any order."""

    def __init__(self) -> None:
        self._frames: list[int] = []  # a heap

    @property
    def next(self) -> int | None:
        """The next place, if one is known."""
        return self._frames[0] if self._frames else None

    def add(self, frame: int) -> None:
        heapq.heappush(self._frames, frame)

    def end(self, frame: int) -> None:
        """The sound that they were placed in ends at ``frame``. None of them is behind that."""
        if self._frames and max(self._frames) > frame:
            self._frames = [min(place, frame) for place in self._frames]  # still a heap

    def reached(self, position: int) -> bool:
        """Whether a place was reached with the frame ``position``, that had not been before."""
        reached = False
        while self._frames and self._frames[0] <= position:
            heapq.heappop(self._frames)
            reached = True
        return reached

"""How far a text was heard: from frames that have sounded to characters of the text. Pure."""

from bisect import bisect_right


class WordEnds:
    """Where in the sound each word ends, in order; filled as the chunks are rendered."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._characters: list[int] = []
        self._length = 0

    def add(self, words: tuple[tuple[int, int], ...], length: int) -> None:
        """Append a chunk of ``length`` frames. ``words``: (frame within it, character of the text) where each ends."""
        for frame, character in words:
            self._frames.append(self._length + frame)
            self._characters.append(character)
        self._length += length

    def characters(self, heard: int) -> int:
        """Characters of the text that ``heard`` frames have said: up to the end of the last word heard whole."""
        place = bisect_right(self._frames, heard)
        return self._characters[place - 1] if place else 0

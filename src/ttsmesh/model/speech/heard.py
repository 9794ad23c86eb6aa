"""How far a text was heard: turns frames that have sounded into characters of the text. Pure."""

from bisect import bisect_right


class WordEnds:
    """The place in the sound where each word ends; grows as the chunks are rendered."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._characters: list[int] = []
        self._length = 0

    def add(self, words: tuple[tuple[int, int], ...], length: int) -> None:
        """Append a chunk of ``length`` frames. ``words``: the frame of the chunk, and character of the text, where each
        word ends."""
        for frame, character in words:
            self._frames.append(self._length + frame)
            self._characters.append(character)
        self._length += length

    def characters(self, heard: int) -> int:
        """How many characters of the text ``heard`` frames have said, up to the end of the last word heard whole."""
        place = bisect_right(self._frames, heard)
        return self._characters[place - 1] if place else 0

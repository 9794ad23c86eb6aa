"""How far a text was heard: turns frames that have sounded into characters of the text. Pure."""

from bisect import bisect_right
from collections.abc import Iterable

from ttsmesh.wire.word_times import WordTime


class WordEnds:
    """The place in the sound where each word ends; grows as the sound is made.

    The words of a chunk are known before its sound is, and the last of them may be said to end a little beyond it,
    since the silence at the chunk's end is shortened. They end with the chunk then.
    """

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._characters: list[int] = []
        self._length = 0

    def begin(self, words: Iterable[WordTime]) -> None:
        """Begin a chunk, which ends the one before. Of several words for the same characters, the last one counts."""
        self.end()
        for word in words:
            for place in range(len(self._characters) - 1, -1, -1):
                if self._characters[place] <= word.start:
                    break
                self._characters[place] = word.start
            self._frames.append(self._length + word.last_frame)
            self._characters.append(word.end)

    def add(self, frames: int) -> None:
        """Append ``frames`` more frames of the chunk's sound."""
        self._length += frames

    def end(self) -> None:
        """The chunk has no more sound."""
        for place in range(len(self._frames) - 1, -1, -1):
            if self._frames[place] <= self._length:
                break
            self._frames[place] = self._length

    def characters(self, heard: int) -> int:
        """How many characters of the text ``heard`` frames have said, up to the end of the last word heard whole."""
        place = bisect_right(self._frames, heard)
        return self._characters[place - 1] if place else 0

"""How far a text was heard: turns frames that have sounded into characters of the text. Pure."""

from bisect import bisect_right

from ttsmesh.wire.word_times import WordTime


class WordEnds:
    """The place in the sound where each word ends; grows as the chunks are rendered."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._characters: list[int] = []
        self._length = 0

    def add(self, words: tuple[WordTime, ...], length: int) -> None:
        """Append a chunk of ``length`` frames. Of several words for the same characters, the last one counts."""
        for word in words:
            for place in range(len(self._characters) - 1, -1, -1):
                if self._characters[place] <= word.start:
                    break
                self._characters[place] = word.start
            self._frames.append(self._length + word.last_frame)
            self._characters.append(word.end)
        self._length += length

    def characters(self, heard: int) -> int:
        """How many characters of the text ``heard`` frames have said, up to the end of the last word heard whole."""
        place = bisect_right(self._frames, heard)
        return self._characters[place - 1] if place else 0

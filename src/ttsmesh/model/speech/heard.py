"""How far a text was heard: turns frames that have sounded into characters, words and marks of the text. Pure."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from ttsmesh.wire.messages import MarkHeard, WordHeard
from ttsmesh.wire.word_times import WordTime


class WordEnds:
    """The place in the sound where each word ends; grows as the sound is made, and shrinks as it is heard.

    The words of a chunk are known before its sound is, and the last of them may be said to end a little beyond it,
    since the silence at the chunk's end is shortened. They end with the chunk then.
    """

    def __init__(self, frame: int = 0, characters: int = 0) -> None:
        """What sounds begins with this ``frame``; so many ``characters`` of the text are before it."""
        self._frames: list[int] = []
        self._characters: list[int] = []
        self._length = frame
        self._before = characters

    def __len__(self) -> int:
        """How many words are kept."""
        return len(self._frames)

    @property
    def length(self) -> int:
        """The frames of the sound so far."""
        return self._length

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
        return self._characters[place - 1] if place else self._before

    def forget(self, heard: int) -> None:
        """Keep nothing of the words that ``heard`` frames have said: never will fewer have been heard."""
        place = bisect_right(self._frames, heard)
        if place:
            self._before = self._characters[place - 1]
            del self._frames[:place], self._characters[:place]


class Places:
    """The words and marks of which a client is told when they are heard, each once and in order.

    It grows as the sound is made. ``told``: of so many the client was told by now.
    """

    def __init__(self, told: int = 0) -> None:
        """``told``: so many of those that will be added come for a second time, since their sound was lost."""
        self.told = told
        self._again = told
        self._waiting: deque[_Waiting] = deque()
        self._word: tuple[int, int] | None = None  # the characters of the last one

    def add(self, begin: int, words: Iterable[WordTime] = (), marks: Iterable[tuple[int, str]] = ()) -> None:
        """Add those of a chunk that begins with frame ``begin``: at which frame of it, and what is there.

        Of several words for the same characters only the first one counts.
        """
        found: list[_Waiting] = [(begin + frame, name) for frame, name in marks]
        for word in words:
            if (word.start, word.end) != self._word:
                first, last = begin + word.first_frame, begin + word.last_frame
                found.append((first, WordTime(first, last, word.start, word.end)))
            self._word = word.start, word.end
        found.sort(key=lambda place: place[0])
        again = min(self._again, len(found))
        self._again -= again
        self._waiting.extend(found[again:])

    def end(self, length: int) -> None:
        """The sound so far has ``length`` frames, and a chunk ends with it. None of its places is behind that."""
        behind = []
        while self._waiting and self._waiting[-1][0] > length:
            behind.append(self._waiting.pop()[1])
        self._waiting.extend((length, place) for place in reversed(behind))

    def reached(self, second: Callable[[int], float], heard: float = math.inf) -> Sequence[WordHeard | MarkHeard]:
        """Those of which the client is to be told now that so many frames were heard. ``second``: when a frame is."""
        reached: list[WordHeard | MarkHeard] = []
        while self._waiting and self._waiting[0][0] <= heard:
            _, place = self._waiting.popleft()
            if isinstance(place, str):
                reached.append(MarkHeard(name=place))
            else:
                first_s, last_s = (round(second(frame), 3) for frame in place[:2])
                reached.append(WordHeard(start=place.start, end=place.end, start_s=first_s, end_s=last_s))
        self.told += len(reached)
        return reached


_Waiting = tuple[int, "str | WordTime"]
"""A frame, and the name of the mark or the word that is there."""

"""Captions: which words of a text are heard when. Pure."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.wire.word_times import WordTime


class Caption(NamedTuple):
    """``word``, as the user wrote it, is heard from ``start_s`` to ``end_s``. It is characters ``start:end`` of the
    text.

    ``before`` and ``after``: marks that cling to it, such as quotes and a comma. ``spaced``: white space follows it.
    """

    word: str
    start_s: float
    end_s: float
    start: int
    end: int
    before: str = ""
    after: str = ""
    spaced: bool = True


_OPENING = re.compile(r"[\"'“‘«¿¡(\[（「『《]{1,4}$")
_CLOSING = re.compile(r"[.,;:!?…%\"'”’»)\]。，、；：！？）」』》।]{1,6}")
_SPACE = re.compile(r"\s")


class Times:
    """When rendered frames are heard, in seconds, where the rate changes on the way."""

    def __init__(self, frames_per_second: int, rate: float = 1.0) -> None:
        self._frames_per_second = frames_per_second
        self._changes: list[tuple[int, float, float]] = [(0, 0.0, rate)]  # from which frame on, its second, the rate

    def change(self, frame: int, rate: float) -> None:
        """From ``frame`` on, sound is heard ``rate`` times as fast as it was rendered. Frames never go back."""
        self._changes.append((frame, self.at(frame), rate))

    def at(self, frame: int) -> float:
        """The second at which ``frame`` is heard."""
        for begin, second, rate in reversed(self._changes):
            if frame >= begin:
                return second + (frame - begin) / self._frames_per_second / rate
        return 0.0


class Pacing:
    """How fast a text is heard, as it becomes known. Frames are of the text's sound, as it is rendered."""

    def __init__(self, speed: float) -> None:
        self._speeds = [(0, speed)]
        self._rates: list[tuple[int, float]] = [(0, 1.0)]
        self._times: Times | None = None

    def rate(self, frame: int, rate: float) -> None:
        """From ``frame`` on, which is behind all that were given, the text asks for ``rate`` times its speed."""
        self._rates.append((frame, rate))
        self._times = None

    def speed(self, frame: int, speed: float) -> None:
        """From ``frame`` on, which is heard now, its listener wishes for this speed."""
        self._speeds = [change for change in self._speeds if change[0] < frame] + [(frame, speed)]
        self._times = None

    def times(self) -> Times:
        """When frames are heard, as far as is known."""
        if self._times is None:
            self._times, speed, rate = Times(SAMPLE_RATE), 1.0, 1.0
            speeds = ((frame, value, None) for frame, value in self._speeds)
            rates = ((frame, None, value) for frame, value in self._rates)
            for frame, faster, own in sorted([*speeds, *rates], key=lambda change: change[0]):
                speed, rate = faster or speed, own or rate
                self._times.change(frame, speed * rate)
        return self._times


def captions(
    text: str, words: Iterable[WordTime], second: Callable[[int], float], written: Callable[[str], str] = str
) -> list[Caption]:
    """A caption for each stretch of ``text`` that is heard, in the order of the text.

    Args:
        words: when they are heard, in frames from the beginning of the sound. Of several words that are said for the
            same characters, the first begins the caption, and the last ends it.
        second: the second at which a frame is heard.
        written: what a stretch of the text is without its markup.
    """
    heard: list[WordTime] = []
    for word in words:
        if heard and word.start < heard[-1].end:
            before = heard[-1]
            heard[-1] = WordTime(before.first_frame, word.last_frame, before.start, max(before.end, word.end))
        else:
            heard.append(word)
    ends = [0, *(word.end for word in heard)]
    starts = [*(word.start for word in heard), len(text)]
    between = [written(text[end:start]) for end, start in zip(ends, starts, strict=True)]
    found = []
    for word, ahead, behind in zip(heard, between, between[1:], strict=False):
        opening, closing = _OPENING.search(ahead), _CLOSING.match(behind)
        found.append(
            Caption(
                written(text[word.start : word.end]),
                second(word.first_frame),
                second(word.last_frame),
                word.start,
                word.end,
                opening.group() if opening else "",
                closing.group() if closing else "",
                _SPACE.search(behind) is not None,
            )
        )
    return found

"""Which frames of an utterance the decoder gets: little silence, and few different numbers of frames. Pure.

The plugin prepares itself for every number of frames that it has not seen, for 0.1 to 0.7 s, and keeps 12 to 50 MB for
it. Frames of zeros are no filling, for norms run over time; the begin token's own silence is: as much of it as fills
the next bucket is decoded after all, then of the end's, and then the last frame is repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ttsmesh.model.engine import EDGE

LEAD = 4
"""Frames of the begin token's silence that are heard. It lasts 14 to 18; with two, some onsets are clipped."""

TAIL = 2
"""Frames heard of the silence at the end: of the marks there, and of the end token."""

BUCKETS = (24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256)
"""Numbers of frames, of 25 ms, to be prepared for. They suit about 100 phonemes; the longest chunks take 350."""

BEYOND = 64
"""Frames between the numbers after the last bucket, which nothing is prepared for."""

MARKS = frozenset((1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16))
"""Tokens of ``;:,.!?—…"()“”`` and the space, which are silent at the end of a chunk."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is heard, frames ``begin`` to ``end``, and what is decoded for it: ``first`` to ``last``, the last frame
    of which is then repeated ``fill`` times."""

    begin: int
    end: int
    first: int
    last: int
    fill: int

    @property
    def frames(self) -> int:
        """Decoded in all: a bucket's number."""
        return self.last - self.first + self.fill


def bucket(frames: int) -> int:
    """The least number of frames to be decoded that holds ``frames``."""
    return next((size for size in BUCKETS if size >= frames), -(-frames // BEYOND) * BEYOND)


def window(tokens: Sequence[int], durations: Sequence[int]) -> Window:
    """For ``tokens`` between their two edges, each of which lasts as many frames as ``durations`` says."""
    total = sum(durations)
    begin = max(0, durations[0] - LEAD)
    end = min(total, total - sum(durations[silent_from(tokens) :]) + TAIL)
    missing = bucket(end - begin) - (end - begin)
    before = min(begin, missing)
    after = min(total - end, missing - before)
    return Window(begin, end, begin - before, end + after, missing - before - after)


def heard(tokens: Sequence[int], durations: Sequence[int]) -> list[int]:
    """``durations`` of what is heard: the begin token's, and those of the silence at the end, are shorter."""
    shorter = list(durations)
    shorter[0] = min(shorter[0], LEAD)
    left = TAIL
    for number in range(silent_from(tokens), len(shorter)):
        shorter[number] = min(shorter[number], left)
        left -= shorter[number]
    return shorter


def silent_from(tokens: Sequence[int]) -> int:
    """The number of the first token of the silence at the end; what is nothing but marks is silent after the first."""
    number = len(tokens) - 1
    while number > 2 and tokens[number - 1] in MARKS:
        number -= 1
    assert tokens[-1] == EDGE
    return number

"""Which frames of an utterance the decoder gets: little silence, and few different numbers of frames. Pure.

The plugin prepares itself for every number of frames that it has not seen, for 0.1 to 0.7 s, and keeps 3 to 50 MB for
it. Frames of zeros are no filling, for norms run over time; the begin token's own silence is: as much of it as fills
the next bucket is decoded after all, then of the end's, and then the last frame is repeated.

For the same reason some silence around what is heard is always decoded: without any, speech is 1.9 dB quieter than it
was meant to be, by more in one text than in another, and the recogniser gets 0.7 words more of a hundred wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ttsmesh.model.kokoro import EDGE

LEAD = 4
"""Frames of the begin token's silence that are heard. It lasts 14 to 18; with two, some onsets are clipped."""

TAIL = 2
"""Frames heard of the silence at the end: of the marks there, and of the end token."""

AROUND = 6
"""Frames of silence decoded, and not heard, at either end: 0.7 dB are left of the 1.9, for 6 % of the time."""

BUCKETS = (32, 40, 48, 56, 64, 72, 80, 96, 112, 144, 176, 208, 272)
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
    first, last = max(0, begin - AROUND), min(total, end + AROUND)
    missing = bucket(last - first) - (last - first)
    before = min(first, missing)
    after = min(total - last, missing - before)
    return Window(begin, end, first - before, last + after, missing - before - after)


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

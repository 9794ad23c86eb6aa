"""Which frames of an utterance the decoder gets: little silence, and few different numbers of frames. Pure.

The plugin prepares its kernels for every number of frames that it has not seen, in 0.1 to 0.7 s and 3 to 50 MB. So the
number is rounded up to a bucket's. Frames of zeros cannot fill a bucket, since norms run over time. The begin token's
own silence can, then that of the end, and then the last frame, repeated.

Norms are also the reason why some silence around what is heard is always decoded: without any, speech is 1.9 dB quieter
than it was meant to be, by more in one text than in another, and the recogniser gets 0.7 more words of a hundred wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ttsmesh.model.kokoro import EDGE

LEAD_FRAMES = 4
"""Frames of the begin token's silence that are heard. It lasts 14 to 18; with two, some onsets are clipped."""

TAIL_FRAMES = 2
"""Frames that are heard of the silence at the end, which is that of the last marks and of the end token."""

MARGIN_FRAMES = 6
"""Frames of silence decoded, and not heard, at either end: 0.7 dB are left of the 1.9, for 6 % of the time."""

BUCKETS = (32, 40, 48, 56, 64, 72, 80, 96, 112, 144, 176, 208, 272)
"""Numbers of frames, of 25 ms, to be prepared for. They suit about 100 phonemes; the longest chunks take 350."""

LONG_STEP_FRAMES = 64
"""Frames between the numbers after the last bucket, which nothing is prepared for."""

MARKS = frozenset((1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16))
"""Tokens of ``;:,.!?—…"()“”`` and the space, which are silent at the end of a chunk."""


@dataclass(frozen=True, slots=True)
class Window:
    """Frames ``begin`` to ``end`` are heard. ``first`` to ``last`` are decoded, the last one ``fill`` more times."""

    begin: int
    end: int
    first: int
    last: int
    fill: int

    @property
    def frames(self) -> int:
        """The number of frames that are decoded, which is a bucket's."""
        return self.last - self.first + self.fill


def bucket(frames: int) -> int:
    """The least number of frames to be decoded that holds ``frames``."""
    return next((size for size in BUCKETS if size >= frames), -(-frames // LONG_STEP_FRAMES) * LONG_STEP_FRAMES)


def window(tokens: Sequence[int], durations: Sequence[int]) -> Window:
    """The window of ``tokens``, edges included, that last ``durations`` frames each."""
    total = sum(durations)
    begin = max(0, durations[0] - LEAD_FRAMES)
    end = min(total, total - sum(durations[silent_from(tokens) :]) + TAIL_FRAMES)
    first, last = max(0, begin - MARGIN_FRAMES), min(total, end + MARGIN_FRAMES)
    missing = bucket(last - first) - (last - first)
    before = min(first, missing)
    after = min(total - last, missing - before)
    return Window(begin, end, first - before, last + after, missing - before - after)


def heard_durations(tokens: Sequence[int], durations: Sequence[int]) -> list[int]:
    """``durations`` as they are heard: those of the begin token and of the silence at the end are shorter."""
    shorter = list(durations)
    shorter[0] = min(shorter[0], LEAD_FRAMES)
    left = TAIL_FRAMES
    for number in range(silent_from(tokens), len(shorter)):
        shorter[number] = min(shorter[number], left)
        left -= shorter[number]
    return shorter


def silent_from(tokens: Sequence[int]) -> int:
    """The index of the first token of the silence at the end. Of a text of marks only, the first one is not silent."""
    number = len(tokens) - 1
    while number > 2 and tokens[number - 1] in MARKS:
        number -= 1
    assert tokens[-1] == EDGE
    return number

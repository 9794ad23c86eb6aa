"""Which frames of an utterance are heard: little of the silence that the model begins and ends each one with. Pure.

The silence is left out of what is heard, not of what the model's stages up to the trunk see. What the generator's norms
go by is the chunk as the model speaks it: without the silence, speech is 1.9 dB quieter than it was meant to be.
"""

from collections.abc import Sequence

from ttsmesh.model.kokoro import EDGE

LEAD_FRAMES = 4
"""Frames of the begin token's silence that are heard. It lasts 14 to 18; with two, some onsets are clipped."""

TAIL_FRAMES = 2
"""Frames that are heard of the silence at the end, which is that of the last marks and of the end token."""

MARKS = frozenset((1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16))
"""Tokens of ``;:,.!?—…"()“”`` and the space, which are silent at the end of a chunk."""


def first_heard(durations: Sequence[int]) -> int:
    """The first frame that is heard, of tokens, edges included, that last ``durations`` frames each."""
    return max(0, durations[0] - LEAD_FRAMES)


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

"""Cues: captions joined to lines that can be read while they are heard. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ttsmesh.model.captions.words import Caption
from ttsmesh.model.text import marks

LINE = 42
"""Characters of a line, at most, unless a word alone is longer: what broadcasters allow."""

LINES = 2

LONGEST_S = 6.0
"""Seconds that a cue is shown, at most."""

PAUSE_S = 0.7
"""Seconds of silence after which another cue begins."""

LATEST_CUT = 0.6
"""Fraction of a cue that is full, from which on it ends with a sentence or a clause rather than where it is full."""


class Cue(NamedTuple):
    """``lines`` are shown from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def cues(captions: Sequence[Caption]) -> Iterator[Cue]:
    """The cues for ``captions``. Each ends with a sentence, with a clause, at a pause, or where it is full."""
    begin = 0
    while begin < len(captions):
        end = _end(captions, begin)
        part = captions[begin:end]
        yield Cue(part[0].start_s, part[-1].end_s, _lines(part))
        begin = end


def _end(captions: Sequence[Caption], begin: int) -> int:
    """Behind the last caption of the cue that begins with number ``begin``."""
    clause = 0
    length = 0
    for number in range(begin, len(captions)):
        caption = captions[number]
        length += len(_written(caption))
        full = length > LINE * LINES or caption.end_s - captions[begin].start_s > LONGEST_S
        paused = number > begin and caption.start_s - captions[number - 1].end_s >= PAUSE_S
        if number > begin and (full or paused):
            return clause if clause and full else number
        length += caption.spaced
        last = caption.after[-1:] if caption.after else ""
        ends = caption.after.rstrip(marks.CLOSERS)[-1:]
        if last and ends and ends in marks.SENTENCE:
            return number + 1
        if ends and ends in marks.CLAUSE and length >= LATEST_CUT * LINE * LINES:
            clause = number + 1
    return len(captions)


def _written(caption: Caption) -> str:
    return caption.before + caption.word + caption.after


def _lines(captions: Sequence[Caption]) -> tuple[str, ...]:
    """One line, or two of about the same length."""
    whole = "".join(_written(caption) + " " * caption.spaced for caption in captions).strip()
    whole = " ".join(whole.split())
    if len(whole) <= LINE:
        return (whole,)
    places: list[int] = []
    at = 0
    for caption in captions[:-1]:
        at += len(_written(caption)) + caption.spaced
        places.append(at)
    if not places:
        return (whole,)
    cut = min(places, key=lambda place: abs(place - len(whole) / 2))
    return tuple(filter(None, (whole[:cut].strip(), whole[cut:].strip())))

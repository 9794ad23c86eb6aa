"""Where in a chunk's sound its words are, its marks, and its changes of delivery. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Samples
from ttsmesh.model.g2p.phonemes import WordSpan
from ttsmesh.model.g2p.words import located
from ttsmesh.model.render.spacing import Spacer
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.wire.word_times import WordTime

LEAD_FRAMES = SAMPLE_RATE // 20
"""Frames before a sentence's first word that belong to it: the model may begin a word before it says so."""

PaceFrom = tuple[int, float, float]
"""A frame, and how many times as fast and as high the sound is heard from there on."""


SaidFrom = tuple[int, int, int]
"""A frame, and the characters of the text (the first one, and the one after the last) that are said from there on."""


class Place(NamedTuple):
    """The words from number ``first`` to ``last`` of a chunk, pronounced as one: when they are heard, and for which
    characters of the text they are said."""

    first: int
    last: int
    time: WordTime


def places(chunk: TextChunk, spans: Sequence[WordSpan], ends: Samples, spacer: Spacer) -> tuple[Place, ...]:
    """When each word of ``chunk`` is heard, in frames of its sound.

    ``ends``: where its phonemes end, as ``Rendering.ends`` says.
    """
    found = []
    for span in spans:
        parts = located(chunk.words, span.start, span.end)
        sources = [chunk.words[index].source(*part) for index, *part in parts]
        # Phoneme n is between ends[n] and ends[n + 1].
        heard, silent = int(ends[span.phoneme_start]), int(ends[span.phoneme_end])
        time = WordTime(spacer.place(heard), spacer.place(silent), sources[0][0], sources[-1][1])
        found.append(Place(parts[0][0], parts[-1][0], time))
    return tuple(found)


def behind(before: int, places: Sequence[Place]) -> Sequence[Place]:
    """``places`` in a sound that begins with ``before`` frames more."""
    return [
        Place(first, last, WordTime(before + time.first_frame, before + time.last_frame, time.start, time.end))
        for first, last, time in places
    ]


def frame_of(word: int, places: Sequence[Place], otherwise: int) -> int:
    """The frame at which word number ``word`` of a chunk begins to be heard; at the last word's end, if there is no
    such word; ``otherwise`` in a chunk without words."""
    for place in places:
        if place.last >= word:
            return place.time.first_frame
    return places[-1].time.last_frame if places else otherwise


def mark_frames(chunk: TextChunk, places: Sequence[Place], before: int) -> tuple[tuple[int, str], ...]:
    """The frame at which the word after each mark of ``chunk`` begins to be heard, and the name of the mark."""
    return tuple((frame_of(mark.word, places, before), mark.name) for mark in chunk.marks)


def said(chunk: TextChunk, places: Sequence[Place]) -> tuple[SaidFrom, ...]:
    """The frame at which each word begins to be heard, and its characters of the text. Silent marks are no words."""
    return tuple(
        (place.time.first_frame, place.time.start, place.time.end) for place in places if _is_heard(chunk, place)
    )


def _is_heard(chunk: TextChunk, place: Place) -> bool:
    return any(word.kind != "mark" for word in chunk.words[place.first : place.last + 1])


def begins(chunk: TextChunk, places: Sequence[Place], before: int) -> tuple[int, ...]:
    """The frames with which the sentences of ``chunk`` begin, a little before their first words are heard.

    ``before``: frames of silence at its start.
    """
    found = []
    heard = [place for place in places if _is_heard(chunk, place)]
    for word in chunk.sentences:
        silent = max((place.time.last_frame for place in heard if place.last < word), default=0)
        found.append(max(silent, frame_of(word, places, before) - LEAD_FRAMES))
    return tuple(found)


def paces(
    chunk: TextChunk, places: Sequence[Place], before: int, *, exact: bool, now: tuple[float, float]
) -> tuple[PaceFrom, ...]:
    """Where in ``chunk`` the pace changes, from ``now`` on.

    ``exact``: the silence before it has the utterance's own pace; else it has that of what was heard before.
    """
    wanted: list[PaceFrom] = [(0, 1.0, 1.0)] if exact and before else []
    for word, delivery in chunk.deliveries:
        wanted.append((frame_of(word, places, before) if word else before, delivery.rate, delivery.pitch))
    found = []
    for frame, rate, pitch in wanted:
        if (rate, pitch) != now:
            now = rate, pitch
            found.append((frame, rate, pitch))
    return tuple(found)

"""Where in a chunk's sound its words are, its marks, and its changes of delivery. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Samples
from ttsmesh.model.g2p.phonemes import WordSpan, sounds
from ttsmesh.model.g2p.words import located
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.spacing import Spacer, pauses
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.wire.word_times import WordTime

EARLY_SAMPLES = FRAME_SAMPLES
"""Samples by which the model sounds before its durations say, once the space before a word counts as the word's: it has
no sound of its own. In 270 sentences of all official voices, in all languages alike, these are 10 ms behind a pause
(stops are silent for up to 45 ms more), and 50 ms in the middle of speech. One frame is between the two."""

LAST_SAMPLES = 4 * FRAME_SAMPLES
"""Samples from a word's last letter on, after which it is silent if a pause follows. To that letter the model gives the
pause's silence as well: it lasts 0.1 to 0.8 s, and its sound ends 45 ms (0 to 120) after its beginning, however long it
is. The rest of the samples are what all times are early by, and a margin for the slowest."""

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
    """When each word of ``chunk`` is heard, in frames of its sound. A mark is, at the end of the word before it.

    ``ends``: where its phonemes end, as ``Rendering.ends`` says.
    """
    found: list[Place] = []
    for span in spans:
        parts = located(chunk.words, span.start, span.end)
        sources = [chunk.words[index].source(*part) for index, *part in parts]
        if sounds(spacer.phonemes[span.phoneme_start : span.phoneme_end]):
            heard, silent = (spacer.place(sample) for sample in _sounding(span, spacer.phonemes, ends))
        else:
            heard = silent = found[-1].time.last_frame if found else spacer.place(0)
        found.append(Place(parts[0][0], parts[-1][0], WordTime(heard, silent, sources[0][0], sources[-1][1])))
    return tuple(found)


def _sounding(span: WordSpan, phonemes: str, ends: Samples) -> tuple[int, int]:
    """The rendered samples from which, and up to which, a word sounds whose phonemes are those of ``span``. Where the
    chunk's first sound is, is known, and so its first word begins with it."""
    start, end = span.phoneme_start, span.phoneme_end
    # Phoneme n is between ends[n] and ends[n + 1].
    spoken = phonemes[:start].rstrip(" ")
    first = int(ends[len(spoken)]) - EARLY_SAMPLES if sounds(spoken) else 0
    last = int(ends[end])
    if pauses(phonemes, end):
        letter = max(number for number in range(start, end) if sounds(phonemes[number]))
        last = min(last, int(ends[letter]) + LAST_SAMPLES)
    return first, last - EARLY_SAMPLES


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

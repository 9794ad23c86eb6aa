"""Segments of a part are given what the markup asks for: deliveries, marks and pauses, by the words. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ttsmesh.lexicon.notation import kokoro
from ttsmesh.model.text import marks
from ttsmesh.model.text.markup.manuscript import Window
from ttsmesh.model.text.markup.notes import STANDS_FOR, Stated
from ttsmesh.model.text.markup.parts import Part, parts, with_pieces
from ttsmesh.model.text.passages import Passage, Pause, Piece
from ttsmesh.model.text.reading import Block, Capitals
from ttsmesh.model.text.segments import Delivery, Mark, Segment, Word, spoken
from ttsmesh.model.text.verbalise.choose import verbaliser

_MARKS: dict[Pause, str] = {"clause": ",", "sentence": "."}
"""The mark that makes the voice pause inside a chunk, where the text has none."""

_OPENING = frozenset("“")
"""Marks that belong to the word behind them."""


def ended(words: tuple[Word, ...], pause: Pause) -> tuple[Word, ...]:
    """``words``, with a mark at their end where ``pause`` needs one and they have none."""
    last = words[-1]
    mark = _MARKS.get(pause)
    if mark is None or (last.kind == "mark" and last.text[-1] in marks.SENTENCE + marks.CLAUSE):
        return words
    return (*words[:-1], replace(last, spaced=False), Word(mark, last.end, last.end, kind="mark"))


def said_instead(passage: Passage, said: Mapping[int, Stated], language: str, capitals: Capitals) -> Passage:
    """``passage`` with what is ``said`` in ``language`` for characters of it."""
    return with_pieces(passage, [_piece(said[at], language, capitals) for at in sorted(said)])


def with_secrets(passage: Passage, words: Iterable[Word], secret: str) -> Passage:
    """``passage``, whose ``words`` these are, with the words for each ``secret`` in the place of it."""
    found = []
    for (start, end), alike in groupby(words, key=lambda word: (word.start, word.end)):
        said = spoken(alike)
        if said.rstrip(".,").endswith(secret):
            found.append(Piece(STANDS_FOR, start, end, said=said))
    return with_pieces(passage, found)


def _piece(one: Stated, language: str, capitals: Capitals) -> Piece:
    if one.interpreted != "phonemes":
        from ttsmesh.model.text.markup.say_as import stated  # not for the model server: it takes 40 ms at its start

        said = stated(one.text, one.interpreted, one.form, verbaliser(language), capitals)
        return Piece(STANDS_FOR if said else one.text, one.at, one.at + 1, said=said)
    try:
        return Piece(one.text, one.at, one.at + 1, kokoro(one.form, language))
    except ValueError:
        return Piece(one.text, one.at, one.at + 1)


def silence(part: Part, language: str, read_as: str) -> Segment:
    """A segment for a ``part`` without words."""
    return Segment(
        part.at,
        part.at,
        (),
        language,
        part.manner.delivery,
        pause_ms=part.pause_ms,
        marks=tuple(Mark(name, 0) for _, name in part.marks),
        ends_sentence=False,
        read_as=read_as,
    )


def skipped(window: Window, offset: int, language: str) -> Block:
    """All of ``window`` as a block without words, because it cannot be read. It keeps its pauses and marks."""
    end = offset + len(window.text)
    unsayable = sum(not character.isspace() for character in window.text)
    unsayable += sum(len(note.text) - 1 for note in window.notes if isinstance(note, Stated))
    segments = [Segment(offset, end, (), language, unsayable=unsayable)]
    noted = 0
    if window.notes:
        silent, noted = parts((), window.notes, window.text, offset, len(window.text), final=window.final)
        segments += (silence(part, language, "text") for part in silent)
    return Block(tuple(segments), len(window.text), noted=noted)


def delivered(segments: Sequence[Segment], part: Part) -> list[Segment]:
    """``segments``, those of ``part``, parted where they are spoken differently, with its marks and pauses."""
    found = _with_marks([alike for segment in segments for alike in _alike(segment, part)], part)
    last = found[-1]
    if part.ends_sentence:
        pause: Pause = "sentence" if last.pause in ("", "clause") else last.pause
        last = replace(last, words=ended(last.words, "sentence") if last.words else (), pause=pause, ends_sentence=True)
    if part.pause_ms is not None:
        inside = last.words and not last.pause
        last = replace(last, words=ended(last.words, "clause") if inside else last.words, pause_ms=part.pause_ms)
    return [*found[:-1], last]


def _alike(segment: Segment, part: Part) -> list[Segment]:
    """``segment``, or its parts that are spoken alike."""
    groups: list[tuple[Delivery, list[Word]]] = []
    for word in segment.words:
        delivery = part.delivery(word.start)
        follows = word.kind == "mark" and word.text not in _OPENING
        if groups and (follows or delivery == groups[-1][0]):
            groups[-1][1].append(word)
        else:
            groups.append((delivery, [word]))
    if len(groups) < 2:
        return [replace(segment, delivery=groups[0][0] if groups else part.manner.delivery)]
    found = [
        replace(
            segment,
            start=words[0].start,
            end=words[-1].end,
            words=tuple(words),
            delivery=delivery,
            pause="",
            ends_sentence=False,
            unsayable=0,
        )
        for delivery, words in groups
    ]
    found[-1] = replace(
        found[-1], pause=segment.pause, ends_sentence=segment.ends_sentence, unsayable=segment.unsayable
    )
    return found


def _with_marks(segments: list[Segment], part: Part) -> list[Segment]:
    """``segments`` with each mark before the first word behind its place, or else behind the last word."""
    found: list[list[Mark]] = [[] for _ in segments]
    starts: list[int] = []
    words: list[tuple[int, int]] = []
    for number, segment in enumerate(segments):
        for index, word in enumerate(segment.words):
            if word.kind != "mark":
                starts.append(word.start)
                words.append((number, index))
    words.append((len(segments) - 1, len(segments[-1].words)))
    for at, name in part.marks:
        number, index = words[bisect_left(starts, at)]
        found[number].append(Mark(name, index))
    return [
        replace(segment, marks=tuple(names)) if names else segment
        for segment, names in zip(segments, found, strict=True)
    ]

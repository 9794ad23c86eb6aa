"""Passages of a text that is marked up are cut where its notes ask for it: at a pause, a sentence's end, another voice
or another language. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ttsmesh.model.text.markup.notes import BREAK_MAX_MS, Break, Manner, Note, Place, SentenceEnd, Stated
from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.segments import Delivery

_CLOSING = re.compile(r"(?:[.,;:!?…]+[\"”’)\]»]*|[\"”’)\]»]+[.,;:!?…]*)(?=\s|$)|[。！？，；：、」』）]+")
"""Marks that belong to the words before them."""


@dataclass(slots=True)
class Part:
    """A passage, or a part of one, whose words are in one language and spoken by one voice; or, without a ``passage``,
    a pause and marks between two of them.

    Attributes:
        at: where it begins.
        manner: how it begins to be spoken.
        changes: how it is spoken from a place on.
        marks: places that the listener is told of, with their names.
        stated: what is said for a character, by its place.
        pause_ms: how long the speech pauses after it.
        ends_sentence: a sentence ends with it.
    """

    at: int
    manner: Manner
    passage: Passage | None = None
    changes: Sequence[tuple[int, Delivery]] = ()
    marks: list[tuple[int, str]] = field(default_factory=list)
    stated: Mapping[int, Stated] = field(default_factory=dict)
    pause_ms: float | None = None
    ends_sentence: bool = False

    def delivery(self, at: int) -> Delivery:
        """How what stands at ``at`` is spoken."""
        found = self.manner.delivery
        for place, delivery in self.changes:
            if place > at:
                break
            found = delivery
        return found


def parts(
    passages: Sequence[Passage], notes: Sequence[Note], window: str, offset: int, used: int, *, final: bool
) -> tuple[list[Part], int]:
    """The parts of ``passages``, which were found in the first ``used`` characters of ``window``, and how many of the
    ``notes`` they carry out. The other notes belong to the next window, which begins where these characters end.

    The first note says how the window begins to be spoken, and is not counted. ``offset``: the place of the window.
    """
    first, *others = notes
    assert isinstance(first, Manner)
    arranging = _Arranging(first, others)
    place = offset + used
    for passage in passages:
        begin, end = passage.pieces[0].start, passage.pieces[-1].end
        arranging.between(begin)
        # A note behind the last word, before the end of its line.
        while end < place and window[end - offset] in " \t":
            end += 1
        arranging.inside(passage, end)
    if final and used == len(window):
        arranging.rest(len(others))
    else:
        behind = place + len(window) - used - len(window[used:].lstrip())
        limit = [behind if isinstance(note, Break) else place - 1 for note in others]
        arranging.rest(max((n for n, note in enumerate(others, 1) if note.at <= limit[n - 1]), default=0))
    return arranging.parts, arranging.done


class _Arranging:
    def __init__(self, manner: Manner, notes: Sequence[Note]) -> None:
        self.parts: list[Part] = []
        self.done = 0
        self._manner = manner
        self._notes = notes
        self._at = manner.at
        self._marks: list[tuple[int, str]] = []  # those since the last part

    def between(self, begin: int) -> None:
        """Carry out the notes up to ``begin``, where a passage begins."""
        while (note := self._next(begin)) is not None:
            self._carry_out(note)

    def inside(self, passage: Passage, end: int) -> None:
        """Cut ``passage``, which ends at ``end``, by the notes inside it."""
        text = "".join(piece.text for piece in passage.pieces)
        begin = 0
        found: list[Part] = []
        manner, changes, stated = self._manner, list[tuple[int, Delivery]](), dict[int, Stated]()

        def cut(at: int) -> None:
            nonlocal begin, manner, changes, stated
            at = max(begin, at)
            if text[begin:at].strip():
                if closing := _CLOSING.match(text, at):
                    at = closing.end()
                whole = begin == 0 and at == len(text)
                part = passage if whole else passage.part(begin, at)
                start = part.pieces[0].start
                found.append(Part(start, manner, part, changes, self._marks, stated))
                self.parts.append(found[-1])
                self._marks = []
            begin, changes, stated = at, [], {}

        while (note := self._next(end)) is not None:
            match note:
                case Stated():
                    stated[note.at] = note
                    continue
                case Break() | SentenceEnd():
                    cut(_place_in(passage, note.at))
                case Manner(delivery=delivery, language=language):
                    if (language, delivery.voice) == (manner.language, manner.delivery.voice):
                        changes.append((note.at, delivery))
                    else:
                        cut(_place_in(passage, note.at))
                case Place():
                    pass
            self._carry_out(note)
            if not changes:
                manner = self._manner
        if text[begin:].strip():
            cut(len(text))
        elif not found:  # nothing but what is left out
            self.parts.append(Part(passage.pieces[0].start, manner, passage))
        elif (last := found[-1].passage) is not None:
            found[-1].passage = replace(last, pause=passage.pause, unsayable=passage.unsayable)

    def rest(self, count: int) -> None:
        """Carry out the notes up to number ``count``."""
        for note in self._notes[self.done : count]:
            self._carry_out(note)
        self.done = max(self.done, count)
        if self._marks:
            self._silent(None)

    def _next(self, limit: int) -> Note | None:
        note = self._notes[self.done] if self.done < len(self._notes) else None
        if note is None or note.at > limit or (note.at == limit and isinstance(note, Stated)):
            return None
        self.done += 1
        return note

    def _carry_out(self, note: Note) -> None:
        """What ``note`` means behind the last part."""
        last = self.parts[-1] if self.parts else None
        self._at = note.at
        match note:
            case Manner():
                self._manner = note
            case Place(at=at, name=name):
                self._marks.append((at, name))
            case Break(ms=ms):
                if last is None or (self._marks and last.pause_ms is not None):
                    self._silent(ms)
                else:
                    last.marks += self._marks
                    self._marks = []
                    last.pause_ms = min(BREAK_MAX_MS, (last.pause_ms or 0.0) + ms)
            case SentenceEnd() if last is not None:
                last.ends_sentence = True
            case _:
                pass

    def _silent(self, ms: float | None) -> None:
        self.parts.append(Part(self._at, self._manner, marks=self._marks, pause_ms=ms))
        self._marks = []


def _place_in(passage: Passage, place: int) -> int:
    """Where in the text of ``passage`` the character at ``place`` is. A piece that is no copy is not parted."""
    at = 0
    for piece in passage.pieces:
        if place <= piece.start:
            return at
        if place < piece.end:
            copied = len(piece.text) == piece.end - piece.start
            return at + (place - piece.start if copied else len(piece.text))
        at += len(piece.text)
    return at


def with_pieces(passage: Passage, others: Sequence[Piece]) -> Passage:
    """``passage`` with the ``others``, which are in order, in the place of what stands where they do."""
    pieces: list[Piece] = []
    placed = 0  # of the others
    for piece in passage.pieces:
        if len(piece.text) != piece.end - piece.start:
            pieces.append(piece)
            continue
        at = piece.start
        while placed < len(others) and others[placed].start < piece.end:
            other = others[placed]
            if at < other.start:
                pieces.append(Piece(piece.text[at - piece.start : other.start - piece.start], at, other.start))
            if other.start >= piece.start:
                pieces.append(other)
            at = max(at, other.end)
            if other.end > piece.end:
                break  # it goes on in the next piece
            placed += 1
        if at == piece.start:
            pieces.append(piece)
        elif at < piece.end:
            pieces.append(Piece(piece.text[at - piece.start :], at, piece.end))
    return replace(passage, pieces=tuple(pieces))

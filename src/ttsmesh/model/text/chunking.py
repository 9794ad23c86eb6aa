"""Joins segments to chunks, each of which the model renders in one call. Pure, and linear in the number of words.

A chunk ends where a reader would breathe: best at a sentence's end, else at a clause's, else between words, and inside
a word only when there is nothing else. It never reaches beyond a paragraph or a pause that was asked for, nor into
words of another language or voice. How fast, high and loud its words are may change inside it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from ttsmesh.model.text import marks
from ttsmesh.model.text.clusters import between_clusters
from ttsmesh.model.text.passages import Pause
from ttsmesh.model.text.segments import PLAIN, Delivery, Mark, Segment, Word, spoken

FIRST_MIN = 20
"""Estimated phonemes that the first chunk has at least: the model speaks fewer than 10 to 20 badly."""

FIRST_WHOLE = 60
"""Estimated phonemes up to which the first sentence stays whole. Of a longer one, a clause is said first: the listener
waits for the prosody of all of the first chunk, 1 to 2.5 ms for each phoneme."""

FIRST_MAX = 100
"""Estimated phonemes at which the first chunk ends even inside a clause."""

CHUNK_MIN = 60
"""Estimated phonemes that a later chunk has at least when it ends with a sentence: short sentences share a chunk."""

CHUNK_MAX = 120
"""Estimated phonemes that a chunk has at most if a sentence or a clause ends within them. The model reads 100 to 200
best, but what is more urgent may have to wait for the prosody of a chunk."""

CHUNK_LIMIT = 160
"""Estimated phonemes that a chunk has at most if no sentence or clause ends within ``CHUNK_MAX``, but one does within
these: a cut between words is heard."""

GROWTH = 3
"""How many times as many estimated phonemes a chunk has at most as were said before it. Its prosody is made while these
sound, perhaps at twice the speed."""

REMAINDER = FIRST_MIN
"""Estimated phonemes: the rest of a paragraph joins the chunk before it if it has fewer."""

_LETTER_COST = 3
_IDEOGRAPH_COST = 4
"""Estimated phonemes of one letter that is named, and of one character that is a syllable or a word."""

NO_BREAK, _SPACE, _CLAUSE, _SENTENCE, _END = range(5)
"""What may end after a word, the best place to cut last. A chunk always ends at ``_END``."""

_RANKS: dict[Pause, int] = {"": NO_BREAK, "clause": _CLAUSE, "sentence": _SENTENCE, "item": _END, "paragraph": _END}


@dataclass(frozen=True, slots=True)
class TextChunk:
    """``words`` of one ``language`` and voice. There are none where nothing but a pause or a mark is left of a text.

    Attributes:
        deliveries: how the words are spoken from a word's number on, the first one from 0 on. All have the same voice.
        lead_ms: how long the speech pauses before them, besides what it pauses after the chunk before.
        pause: how long it pauses after them.
        pause_ms: the same to the millisecond, in place of ``pause``.
        marks: they count the words of the chunk.
        unsayable: characters of the source that are left out in it or before.
        at: where in the source it stands, if it has no words.
        sentences: the numbers of the words with which sentences begin. The sound does not depend on them.
    """

    words: tuple[Word, ...]
    language: str
    deliveries: tuple[tuple[int, Delivery], ...] = ((0, PLAIN),)
    lead_ms: float = 0.0
    pause: Pause = ""
    pause_ms: float | None = None
    marks: tuple[Mark, ...] = ()
    read_as: str = "text"
    unsayable: int = 0
    at: int = 0
    sentences: tuple[int, ...] = field(default=(), compare=False)

    @property
    def voice(self) -> str | None:
        """The voice that speaks it, if it is not that of the utterance."""
        return self.deliveries[0][1].voice

    @property
    def start(self) -> int:
        """The first character of the source that the chunk is said for."""
        return self.words[0].start if self.words else self.at

    @property
    def end(self) -> int:
        """The character after the last one."""
        return self.words[-1].end if self.words else self.at

    @property
    def text(self) -> str:
        """What is said, for people."""
        return spoken(self.words)


@dataclass(slots=True)
class _Item:
    """One word, and what a cut after it would mean. ``silence``: chunks without words that follow it."""

    word: Word
    segment: Segment
    cost: int
    rank: int
    pause: Pause
    pause_ms: float | None = None
    marks: tuple[str, ...] = ()
    marks_behind: tuple[str, ...] = ()
    unsayable: int = 0
    silence: tuple[TextChunk, ...] = ()
    ends_sentence: bool = False


class Chunker:
    """Takes segments in their order, and gives chunks as soon as they are certain.

    ``unsayable`` counts the characters that were left out since the last word that was added. A chunk without words
    comes where marks stand between two pauses, or before the first one, and at the end if marks are left.
    """

    def __init__(self) -> None:
        self.unsayable = 0
        self._items: list[_Item] = []
        self._language = ""
        self._read_as = "text"
        self._finished = False
        self._first = True
        self._in_sentence = False  # the last chunk ended inside a sentence
        self._most = self._limit = FIRST_MAX
        self._said = 0  # estimated phonemes
        self._lead_ms = 0.0  # a pause before the next word
        self._marks: tuple[str, ...] = ()  # those before the next word
        self._silence: tuple[TextChunk, ...] = ()  # comes before the next word
        self._at = 0

    def add(self, segment: Segment) -> None:
        """Take the next segment."""
        self._language, self._read_as = segment.language, segment.read_as
        if not segment.words:
            self._add_silence(segment)
            return
        if self._items and not _alike(self._items[-1].segment, segment):
            self._items[-1].rank = _END
        names = defaultdict[int, list[str]](list)
        for mark in segment.marks:
            names[mark.word].append(mark.name)
        rank = NO_BREAK
        for number, word in enumerate(segment.words):
            rank = rank_of(word, rank)
            if rank == _SENTENCE:  # inside a sentence a stop ends nothing: "Really?" he asked
                rank = _SPACE if word.spaced else NO_BREAK
            before = tuple(names.get(number, ()))
            self._items.append(_Item(word, segment, cost_of(word), rank, PAUSES[rank], marks=before))
        first, last = self._items[-len(segment.words)], self._items[-1]
        first.marks, self._marks = self._marks + first.marks, ()
        last.marks_behind = tuple(names.get(len(segment.words), ()))
        last.unsayable, self.unsayable = segment.unsayable + self.unsayable, 0
        if segment.ends_sentence and last.word.text[-1] in marks.SENTENCE + marks.CLOSERS:
            last.rank, last.pause = _SENTENCE, "sentence"
            last.ends_sentence = True
        elif last.rank == NO_BREAK:
            last.rank = _SPACE
        if segment.pause:
            self._pause(last, segment.pause)
        if segment.pause_ms is not None:
            self._pause_for(last, segment.pause_ms)

    def breathe(self) -> None:
        """A chunk ends with the segments that have come, since no more may come for a while."""
        if self._items:
            self._items[-1].rank = _END

    def finish(self) -> None:
        """No more segments come."""
        self._finished = True

    def next(self) -> TextChunk | None:
        """The next chunk, or None if more segments have to be added first or, after ``finish``, if there is none."""
        if self._silence:
            first, *others = self._silence
            self._silence = tuple(others)
            return first
        if not self._items:
            return self._last() if self._finished else None
        if self._items[0].cost > self._most and len(self._items[0].word.text) > 1:
            self._split(self._most)
        count = self._count()
        if count is None:
            return None
        taken, self._items[:count] = self._items[:count], []
        self._first = False
        self._said += sum(item.cost for item in taken)
        self._limit = max(2 * FIRST_MIN, min(CHUNK_LIMIT, GROWTH * self._said))
        self._most = min(CHUNK_MAX, self._limit)
        self._silence = taken[-1].silence
        self._at = taken[-1].word.end
        lead_ms, self._lead_ms = self._lead_ms, 0.0
        sentences = _sentences(taken, inside=self._in_sentence)
        self._in_sentence = not taken[-1].ends_sentence
        return _chunk(taken, lead_ms, sentences)

    def rest(self) -> TextChunk:
        """What has no words at the end of the text, as a chunk without words, and with ``unsayable`` characters."""
        return TextChunk((), self._language, read_as=self._read_as, unsayable=self.unsayable, at=self._at)

    def _last(self) -> TextChunk | None:
        """The pause and the marks that are left at the end of the text."""
        if not (self._lead_ms or self._marks):
            return None
        marks = tuple(Mark(name, 0) for name in self._marks)
        last = TextChunk((), self._language, lead_ms=self._lead_ms, marks=marks, read_as=self._read_as, at=self._at)
        self._lead_ms, self._marks = 0.0, ()
        return last

    def _add_silence(self, segment: Segment) -> None:
        """Take a segment without words."""
        self.unsayable += segment.unsayable
        self._at = max(self._at, segment.start)
        last = self._items[-1] if self._items else None
        if last is not None and _RANKS[segment.pause] > _RANKS[last.pause]:
            self._pause(last, segment.pause)
        names = self._marks + tuple(mark.name for mark in segment.marks)
        self._marks = names if segment.pause_ms is None else ()
        if segment.pause_ms is None:
            return
        if last is not None and (last.pause_ms is None or not names) and not last.silence:
            last.marks_behind += names
            self._pause_for(last, segment.pause_ms)
        elif last is None and not names and not self._silence:
            self._lead_ms += segment.pause_ms
        else:
            marks = tuple(Mark(name, 0) for name in names)
            chunk = TextChunk(
                (),
                segment.language,
                ((0, segment.delivery),),
                lead_ms=0.0 if last else self._lead_ms,
                pause_ms=segment.pause_ms,
                marks=marks,
                read_as=segment.read_as,
                at=segment.start,
            )
            if last is not None:
                last.silence += (chunk,)
            else:
                self._lead_ms = 0.0
                self._silence += (chunk,)

    @staticmethod
    def _pause_for(item: _Item, ms: float) -> None:
        item.pause_ms = (item.pause_ms or 0.0) + ms
        item.rank = _END

    @staticmethod
    def _pause(item: _Item, pause: Pause) -> None:
        item.pause = pause
        item.rank = max(item.rank, _RANKS[pause])
        item.ends_sentence = item.ends_sentence or _RANKS[pause] >= _SENTENCE

    def _split(self, most: int) -> None:
        """Part the first word, which is too long for a chunk."""
        item = self._items[0]
        if item.word.phonemes:
            return
        first, second = halves_of(item.word, max(1, len(item.word.text) * most // item.cost))
        self._items[:1] = [
            replace(
                item,
                word=first,
                cost=cost_of(first),
                rank=NO_BREAK,
                pause="",
                pause_ms=None,
                marks_behind=(),
                unsayable=0,
                silence=(),
                ends_sentence=False,
            ),
            replace(item, word=second, cost=cost_of(second), marks=()),
        ]

    def _count(self) -> int | None:
        """How many words the next chunk has; None if that depends on words that have not come yet.

        The chunk has up to ``most`` estimated phonemes, or up to ``limit`` where that avoids a cut inside a clause: of
        "The ship was old, and so was its captain." with ``most`` in the middle of "captain", the chunk ends after
        "old," if that is long enough, else after "captain." if that is within ``limit``, else after "its".
        """
        most, limit = self._most, self._limit
        least = FIRST_MIN if self._first else min(CHUNK_MIN, most * 2 // 3)
        costs: list[int] = []
        ends_whole = self._finished
        for item, cost in zip(self._items, accumulate(item.cost for item in self._items), strict=True):
            costs.append(cost)
            if item.rank == _END:
                ends_whole = True
                break
            if cost > limit + REMAINDER:
                ends_whole = False
                break
        else:
            if not self._finished:
                return None
        whole = len(costs)
        fits, at_most = bisect_right(costs, most), bisect_right(costs, limit)
        all_fits = fits == whole and ends_whole

        ranks = [item.rank for item in self._items[:whole]]
        sentences = [end for end in range(1, whole + 1) if ranks[end - 1] >= _SENTENCE]
        clauses = [end for end in range(1, whole + 1) if ranks[end - 1] == _CLAUSE]
        good = sentences
        if self._first and not any(least <= costs[end - 1] <= FIRST_WHOLE for end in sentences):
            good = sorted({*sentences, *clauses})
        for end in good:
            if end <= fits and costs[end - 1] >= least:
                return whole if all_fits and costs[-1] - costs[end - 1] < REMAINDER else end
        if all_fits:
            return whole
        for ends in (sentences, clauses):
            near = [end for end in ends if end <= fits]
            if near and costs[near[-1] - 1] >= FIRST_MIN:
                return near[-1]
        if ends_whole and at_most == whole:
            return whole
        if late := [end for end in (*sentences, *clauses) if fits < end <= at_most]:
            return min(late)
        spaces = [end for end in range(1, fits + 1) if ranks[end - 1] >= _SPACE]
        return spaces[-1] if spaces else max(1, fits)


PAUSES: dict[int, Pause] = {NO_BREAK: "", _SPACE: "", _CLAUSE: "clause", _SENTENCE: "sentence"}
"""The pause after what ends so, but for what ends a chunk anyway."""


def rank_of(word: Word, before: int) -> int:
    """What ends after ``word``, by itself; ``before`` is what ends after the word before it."""
    if word.kind == "mark":
        if word.text[-1] in marks.SENTENCE:
            return _SENTENCE
        if word.text[-1] in marks.CLAUSE:
            return _CLAUSE
        if word.text in marks.CLOSERS and before > _SPACE:
            return before
    return _SPACE if word.spaced else NO_BREAK


def _alike(segment: Segment, other: Segment) -> bool:
    """Whether a chunk may have words of both."""
    voices = segment.delivery.voice, other.delivery.voice
    return voices[0] == voices[1] and (segment.language, segment.read_as) == (other.language, other.read_as)


def cost_of(word: Word) -> int:
    """How many phonemes ``word`` probably has."""
    if word.phonemes:
        return len(word.phonemes) + 1
    if word.kind == "letters":
        return _LETTER_COST * len(word.text) + 1
    if word.text.isascii():
        return len(word.text) + word.spaced
    return (
        sum(_IDEOGRAPH_COST if "\u2e80" <= c <= "\ud7ff" or c >= "\U00020000" else 1 for c in word.text) + word.spaced
    )


def halves_of(word: Word, cut: int) -> tuple[Word, Word]:
    """``word``, parted before character ``cut`` or a little earlier."""
    cut = between_clusters(word.text, cut)
    text = word.text
    return (
        Word(text[:cut], *word.source(0, cut), spaced=False, kind=word.kind, icon=word.icon),
        Word(text[cut:], *word.source(cut, len(text)), spaced=word.spaced, kind=word.kind),
    )


def _sentences(items: Sequence[_Item], *, inside: bool) -> tuple[int, ...]:
    """The numbers of those of ``items`` with which a sentence begins. ``inside``: one goes on with the first."""
    goes_on = [inside, *(not item.ends_sentence for item in items[:-1])]
    return tuple(number for number, inner in enumerate(goes_on) if not inner)


def _chunk(items: Sequence[_Item], lead_ms: float, sentences: tuple[int, ...]) -> TextChunk:
    first, last = items[0], items[-1]
    deliveries: list[tuple[int, Delivery]] = []
    marks: list[Mark] = []
    for number, item in enumerate(items):
        if not deliveries or deliveries[-1][1] != item.segment.delivery:
            deliveries.append((number, item.segment.delivery))
        marks += (Mark(name, number) for name in item.marks)
        marks += (Mark(name, number + 1) for name in item.marks_behind)
    return TextChunk(
        tuple(item.word for item in items),
        first.segment.language,
        tuple(deliveries),
        lead_ms,
        last.pause,
        last.pause_ms,
        tuple(marks),
        first.segment.read_as,
        sum(item.unsayable for item in items),
        sentences=sentences,
    )

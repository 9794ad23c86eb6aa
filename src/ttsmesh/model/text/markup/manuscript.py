"""A source as its reader gets it: window by window, as plain text with notes. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, takewhile

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import KIB
from ttsmesh.model.text.markup import ssml, tags
from ttsmesh.model.text.markup.markup import Kind, Markup, Wish
from ttsmesh.model.text.markup.notes import Manner, Note, Place, Stated
from ttsmesh.model.text.markup.plain import Plain
from ttsmesh.model.text.segments import Segment, Word

VOICES_MAX = 64
"""Different voices that one text may ask for: each is looked for before the text is accepted."""

WEIGHT_MAX = 64 * KIB
"""Bytes, about, that may be made of a window's notes. They have to fit into one reply, and a single character of the
text may stand for many words. A screen reader's mark at each word comes to this in 15,000 characters: a window that is
cut short has few of them behind what is read of it."""

_STATED_WEIGHT = 8
_NOTE_WEIGHT = 16
"""Bytes that are made of a character that is stated, and of any note."""

_READERS: Mapping[Kind, type[ssml.Ssml] | type[tags.Tags]] = {"ssml": ssml.Ssml, "tags": tags.Tags}

WRITTEN: Mapping[str, Callable[[str], str]] = {"ssml": ssml.written, "tags": tags.written}
"""What a part of a source is without its markup, by the kind of markup. It neither begins nor ends inside a tag."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some of the text. ``final``: it ends with it. ``notes``: of a text that is marked up, the first one says how the
    text is spoken where the window begins, and all others come after it."""

    text: str
    final: bool
    notes: Sequence[Note] = ()


class Manuscript:
    """A text without markup."""

    def __init__(self, text: str) -> None:
        self._text = text

    def window(self, at: int, size: int) -> Window:
        """Up to ``size`` characters of the text from ``at`` on."""
        return Window(self._text[at : at + size], at + size >= len(self._text))

    def ended(self, at: int) -> bool:
        """Whether nothing follows ``at``."""
        return at >= len(self._text)

    def taken(self, at: int, noted: int) -> None:
        """All before ``at``, and the first ``noted`` notes that are left, will not be asked for again."""

    def placed(self, segments: Sequence[Segment]) -> list[Segment]:
        """``segments`` with places in the source for those in the text."""
        return list(segments)


class MarkedUp(Manuscript):
    """A text with markup, of which no more is read than is asked for.

    All methods that read raise ``RejectedError`` for a text that was not checked (``examined``) before.
    """

    def __init__(self, source: str, markup: Markup, language: str, *, detect: bool) -> None:
        self._plain = Plain()
        self._steps = _READERS[markup.kind](source, self._plain, markup.cast, language, detect=detect).steps()
        self._now = Manner(0)
        self._whole = False

    def window(self, at: int, size: int) -> Window:
        """As that of a text without markup."""
        self._read(at + size)
        text = self._plain.text(at, at + size)
        final = self._whole and at + len(text) == self._plain.length
        notes = list(takewhile(lambda note: note.at <= at + len(text), self._plain.notes))
        weights = accumulate(map(_weight, notes))
        full = (number for number, weight in enumerate(weights) if weight > WEIGHT_MAX and notes[number].at > at)
        if (number := next(full, None)) is not None:
            text, notes, final = text[: notes[number].at - at], notes[:number], False
        return Window(text, final, (replace(self._now, at=at), *notes))

    def ended(self, at: int) -> bool:
        """Whether neither text nor notes follow."""
        self._read(at)
        return self._whole and at >= self._plain.length and not self._plain.notes

    def taken(self, at: int, noted: int) -> None:
        """As that of a text without markup."""
        for _ in range(noted):
            note = self._plain.notes.popleft()
            if isinstance(note, Manner):
                self._now = note
        self._plain.forget(at)

    def placed(self, segments: Sequence[Segment]) -> list[Segment]:
        """As that of a text without markup."""
        return [self._placed(segment) for segment in segments]

    def _placed(self, segment: Segment) -> Segment:
        start, end = self._plain.span(segment.start, segment.end)
        return replace(segment, start=start, end=end, words=tuple(map(self._word, segment.words)))

    def _word(self, word: Word) -> Word:
        start, end = self._plain.span(word.start, word.end)
        return replace(word, start=start, end=end)

    def _read(self, end: int) -> None:
        """Read on until there is a character at ``end``, or no more text."""
        while self._plain.length <= end and not self._whole:
            self._whole = next(self._steps, self) is self


def manuscript(text: str, markup: Markup | None, language: str, *, detect: bool) -> Manuscript:
    """``text`` as its reader gets it. ``language``, ``detect``: those of its ``Reading``."""
    return Manuscript(text) if markup is None else MarkedUp(text, markup, language, detect=detect)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a text with markup of a ``kind`` was found to ask for.

    ``wishes``: its voices. ``language``: what it says that it is in, as it writes it, or empty. ``beginning``: some of
    its plain text.
    """

    kind: Kind
    wishes: frozenset[Wish]
    language: str
    beginning: str


def examined(source: str, kind: Kind, *, beginning: int) -> Examined:
    """Read all of ``source``, which has markup of a ``kind``, keeping only ``beginning`` characters of its plain text.

    Raises:
        RejectedError: its markup cannot be understood. The line says why, and where.
    """
    plain = Plain()
    reader = _READERS[kind](source, plain, {}, "", detect=False)
    begin = ""
    at = 0
    for _ in chain(reader.steps(), (None,)):  # what the last step has read comes behind it
        begin += plain.text(at, plain.length)[: beginning - len(begin)]
        at = plain.length
        plain.notes.clear()
        plain.forget(at)
    if len(reader.wishes) > VOICES_MAX:
        raise RejectedError(f"the text asks for more than {VOICES_MAX} voices", Code.TEXT)
    return Examined(kind, frozenset(reader.wishes), reader.root_language, begin)


def _weight(note: Note) -> int:
    match note:
        case Stated(text=text):
            return _NOTE_WEIGHT + _STATED_WEIGHT * len(text)
        case Place(name=name):
            return _NOTE_WEIGHT + len(name)
        case _:
            return _NOTE_WEIGHT

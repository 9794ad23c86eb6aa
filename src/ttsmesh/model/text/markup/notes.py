"""Notes: what a text's markup asks for at places of the plain text that is left of it. Pure.

A source that is marked up becomes plain text, and notes in its order. ``at`` is the place in the plain text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from ttsmesh.model.text.segments import PLAIN, Delivery

BREAK_MAX_MS = 60_000.0
"""Milliseconds of a pause that a text may ask for: what is longer sounds like a fault."""

STANDS_FOR = "\ufffc"
"""The character of the plain text in whose place something else is said (``Stated``)."""

SPELLED = frozenset({"characters", "character", "spell-out", "verbatim"})
"""Names of the way to say a text character by character (``Stated.interpreted``)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """From here on the text is in ``language`` and spoken by ``delivery``. An empty ``language`` is that of the
    utterance, or the one that is found."""

    at: int
    language: str = ""
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True)
class Break:
    """The speech pauses here for ``ms`` milliseconds."""

    at: int
    ms: float


@dataclass(frozen=True, slots=True)
class SentenceEnd:
    """A sentence ends here, also where no mark says so."""

    at: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the listener is told of."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said for the character ``STANDS_FOR`` at this place: the source has ``text`` there, which is read as
    ``interpreted`` (see ``say_as``) in the way of ``form``, or as "phonemes", which are ``form`` then."""

    at: int
    text: str
    interpreted: str
    form: str


Note = Manner | Break | SentenceEnd | Place | Stated

_KINDS = (Manner, Break, SentenceEnd, Place, Stated)


def packed(notes: Iterable[Note]) -> list[list[Any]]:
    """``notes`` in plain values, for another process."""
    found = []
    for note in notes:
        if isinstance(note, Manner):
            values: tuple[Any, ...] = (note.at, note.language, *astuple(note.delivery))
        else:
            values = astuple(note)
        found.append([_KINDS.index(type(note)), *values])
    return found


def unpacked(values: Iterable[Sequence[Any]]) -> list[Note]:
    """The notes that ``packed`` was given."""
    found: list[Note] = []
    for kind, *fields in values:
        if kind == 0:
            at, language, *delivery = fields
            found.append(Manner(at, language, Delivery(*delivery)))
        else:
            found.append(_KINDS[kind](*fields))
    return found

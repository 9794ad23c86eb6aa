"""Segments: what is said, and where in the source it stands. They are all that synthesis learns of a text. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ttsmesh.model.text.passages import Pause

WordKind = Literal["word", "letters", "mark"]


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` is said for characters ``start:end`` of the source.

    ``text`` is a copy of them if it is as long as they are. Of several words that are said for the same characters,
    such as the four for "$2.5", each has the span of all of them.

    Attributes:
        spaced: a space follows.
        kind: "letters" are named one by one, as "HTTP" is; a "mark" is silent, and the voice makes a pause there.
        phonemes: how it is pronounced where a lexicon or the source says so, else empty.
        icon: a short sound is heard with its beginning, because it has a capital.
    """

    text: str
    start: int
    end: int
    spaced: bool = True
    kind: WordKind = "word"
    phonemes: str = ""
    icon: bool = False

    def source(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the source that ``text[first:last]`` is said for."""
        if len(self.text) == self.end - self.start:
            return self.start + first, self.start + last
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a segment is spoken where it differs from its utterance: by which ``voice``, and how many times as fast, as
    high and as loud."""

    voice: str | None = None
    rate: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0


PLAIN = Delivery()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the listener is told of when it is heard: before word number ``word`` of its segment, or after the
    last one."""

    name: str
    word: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a part of one that is spoken alike.

    Attributes:
        start: the first character of the source that it stands for.
        end: the character after the last one.
        words: in the order of the source. Neither their ``start`` nor their ``end`` ever goes back.
        language: one of ``LANGUAGES``.
        pause: how long the speech pauses after it, where it is more than its last mark asks for.
        pause_ms: how long it pauses after it, to the millisecond, whatever the marks there ask for.
        ends_sentence: the next segment begins another sentence.
        unsayable: characters of the source that are left out though a reader would miss them.
        read_as: the format that its source was found to be in.
    """

    start: int
    end: int
    words: tuple[Word, ...]
    language: str
    delivery: Delivery = PLAIN
    pause: Pause = ""
    pause_ms: float | None = None
    marks: tuple[Mark, ...] = ()
    ends_sentence: bool = True
    unsayable: int = 0
    read_as: str = "text"


def spoken(words: Iterable[Word]) -> str:
    """``words`` as text, for people: letters one by one, marks where they belong."""
    parts = []
    for word in words:
        parts.append(" ".join(word.text) if word.kind == "letters" else word.text)
        if word.spaced:
            parts.append(" ")
    return "".join(parts).strip()

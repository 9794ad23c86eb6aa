"""Words and segments of plain text for tests, without the reader."""

import re
from collections.abc import Iterator

from ttsmesh.model.text.segments import Segment, Word
from ttsmesh.model.text.sentences import sentences

_TOKEN = re.compile(r"[^\W_][\w'’\u0300-\u036f\u0900-\u0963-]*|[^\w\s]+")
_PARAGRAPH = re.compile(r"\n\s*\n")


def words(text: str, start: int = 0) -> tuple[Word, ...]:
    """The words and marks of ``text``, which stands at character ``start`` of its source."""
    return tuple(
        Word(
            token.group(),
            start + token.start(),
            start + token.end(),
            spaced=text[token.end() : token.end() + 1].isspace() or token.end() == len(text),
            kind="word" if token.group()[0].isalnum() else "mark",
        )
        for token in _TOKEN.finditer(text)
    )


def segments(text: str, language: str = "en-us") -> Iterator[Segment]:
    """A segment for each sentence of ``text``, in which an empty line ends a paragraph."""
    at = 0
    for end in (*(match.start() for match in _PARAGRAPH.finditer(text)), len(text)):
        spans = list(sentences(text[at:end]))
        for number, (first, last) in enumerate(spans, 1):
            found = words(text[at + first : at + last], at + first)
            pause = "paragraph" if number == len(spans) and end < len(text) else ""
            if found:
                yield Segment(at + first, at + last, found, language, pause=pause)  # type: ignore[arg-type]
        at = end

"""Cuts a chapter into parts, each of which is rendered by itself, at places where a reader pauses anyway. Pure.

A part depends on the text of its chapter only, so that a chapter is cut the same way each time.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from ttsmesh.cli.commands.books.source.headings import Fences
from ttsmesh.limits import BOOK_PART

MOST = 2 * BOOK_PART
"""Characters of a part that is one paragraph. Then it ends with a sentence."""

HELD = 1024 * 1024
"""Characters of code or of a table in Markdown, which are not cut: it is read as a whole, or by the names of its
columns."""

Kind = Literal["text", "markdown"]
"""What a book is read as."""

End = Literal["paragraph", "sentence", "word"]
"""What a part ends with."""

PARAGRAPH: End = "paragraph"

_SENTENCE = re.compile(r"(?:[.!?…][\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*)\s*")
_INITIAL = re.compile(r"(?:^|[\s(])(?:\w|Mrs?|Ms|Dr|St|Prof|Nr|No|vs|etc|ca|bzw|z\.B)$")
_INDENTED = re.compile(r"[ \t]")


class Part(NamedTuple):
    """A stretch of text, and what it ends with."""

    text: str
    end: End


def cut(lines: Iterable[str], kind: Kind) -> Iterator[Part]:
    """The parts of a chapter, which joined are its ``lines``."""
    text, blank, fences = "", False, Fences()
    whole = 0  # so many characters of it end with code or a table
    for line in lines:
        solid = bool(line.strip())
        if blank and solid and len(text) >= BOOK_PART and not (kind == "markdown" and _INDENTED.match(line)):
            yield Part(text, PARAGRAPH)
            text, whole = "", 0
        inside = kind == "markdown" and (fences.inside(line) or line.lstrip().startswith("|"))
        # Inside of code a blank line ends nothing.
        blank = not solid and not inside
        text += line
        whole = len(text) if inside else whole
        while len(text) > (HELD if inside else MOST):
            place, end = (whole, PARAGRAPH) if 0 < whole < len(text) else _place(text)
            yield Part(text[:place], end)
            text, whole = text[place:], max(0, whole - place)
    if text:
        yield Part(text, PARAGRAPH)


def _place(text: str) -> tuple[int, End]:
    """Where a text that is too long is cut: behind its last sentence, or else behind its last word."""
    for found in reversed(list(_SENTENCE.finditer(text, MOST // 2, MOST))):
        if not _INITIAL.search(text[max(0, found.start() - 8) : found.start()]):
            return found.end(), "sentence"
    blank = max(text.rfind(" ", MOST // 2, MOST), text.rfind("\n", MOST // 2, MOST))
    return (blank + 1 if blank > 0 else MOST), "word"


TAG = re.compile(r"\[(voice|pause):([^\[\]\n]{0,1024})\]")
"""What ``--tags`` takes for a tag."""


def last_voice(text: str, before: str = "") -> str:
    """The tag of the voice that speaks at the end of ``text``, whose beginning is spoken by that of ``before``."""
    return next((tag[0] for tag in reversed(list(TAG.finditer(text))) if tag[1] == "voice"), before)

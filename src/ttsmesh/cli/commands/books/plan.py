"""What is to be rendered of a book: its parts, and the files that are made of them."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ttsmesh.cli.commands.books.kept import Kept, key_of
from ttsmesh.cli.commands.books.names import chapter_name, file_name
from ttsmesh.cli.commands.books.parts import TAG, End, cut, last_voice
from ttsmesh.cli.commands.books.source.manuscript import Manuscript

VERSION = 1
"""Is raised when the same part would be rendered in another way, or kept in another form."""


class Planned(NamedTuple):
    """A part: ``size`` bytes of the manuscript from ``start`` on, with ``prefix`` before them. ``key``: what it is kept
    as."""

    key: str
    start: int
    size: int
    prefix: str
    end: End


class Mark(NamedTuple):
    """A chapter that begins with part number ``part`` of a file, counted from 0."""

    title: str
    part: int


@dataclass(frozen=True)
class Target:
    """A file that is to be made of ``parts``. ``path`` is absolute. ``album``: the book, if this is a chapter of it.
    ``key``: what it is noted as."""

    path: str
    title: str
    album: str
    parts: Sequence[Planned]
    marks: Sequence[Mark]
    key: str


class Book:
    """A book, its files and what is kept of it. ``made``: the keys of the files that are there."""

    def __init__(self, source: str, manuscript: Manuscript, targets: Sequence[Target], kept: Kept) -> None:
        self.source = source
        self.manuscript = manuscript
        self.targets = targets
        self.kept = kept
        self.made = {target.key for target in targets if kept.made(target.key, target.path)}
        self._needed = Counter(part.key for target in self.unmade() for part in target.parts)

    def unmade(self) -> list[Target]:
        """The files that are to be made yet."""
        return [target for target in self.targets if target.key not in self.made]

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return sum(len(target.parts) for target in self.targets)

    @property
    def done(self) -> int:
        """How many of them are kept, or in a file that was made."""
        return sum(
            target.key in self.made or self.kept.has(part.key) for target in self.targets for part in target.parts
        )

    @property
    def chapters(self) -> list[Sequence[Planned]]:
        """The parts of each chapter, of all files."""
        found: list[Sequence[Planned]] = []
        for target in self.targets:
            starts = [mark.part for mark in target.marks[1:]]
            found += [target.parts[a:b] for a, b in zip([0, *starts], [*starts, None], strict=True)]
        return found

    def text(self, part: Planned) -> str:
        return part.prefix + self.manuscript.read(part.start, part.start + part.size)

    def missing(self, target: Target) -> dict[str, Planned]:
        """The parts of ``target`` that are not kept, by their keys."""
        return {part.key: part for part in target.parts if not self.kept.has(part.key)}

    def now_made(self, target: Target) -> None:
        """``target`` is there, so its parts need not be kept, except those that other files need as well."""
        self.made.add(target.key)
        for part in target.parts:
            self._needed[part.key] -= 1
            if not self._needed[part.key]:
                self.kept.forget(part.key)


def plan_parts(manuscript: Manuscript, manner: Mapping[str, Any], *, tags: bool) -> list[list[Planned]]:
    """The parts of each chapter. ``manner``: whatever their sound depends on besides their text.

    With ``tags`` a part begins with the tag of the voice that spoke at the end of the one before.
    """
    chapters: list[list[Planned]] = []
    voice = ""
    for chapter in manuscript.chapters:
        parts: list[Planned] = []
        start = chapter.start
        lines = (line for line, _, _ in manuscript.lines(chapter.start, chapter.end))
        for text, end in cut(lines, manuscript.kind):
            size = len(text.encode())
            if text.strip():
                parts.append(Planned(key_of(VERSION, manner, voice + text), start, size, voice, end))
            start += size
            if tags:
                voice = last_voice(text, voice)
        chapters.append(parts)
    return chapters


def tags_of(manuscript: Manuscript) -> list[str]:
    """The tags in it, each once."""
    found: dict[str, None] = {}
    for line, _, _ in manuscript.lines():
        found |= dict.fromkeys(tag[0] for tag in TAG.finditer(line))
    return list(found)


def plan_file(
    manuscript: Manuscript, chapters: Sequence[Sequence[Planned]], path: str, made_of: Sequence[Any]
) -> Target:
    """One file of the whole book, with marks at its chapters. ``made_of``: what it depends on besides its parts."""
    parts: list[Planned] = []
    marks: list[Mark] = []
    for chapter, planned in zip(manuscript.chapters, chapters, strict=True):
        if planned:
            marks.append(Mark(chapter.title or manuscript.title, len(parts)))
            parts += planned
    return _target(path, manuscript.title, "", parts, marks, made_of)


def plan_files(
    manuscript: Manuscript,
    chapters: Sequence[Sequence[Planned]],
    directory: str,
    stem: str,
    extension: str,
    made_of: Sequence[Any],
    *,
    several: bool,
) -> list[Target]:
    """A file of each chapter in ``directory``, or where ``several`` books go there, in one of its own called ``stem``.
    A book without chapters is one file of that name."""
    spoken = [(c.title, planned) for c, planned in zip(manuscript.chapters, chapters, strict=True) if planned]
    if len(spoken) == 1:
        return [plan_file(manuscript, chapters, os.path.join(directory, file_name(stem, extension)), made_of)]
    own = os.path.join(directory, file_name(stem, "")) if several else directory
    return [
        _target(
            os.path.join(own, chapter_name(number, len(spoken), title, extension)),
            title or manuscript.title,
            manuscript.title,
            planned,
            [],
            made_of,
        )
        for number, (title, planned) in enumerate(spoken, 1)
    ]


def _target(
    path: str, title: str, album: str, parts: Sequence[Planned], marks: Sequence[Mark], made_of: Sequence[Any]
) -> Target:
    key = key_of(VERSION, path, title, album, [(part.key, part.end) for part in parts], marks, made_of)
    return Target(path, title, album, parts, marks, key)

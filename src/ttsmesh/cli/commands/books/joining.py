"""Joins the parts of a book, and makes a file of them that appears whole."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.cli.commands.books.kept import kept_faults
from ttsmesh.cli.commands.books.marks import M4B, Chapter, Facts, write_m4b, write_ogg
from ttsmesh.cli.commands.books.parts import End
from ttsmesh.cli.commands.books.plan import Book, Target
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.host.publishing import UnpublishedFile, write_errors
from ttsmesh.output_formats import Encoding

CHAPTER_S = 2.0
"""Seconds of silence before a chapter, at speed 1."""

EDGES_S = 0.15
"""Seconds of silence at the end of a part and at the beginning of the next, which count: what the renderer leaves."""

_BLOCK = 64 * 1024


class Pauses(NamedTuple):
    """Seconds of silence behind a part, by what it ends with."""

    paragraph: float
    sentence: float
    chapter: float

    def before(self, end: End | None, begins_chapter: bool) -> float:
        """Seconds before a part; ``end``: what the one before ends with, None if there is none."""
        if end is None:
            return 0.0
        if begins_chapter:
            return self.chapter
        return {"paragraph": self.paragraph, "sentence": self.sentence, "word": 0.0}[end]


class Sound(NamedTuple):
    """A part that can be heard: ``frames`` of silence, then its file."""

    silence: int
    path: str
    number: int


class How(NamedTuple):
    """How files are made, in ``format`` and as ``encoding`` says, with chapter marks if they are ``marked``. ``umask``
    is the caller's, ``voice`` the name of who speaks."""

    format: str
    encoding: Encoding
    marked: bool
    pauses: Pauses
    voice: str
    force: bool
    umask: int


def sounds(book: Book, target: Target, pauses: Pauses) -> list[Sound]:
    """The parts of ``target`` that can be heard. Of some nothing can be said, such as a row of stars."""
    found: list[Sound] = []
    before: End | None = None
    begins = False
    starts = {mark.part for mark in target.marks}
    for number, part in enumerate(target.parts):
        begins = begins or number in starts
        path = book.kept.part(part.key)
        if path.stat().st_size:
            silence = max(0.0, pauses.before(before, begins) - EDGES_S) if before else 0.0
            found.append(Sound(round(silence * SAMPLE_RATE), os.fspath(path), number))
            before, begins = part.end, False
    return found


def frames_of(sound: Sound) -> int:
    """How many frames it has, without the silence before it."""
    return os.stat(sound.path).st_size // BYTES_PER_FRAME


def samples(found: Sequence[Sound]) -> Iterator[bytes]:
    """The samples of all of it, as mono s16le, a little at a time and never none."""
    for sound in found:
        if sound.silence:
            yield bytes(sound.silence * BYTES_PER_FRAME)
        with kept_faults(), open(sound.path, "rb") as file:
            while data := file.read(_BLOCK):
                yield data


def make(book: Book, target: Target, how: How) -> float | None:
    """Make the file ``target``, all of whose parts are kept. Returns its seconds, or None if there is no file, since
    nothing of it can be said.

    Raises:
        TtsmeshError: it cannot be made. Nothing is left of it.
    """
    with kept_faults():
        found = sounds(book, target, how.pauses)
        total = sum(sound.silence + frames_of(sound) for sound in found)
    if not found:
        return None
    file = UnpublishedFile(target.path, force=how.force, mode=0o666 & ~how.umask)
    with write_errors(target.path):
        file.open()
    try:
        _write(book, target, how, found, file)
        book.kept.note_target(target.key, file.fileno())
        with write_errors(target.path):
            file.publish()
    finally:
        file.discard()
    return total / SAMPLE_RATE


def _write(book: Book, target: Target, how: How, found: Sequence[Sound], file: UnpublishedFile) -> None:
    tags = Tags(target.title, how.voice, target.album)
    if how.format == M4B:
        facts = Facts(target.title, book.manuscript.author or how.voice, how.voice)
        with write_errors(target.path):
            write_m4b(samples(found), file.fileno(), facts, chapters(target, found))
        return
    recorder = Recorder(how.encoding, stream=False)
    data = _encoded(recorder, samples(found), tags)
    if how.marked and len(target.marks) > 1:
        with write_errors(target.path):
            write_ogg(data, file.fileno(), chapters(target, found))
        return
    for piece in data:
        with write_errors(target.path):
            file.write(piece)
    with write_errors(target.path):
        for place, correction in recorder.corrections():
            file.write_over(place, correction)


def _encoded(recorder: Recorder, samples: Iterable[bytes], tags: Tags) -> Iterator[bytes]:
    for pcm in samples:
        yield recorder.encode(pcm, tags)
    yield recorder.finish(b"", tags)


def chapters(target: Target, found: Sequence[Sound]) -> list[Chapter]:
    """The marks of ``target``, and at which frames they are: where the silence before a chapter ends. A chapter of
    which nothing can be said has none."""
    places: list[tuple[str, int]] = []
    marks = list(target.marks)
    at = 0
    for sound in found:
        at += sound.silence
        begun = [mark for mark in marks if mark.part <= sound.number]
        if begun:
            places.append((begun[-1].title, at))
            marks = marks[len(begun) :]
        at += frames_of(sound)
    ends = [*(start for _, start in places[1:]), at]
    return [Chapter(title, start, end) for (title, start), end in zip(places, ends, strict=True)]


def clock(seconds: float) -> str:
    """``seconds`` for people: "1:02:03", or "2:03" below an hour."""
    minutes, rest = divmod(math.floor(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

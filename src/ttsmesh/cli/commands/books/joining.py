"""Joins the parts of a book while they are rendered, and makes a file of them that appears whole."""

import contextlib
import errno
import math
import os
from collections.abc import Generator, Sequence
from typing import NamedTuple

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.cli.commands.books.kept import Replaced, kept_faults
from ttsmesh.cli.commands.books.marks import M4B, Chapter, Facts, FileEncoder, m4b_encoder, mark_m4b, mark_ogg
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


class Abandoned(Exception):
    """The file is not wanted any more."""


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
    """Part ``number``, of which something can be heard: frames of silence, and then its own."""

    number: int
    silence: int
    frames: int


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


class Joining:
    """The file of ``target``, which is encoded while its parts are rendered. One thread at a time calls it.

    Its encoder gets the same blocks in the same order, whenever they come: so a file that is begun anew, with parts
    that were kept, is identical.
    """

    def __init__(self, book: Book, target: Target, how: How) -> None:
        self._book, self._target, self._how = book, target, how
        self._marked = how.format == M4B or (how.marked and len(target.marks) > 1)
        self._stopped = False
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._found: list[Sound] = []
        self._blocks = self._samples()
        self._held = contextlib.ExitStack()
        self._encoder: FileEncoder | None = None

    def advance(self) -> bool:
        """Encode what is there of the parts by now. Returns whether that is all of them.

        Raises:
            Abandoned: ``stop`` was called.
            TtsmeshError: it cannot be encoded. What is encoded is forgotten.
        """
        try:
            for block in self._blocks:
                if self._stopped:
                    raise Abandoned
                if block is None:
                    return False
                with self._faults():
                    self._encode(block)
        except Replaced:
            self.discard()
            self._begin_anew()
            return False
        except BaseException:
            self.discard()
            self._begin_anew()
            raise
        return True

    def finish(self) -> float | None:
        """Make the file, all of whose parts are kept. Returns its seconds, or None if there is none, since nothing of
        it can be said.

        Raises:
            Abandoned: ``stop`` was called.
            TtsmeshError: it cannot be made. Nothing is left of it.
        """
        try:
            if not (self.advance() or self.advance()):  # the second one, if a part was rendered again
                with kept_faults():
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if self._stopped:
                raise Abandoned
            if self._encoder is None:
                return None
            with self._faults():
                self._encoder.finish()
            if self._marked:
                self._mark()
            self._book.kept.note_target(self._target.key, self._file.fileno())
            with write_errors(self._target.path):
                self._file.publish()
            return sum(sound.silence + sound.frames for sound in self._found) / SAMPLE_RATE
        finally:
            self.discard()

    def stop(self) -> None:
        """Have ``advance`` and ``finish`` end soon. Any thread may call it."""
        self._stopped = True

    def discard(self) -> None:
        """Leave nothing of it that is not published."""
        self._blocks.close()
        self._held.close()

    def _samples(self) -> Generator[bytes | None]:
        """The samples of all parts, as mono s16le in blocks, and None as long as the next one is not there yet."""
        kept = self._book.kept
        starts = {mark.part for mark in self._target.marks}
        before: End | None = None
        begins = False
        for number, part in enumerate(self._target.parts):
            begins = begins or number in starts
            while (file := kept.open(part.key)) is None:
                yield None
            with file:
                silence = at = 0
                while True:
                    complete = kept.holds(part.key, file)  # asked first, since more may come meanwhile
                    with kept_faults():
                        data = os.pread(file.fileno(), _BLOCK, at)
                    if len(data) < _BLOCK and not complete:
                        yield None
                        continue
                    if not data:
                        break
                    if not at and before:
                        silence = round(max(0.0, self._how.pauses.before(before, begins) - EDGES_S) * SAMPLE_RATE)
                        if silence:
                            yield bytes(silence * BYTES_PER_FRAME)
                    yield data
                    at += len(data)
            if at:  # of some parts nothing can be said, such as a row of stars
                self._found.append(Sound(number, silence, at // BYTES_PER_FRAME))
                before, begins = part.end, False

    def _encode(self, block: bytes) -> None:
        if self._encoder is None:
            self._file = self._book.kept.draft() if self._marked else self._target_file()
            self._held.callback(self._file.discard)
            self._file.open()
            if self._how.format == M4B:
                self._encoder = m4b_encoder(self._file.fileno())
            else:
                tags = Tags(self._target.title, self._how.voice, self._target.album)
                self._encoder = _Recorded(self._file, self._how.encoding, tags)
            self._held.callback(self._encoder.discard)
        self._encoder.add(block)

    def _mark(self) -> None:
        """Make of the file without marks, which is elsewhere, one with them."""
        draft, self._file = self._file.fileno(), self._target_file()
        self._held.callback(self._file.discard)
        marks = chapters(self._target, self._found)
        with write_errors(self._target.path):
            self._file.open()
            if self._how.format == M4B:
                author = self._book.manuscript.author or self._how.voice
                mark_m4b(draft, self._file.fileno(), Facts(self._target.title, author, self._how.voice), marks)
            else:
                mark_ogg(draft, self._file.fileno(), marks)

    def _target_file(self) -> UnpublishedFile:
        return UnpublishedFile(self._target.path, force=self._how.force, mode=0o666 & ~self._how.umask)

    def _faults(self) -> contextlib.AbstractContextManager[None]:
        """Within it, errors of the system are about what is encoded."""
        return kept_faults() if self._marked else write_errors(self._target.path)


class _Recorded:
    """Encodes into ``file`` as a save does."""

    def __init__(self, file: UnpublishedFile, encoding: Encoding, tags: Tags) -> None:
        self._file = file
        self._tags = tags
        self._recorder = Recorder(encoding, stream=False)

    def add(self, samples: bytes) -> None:
        self._file.write(self._recorder.encode(samples, self._tags))

    def finish(self) -> None:
        self._file.write(self._recorder.finish(b"", self._tags))
        for place, correction in self._recorder.corrections():
            self._file.write_over(place, correction)

    def discard(self) -> None:
        """Nothing of it is outside of memory."""


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
        at += sound.frames
    ends = [*(start for _, start in places[1:]), at]
    return [Chapter(title, start, end) for (title, start), end in zip(places, ends, strict=True)]


def clock(seconds: float) -> str:
    """``seconds`` for people: "1:02:03", or "2:03" below an hour."""
    minutes, rest = divmod(math.floor(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

"""``ttsmesh render``: books become audio files, chapter by chapter, behind everything that is said meanwhile."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn, cast

import click

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli import options
from ttsmesh.cli.commands.books.joining import How, clock
from ttsmesh.cli.commands.books.kept import Kept
from ttsmesh.cli.commands.books.manner import Manner, check_tags, manner
from ttsmesh.cli.commands.books.marks import IN_OGG, M4B, NEEDED, can_write
from ttsmesh.cli.commands.books.names import file_name
from ttsmesh.cli.commands.books.parts import Kind
from ttsmesh.cli.commands.books.plan import Book, Target, plan_file, plan_files, plan_parts, tags_of
from ttsmesh.cli.commands.books.rendering import Rendering, Stopped, Watcher
from ttsmesh.cli.commands.books.source.manuscript import Manuscript
from ttsmesh.cli.commands.books.source.reading import read_book
from ttsmesh.cli.output_path import absolute, current_directory, umask
from ttsmesh.errors import EX_INTERRUPTED, Code, RejectedError, TtsmeshError, printable, quoted, system_faults
from ttsmesh.host.output_file import check_target
from ttsmesh.output_formats import FORMATS, Encoding, encoding, format_of

IN_DIRECTORY = "opus"
"""The format of files in a directory, unless it is said."""


class _Output(NamedTuple):
    """Where books go: into ``directory``, or into the one file ``path``; the other one is empty. ``marked``: a file of
    several chapters has marks at them."""

    directory: str
    path: str
    format: str
    encoding: Encoding
    marked: bool


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=options.complete_file)
@click.option(
    *("-o", "--output"),
    required=True,
    metavar="DIR|FILE",
    shell_complete=options.complete_file,
    help="A file for a whole book, or a directory for a file of each chapter.",
)
@options.some("voice", "language", "speed", "volume", "pitch")
@click.option(
    *("--as", "read_as"),
    type=click.Choice(("auto", "text", "markdown")),
    default="auto",
    help="What a FILE is; auto, which is the default, finds out.",
)
@options.some("tags", "punctuation")
@click.option("--format", type=click.Choice((M4B, *FORMATS)), help="The format; opus by default in a directory.")
@options.samples
@click.option("--force", is_flag=True, help="Replace files that exist.")
def render(
    files: tuple[str, ...],
    output: str,
    read_as: str,
    format: str | None,
    sample_rate: int | None,
    bits: int | None,
    force: bool,
    **speech: Any,
) -> None:
    """Make audio files of books: plain text, Markdown or EPUB.

    What is rendered is kept until the files are complete. After an interruption, or a crash, the same command goes on
    from there. Everything that is spoken meanwhile goes first.
    """
    if speech["voice"] == "?":
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=False)
        return
    goes_to = _output(output, format, sample_rate, bits)
    if goes_to.path and len(files) > 1:
        raise RejectedError("several files need a directory as output", Code.USAGE)
    signal.signal(signal.SIGTERM, _interrupt)
    books: list[Book] = []
    watcher = Watcher()
    try:
        manuscripts = [_read(file, read_as) for file in files]
        spoken = manner(speech)
        if spoken.fields["tags"]:
            for file, manuscript in zip(files, manuscripts, strict=True):
                with _about(file):
                    check_tags(tags_of(manuscript), spoken)
        plans = [
            _targets(file, manuscript, spoken, goes_to, several=len(files) > 1)
            for file, manuscript in zip(files, manuscripts, strict=True)
        ]
        _refuse_twins([target for plan in plans for target in plan])
        for file, manuscript, plan in zip(files, manuscripts, plans, strict=True):
            with _about(file):
                kept = Kept(os.path.realpath(file), goes_to.path or goes_to.directory)
            books.append(Book(file, manuscript, plan, kept))
        _check_targets(books, directories=bool(goes_to.directory), force=force)
        if goes_to.format in IN_OGG and not goes_to.marked and any(len(t.marks) > 1 for b in books for t in b.targets):
            click.echo("ttsmesh: there will be no chapter marks, which need ffmpeg", err=True)
        how = How(goes_to.format, goes_to.encoding, goes_to.marked, spoken.pauses, spoken.voice, force, umask())
        try:
            watcher = _render(books, spoken, how)
        except TtsmeshError as error:
            raise TtsmeshError(f"{error.message}; {_what_is_kept(books)}", error.code) from None
        for book in books:
            book.kept.remove()
    except (KeyboardInterrupt, Stopped):
        click.echo(f"ttsmesh: interrupted; {_what_is_kept(books)}", err=True)
        sys.exit(EX_INTERRUPTED)
    finally:
        for book in books:
            book.kept.close()
    for path in (target.path for book in books for target in book.targets):
        if path in watcher.made_s:
            click.echo(f"{printable(path)}  {clock(watcher.made_s[path])}")
    _tell_silent(watcher.silent, sum(len(book.targets) for book in books))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _about(file: str) -> Iterator[None]:
    """Within it, errors say which FILE they are about."""
    try:
        yield
    except TtsmeshError as error:
        raise TtsmeshError(f"{printable(file)}: {error.message}", error.code) from None


def _output(output: str, format: str | None, sample_rate: int | None, bits: int | None) -> _Output:
    """Where the books go. A directory is one that exists, or a name that ends with a slash or has no dot.

    Raises:
        RejectedError: nothing could be saved there.
    """
    if output == "-":
        raise RejectedError("a book goes into files; say -o - writes to the standard output", Code.OUTPUT)
    name = os.path.basename(output)
    if not os.path.isdir(output) and ("." in name.strip(".") or os.path.exists(output)):
        if format is None and name.lower().endswith(f".{M4B}"):
            format = M4B
        path = absolute(output, format)
        return _Output("", path, *_encoding(format or format_of(path), sample_rate, bits))
    if not output:
        raise RejectedError("the output has no name", Code.OUTPUT)
    directory = os.path.normpath(os.path.join(current_directory(output), output))
    return _Output(directory, "", *_encoding(format or IN_DIRECTORY, sample_rate, bits))


def _encoding(format: str, sample_rate: int | None, bits: int | None) -> tuple[str, Encoding, bool]:
    """The format, what is encoded by us, and whether chapters are marked."""
    if format != M4B:
        return format, encoding(format, sample_rate, bits), format in IN_OGG and can_write(format)
    if sample_rate is not None or bits is not None:
        raise RejectedError(f"{M4B} has {SAMPLE_RATE} samples a second, and no number of bits", Code.USAGE)
    if not can_write(M4B):
        raise RejectedError(f"{M4B} cannot be written: {NEEDED}", Code.CONFIG)
    return M4B, Encoding("raw"), True


def _read(file: str, read_as: str) -> Manuscript:
    if file == "-":
        raise RejectedError("a book is read from a file; say -o saves what comes through a pipe", Code.USAGE)
    with _about(file):
        return read_book(file, None if read_as == "auto" else cast(Kind, read_as))


def _targets(file: str, manuscript: Manuscript, spoken: Manner, goes_to: _Output, *, several: bool) -> Sequence[Target]:
    chapters = plan_parts(manuscript, {**spoken.sound, "read_as": manuscript.kind}, tags=spoken.fields["tags"])
    made_of = [goes_to.format, *goes_to.encoding, goes_to.marked, *spoken.pauses, spoken.voice]
    if goes_to.path:
        return [plan_file(manuscript, chapters, goes_to.path, made_of)]
    stem = os.path.splitext(os.path.basename(file))[0]
    if goes_to.format == M4B:
        path = os.path.join(goes_to.directory, file_name(stem, f".{M4B}"))
        return [plan_file(manuscript, chapters, path, made_of)]
    extension = FORMATS[goes_to.format].extensions[0]
    return plan_files(manuscript, chapters, goes_to.directory, stem, extension, made_of, several=several)


def _refuse_twins(targets: Sequence[Target]) -> None:
    paths: set[str] = set()
    for target in targets:
        if target.path in paths:
            raise RejectedError(f"two files would be {target.path}", Code.USAGE)
        paths.add(target.path)


def _check_targets(books: Sequence[Book], *, directories: bool, force: bool) -> None:
    """Refuse what cannot be made, before anything is rendered. ``directories`` are made where there are none."""
    for book in books:
        for target in book.unmade():
            if directories:
                with system_faults("the output directory cannot be made", Code.OUTPUT):
                    os.makedirs(os.path.dirname(target.path), exist_ok=True)
            try:
                check_target(target.path, force)
            except RejectedError as error:
                raise RejectedError(f"{printable(target.path)}: {error.message}", error.code) from None


def _render(books: Sequence[Book], spoken: Manner, how: How) -> Watcher:
    watcher = Watcher()
    with contextlib.ExitStack() as shown:
        if sys.stderr is not None and sys.stderr.isatty():
            from ttsmesh.cli.commands.books.progress import Bars  # reason: it takes 150 ms, and only a person needs it

            watcher = shown.enter_context(Bars(books))
        Rendering(books, lambda book, part: spoken.request(book.text(part), book.manuscript.kind), how, watcher).run()
    return watcher


def _tell_silent(silent: Sequence[tuple[Book, Target]], of: int) -> None:
    """Say which of so many files were not made, since nothing of them can be said.

    Raises:
        TtsmeshError: it is none of them.
    """
    told = [f"{printable(book.source)}: nothing in {quoted(target.title)} can be said" for book, target in silent]
    if told and len(told) == of:
        raise TtsmeshError(told[0] if of == 1 else f"nothing in any of {of} files can be said", Code.NOTHING_TO_SAY)
    for line in told:
        click.echo(f"ttsmesh: {line}", err=True)


def _what_is_kept(books: Sequence[Book]) -> str:
    """How far it has come, and how it goes on, for people."""
    if not books:
        return "nothing was rendered yet"
    done, of = sum(book.done for book in books), sum(book.parts for book in books)
    return f"{done} of {of} parts are rendered, and the same command goes on from there"

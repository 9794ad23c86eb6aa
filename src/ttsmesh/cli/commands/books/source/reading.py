"""Reads a book from its file: an EPUB, Markdown or plain text."""

import codecs
import os

from ttsmesh.cli.commands.books.parts import Kind
from ttsmesh.cli.commands.books.source.headings import Finder, MarkdownFinder, PlainFinder
from ttsmesh.cli.commands.books.source.manuscript import Manuscript, one_title
from ttsmesh.errors import Code, RejectedError, os_reason
from ttsmesh.limits import KIB
from ttsmesh.text_input import without_controls

_BLOCK = 256 * KIB
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


def read_book(path: str, kind: Kind | None) -> Manuscript:
    """The book in the file ``path``, read as ``kind``, which a file says by its name and its headings if it is None.

    Raises:
        RejectedError: it cannot be read, has no text, or is too long.
    """
    name, extension = os.path.splitext(os.path.basename(path))
    name = one_title(os.fsencode(name).decode(errors="replace"))
    if extension.lower() == ".epub":
        from ttsmesh.cli.commands.books.source.epub import (
            read_epub,  # reason: it takes 30 ms, and other books need none of it
        )

        return read_epub(path, name)
    book = Manuscript(name)
    try:
        _copy(path, book)
        if not book.has_text(0, book.size):
            raise RejectedError("no text", Code.TEXT)
        finders: dict[Kind, Finder] = {}
        if kind != "text":
            finders["markdown"] = MarkdownFinder()
        if kind != "markdown":
            finders["text"] = PlainFinder()
        for line in book.lines():
            for finder in finders.values():
                finder.add(*line)
        found = {each: finder.found() for each, finder in finders.items()}
        if kind is None:
            # One # alone may also be a comment, or a number.
            marked = extension.lower() in _MARKDOWN or len(found["markdown"]) > 1
            kind = "markdown" if marked else "text"
        book.kind = kind
        if kind == "markdown" and [heading.level for heading in found[kind]].count(1) == 1:
            book.title = one_title(next(heading.title for heading in found[kind] if heading.level == 1)) or name
        book.divide(found[kind])
    except BaseException:
        book.close()
        raise
    return book


def _copy(path: str, book: Manuscript) -> None:
    """Write the text of the file into ``book``, with line feeds at the ends of its lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    taken, held = 0, ""
    try:
        with open(path, "rb") as file:
            while data := file.read(_BLOCK):
                text = held + decoder.decode(data)
                held = text[-1:] if text.endswith("\r") else ""  # its line feed may come next
                book.write(_cleaned(text.removesuffix("\r") if held else text, first=not book.size))
                taken += len(data)
            book.write(_cleaned(held + decoder.decode(b"", final=True), first=not book.size))
    except UnicodeDecodeError as error:
        raise RejectedError(f"not valid UTF-8 (near byte {taken + error.start})", Code.TEXT) from None
    except OSError as error:
        raise RejectedError(f"cannot read it: {os_reason(error)}", Code.IO) from None


def _cleaned(text: str, *, first: bool) -> str:
    text = text.removeprefix("\ufeff") if first else text
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))

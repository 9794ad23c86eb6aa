"""The text of a document of an EPUB, paragraph by paragraph. Pure.

HTML's own parser reads it. It takes what many books have, XHTML that is not well-formed, and knows no entities that
could unfold.
"""

import re
from collections.abc import Callable, Collection
from html.parser import HTMLParser
from typing import NamedTuple

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
        *_HEADINGS,
    )
)
_UNREAD_BLOCKS = frozenset(("head", "script", "style", "template", "svg", "audio", "video", "object", "iframe"))
_UNREAD_INLINE = frozenset(("rt", "rp"))
_UNREAD_TYPES = frozenset(("noteref", "doc-noteref", "pagebreak", "doc-pagebreak"))
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_BLANKS = re.compile(r"[ \t\n\r\f]+")


class Start(NamedTuple):
    """A place at which a chapter begins, before the paragraph of this number."""

    paragraph: int
    id: str


class TextParser(HTMLParser):
    """Gives each paragraph to ``write``. What is fed may be cut anywhere; ``close`` ends the document.

    ``starts``: where elements begin that have one of ``ids``. ``title``: the first heading.
    """

    def __init__(self, write: Callable[[str], None], ids: Collection[str] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.starts: list[Start] = []
        self.title = ""
        self.paragraphs = 0
        self._write = write
        self._ids = ids
        self._text: list[str] = []
        self._heading = False
        self._pre = 0
        self._unread: tuple[str, int] | None = None  # an element that is not read, and how deep in others of its name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        for id in (attributes.get("id"), attributes.get("name") if tag == "a" else None):
            if id and id in self._ids:
                self._flush()
                self.starts.append(Start(self.paragraphs, id))
        if self._unread is not None and self._stays_unread(tag):
            return
        if tag not in _VOID and self._is_unread(tag, attributes):
            if tag in _BLOCKS:
                self._flush()
            self._unread = (tag, 1)
        elif tag in _BLOCKS:
            self._flush()
            self._heading = self._heading or tag in _HEADINGS
            self._pre += tag == "pre"
        elif tag == "br":
            self._text.append("\n")
        elif tag in ("td", "th") and "".join(self._text).strip():
            self._text.append(", ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unread is not None:
            name, depth = self._unread
            if tag == name:
                self._unread = (name, depth - 1) if depth > 1 else None
                return
            if name in _UNREAD_BLOCKS or not (tag in _BLOCKS or (tag == "ruby" and name in _UNREAD_INLINE)):
                return
            self._unread = None  # it was not closed
        if tag in _BLOCKS:
            self._flush()
            self._pre = max(0, self._pre - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._unread is None:
            # A line feed in the source is a space; one that is heard is <br/>'s.
            self._text.append(data if self._pre else _BLANKS.sub(" ", data))

    def unknown_decl(self, data: str) -> None:
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))

    def close(self) -> None:
        super().close()
        self._flush()

    def _stays_unread(self, tag: str) -> bool:
        """Whether what is not read goes on behind the beginning of ``tag``. It ends where it can have no ``tag`` in it,
        for elements of books are not always closed."""
        assert self._unread is not None
        name, depth = self._unread
        if tag == "body" or (tag in _BLOCKS and name not in _UNREAD_BLOCKS):
            self._unread = None
            return False
        if tag == name:
            self._unread = (name, depth + 1)
        return True

    @staticmethod
    def _is_unread(tag: str, attributes: dict[str, str]) -> bool:
        kinds = {*attributes.get("epub:type", "").split(), *attributes.get("role", "").split()}
        return tag in _UNREAD_BLOCKS or tag in _UNREAD_INLINE or bool(kinds & _UNREAD_TYPES)

    def _flush(self) -> None:
        """The paragraph ends here, if there is one."""
        lines = "".join(self._text).split("\n")
        self._text.clear()
        text = "\n".join(line.rstrip() if self._pre else _BLANKS.sub(" ", line).strip() for line in lines)
        heading, self._heading = self._heading, False
        text = text.strip("\n")
        if not text.strip():
            self._heading = heading
            return
        if heading and not self.title:
            self.title = " ".join(text.split())
        self._write(re.sub(r"\n{2,}", "\n", text) + "\n\n")
        self.paragraphs += 1


class Entry(NamedTuple):
    """A line of a table of contents: how deep it is, from 1, and where it leads."""

    depth: int
    href: str
    title: str


class ContentsParser(HTMLParser):
    """Finds the ``entries`` of the table of contents in the navigation document of an EPUB 3."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.entries: list[Entry] = []
        self._in = False
        self._depth = 0
        self._href: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "nav":
            self._in = not {"toc", "doc-toc"}.isdisjoint(
                (*attributes.get("epub:type", "").split(), *attributes.get("role", "").split())
            )
            self._depth = 0
        elif self._in and tag in ("ol", "ul"):
            self._depth += 1
        elif self._in and tag == "a":
            self._href, self._text = attributes.get("href"), []

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav":
            self._in = False
        elif tag in ("ol", "ul"):
            self._depth -= 1
        elif tag == "a" and self._href is not None:
            self.entries.append(Entry(self._depth, self._href, " ".join("".join(self._text).split())))
            self._href = None

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self._text.append(data)

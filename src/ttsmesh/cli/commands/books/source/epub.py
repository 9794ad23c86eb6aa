"""Reads an EPUB: its text in the order of its spine, and its chapters from its table of contents."""

import contextlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ttsmesh.cli.commands.books.source.archive import Archive, garbled
from ttsmesh.cli.commands.books.source.headings import Heading
from ttsmesh.cli.commands.books.source.manuscript import Manuscript, one_title
from ttsmesh.cli.commands.books.source.xhtml import ContentsParser, Entry, TextParser
from ttsmesh.errors import Code, RejectedError, quoted
from ttsmesh.limits import MIB
from ttsmesh.text_input import without_controls

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Algorithms that hide fonts, and no text."""

MAX_XML = 4 * MIB
"""Bytes of XML, which takes many times as much memory."""

_DOCUMENTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHARSET = re.compile(rb"""<meta[^>]*?charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)


class _Item(NamedTuple):
    """A member of the book. ``properties`` are those of the manifest."""

    path: str
    kind: str
    properties: frozenset[str]


class _Package(NamedTuple):
    """What the book says of itself."""

    title: str
    author: str
    documents: tuple[str, ...]
    contents: _Item | None


def read_epub(path: str, name: str) -> Manuscript:
    """The book in the file ``path``. ``name`` is its title if it has none.

    Raises:
        RejectedError: it is protected, damaged or no EPUB, or has no text.
    """
    archive = Archive(path)
    with contextlib.closing(archive):
        _refuse_protected(archive)
        package = _package(archive)
        contents = _contents(archive, package.contents) if package.contents is not None else []
        book = Manuscript(package.title or name, author=package.author)
        try:
            book.divide(list(_write(archive, package, contents, book)))
            if not book.has_text(0, book.size):
                raise RejectedError("it has no text, perhaps only pictures", Code.TEXT)
        except BaseException:
            book.close()
            raise
        return book


def _write(archive: Archive, package: _Package, contents: Iterable[Entry], book: Manuscript) -> Iterator[Heading]:
    """Write the text of the documents into ``book``. Returns the places at which chapters begin."""
    titles = _chapters(contents, package.documents)
    for document in package.documents:
        own = titles.get(document, {})
        places: list[int] = []

        def write(paragraph: str, places: list[int] = places) -> None:
            places.append(book.size)
            book.write(without_controls(paragraph))

        begun = book.size
        parser = TextParser(write, own.keys())
        _feed(parser, archive, document)
        places.append(book.size)
        if "" in own or (parser.title and not parser.starts):
            yield Heading(begun, begun, 1, own.get("") or parser.title)
        for start in parser.starts:
            yield Heading(places[start.paragraph], places[start.paragraph], 1, own[start.id])


def _chapters(contents: Iterable[Entry], documents: Iterable[str]) -> Mapping[str, dict[str, str]]:
    """For each document the titles of its chapters, by the ids at which they begin; "" is its own beginning.

    Every document that the table names begins a chapter. Places inside of a document do so if they are on the first
    level that has several entries: deeper ones are sections.
    """
    entries = list(contents)
    depths = [entry.depth for entry in entries]
    level = next((depth for depth in sorted(set(depths)) if depths.count(depth) > 1), 1)
    found: dict[str, dict[str, str]] = {document: {} for document in documents}
    for entry in entries:
        path, _, id = entry.href.partition("#")
        if path in found and entry.title and (not id or entry.depth <= level):
            found[path].setdefault(id, entry.title)
    return found


def _feed(parser: HTMLParser, archive: Archive, name: str) -> None:
    """Have all of a document parsed."""
    try:
        for text in _decoded(archive, name):
            parser.feed(text)
        parser.close()
    except AssertionError:  # what the parser of Python before 3.14 has for declarations that it does not know
        raise garbled(f"{quoted(name)} is not well-formed") from None


def _decoded(archive: Archive, name: str) -> Iterator[str]:
    """The text of a document, a little at a time."""
    import codecs

    decoder: codecs.IncrementalDecoder | None = None
    try:
        for data in archive.blocks(name):
            if decoder is None:
                encoding = _encoding(data)
                bytes(4).decode(encoding)  # reason: Python also has codecs that decode no text, which fail here
                decoder = codecs.getincrementaldecoder(encoding)()
            text = decoder.decode(data)
            text.encode()  # reason: some codecs make half characters of what is not text, too
            yield text
        if decoder is not None:
            yield decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        raise garbled(f"the text of {quoted(name)} cannot be decoded") from None


def _encoding(beginning: bytes) -> str:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    found = _ENCODING.match(beginning) or _CHARSET.search(beginning[:2048])
    named = found[1].decode().lower() if found else "utf-8"
    return "utf-8-sig" if named in ("utf-8", "utf8") else named


# --- what the book says of itself ---------------------------------------------------------------------------------


def _refuse_protected(archive: Archive) -> None:
    protected = RejectedError("it is protected against copying (DRM), so it cannot be read", Code.TEXT)
    if archive.has("META-INF/rights.xml") or archive.has("META-INF/sinf.xml"):
        raise protected
    if archive.has(_ENCRYPTION):
        for method in _all(_xml(archive, _ENCRYPTION), "EncryptionMethod"):
            if method.get("Algorithm") not in _FONTS_ONLY:
                raise protected


def _package(archive: Archive) -> _Package:
    root = next(_all(_xml(archive, _CONTAINER), "rootfile"), None)
    place = root.get("full-path") if root is not None else None
    if not place:
        raise garbled("it does not say where its parts are")
    package = _xml(archive, place)
    items = {
        item.get("id", ""): _Item(
            _resolved(place, item.get("href", "")),
            item.get("media-type", ""),
            frozenset(item.get("properties", "").split()),
        )
        for item in _all(package, "item")
    }
    spine = next(_all(package, "spine"), None)
    if spine is None:
        raise garbled("it does not say in which order it is read")
    documents: dict[str, None] = {}
    for reference in _all(spine, "itemref"):
        found = items.get(reference.get("idref", ""))
        if found is None:
            raise garbled(f"{quoted(reference.get('idref', ''))} is missing")
        if reference.get("linear") != "no" and found.kind in _DOCUMENTS and "nav" not in found.properties:
            documents[found.path] = None
    navigation = next((item for item in items.values() if "nav" in item.properties), None)
    return _Package(
        title=_text(package, "title"),
        author=_text(package, "creator"),
        documents=tuple(documents),
        contents=navigation or items.get(spine.get("toc", "")),
    )


def _contents(archive: Archive, item: _Item) -> list[Entry]:
    """The table of contents, of an EPUB 3 or an EPUB 2, with whole paths. A book without one has chapters by its
    documents."""
    if not archive.has(item.path):
        return []
    if "nav" in item.properties:
        parser = ContentsParser()
        _feed(parser, archive, item.path)
        entries = parser.entries
    else:
        table = next(_all(_xml(archive, item.path), "navMap"), None)
        entries = list(_points(table, 1)) if table is not None else []
    return [
        Entry(depth, _resolved(item.path, href) + (f"#{unquote(id)}" if id else ""), title)
        for depth, href, title in entries
        for id in [_split(href).fragment]
    ]


def _points(parent: Element, depth: int) -> Iterator[Entry]:
    for child in parent:
        if _name(child) == "navPoint" and depth < 32:
            content = next((c for c in child if _name(c) == "content"), None)
            label = next((c for c in child if _name(c) == "navLabel"), None)
            if content is not None and label is not None:
                yield Entry(depth, content.get("src", ""), " ".join("".join(label.itertext()).split()))
            yield from _points(child, depth + 1)


def _xml(archive: Archive, name: str) -> Element:
    data = archive.read(name, MAX_XML)
    try:
        root: Element = fromstring(data)
    except DefusedXmlException:
        raise garbled(f"{quoted(name)} has entities, which no book needs") from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise garbled(f"{quoted(name)} is not well-formed") from None
    return root


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (found for found in element.iter() if isinstance(found.tag, str) and _name(found) == name)


def _text(package: Element, name: str) -> str:
    metadata = next(_all(package, "metadata"), None)
    found = next(_all(metadata, name), None) if metadata is not None else None
    return one_title("".join(found.itertext())) if found is not None else ""


def _resolved(base: str, href: str) -> str:
    path = unquote(_split(href).path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base


def _split(href: str) -> SplitResult:
    try:
        return urlsplit(href)
    except ValueError:
        raise garbled(f"{quoted(href)} is no link") from None

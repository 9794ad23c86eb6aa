"""Reads SSML: from XML to plain text and notes, a little at a time. Pure.

Expat parses the XML. A document type is refused, so that there are no entities but XML's own five, and nothing outside
the text is ever looked at. Elements count by their local names, and unknown ones by the text inside them.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_NAME
from ttsmesh.model.text.markup import values
from ttsmesh.model.text.markup.markup import Cast, Wish, spoken_language
from ttsmesh.model.text.markup.notes import SPELLED, STANDS_FOR, Break, Manner, Place, SentenceEnd, Stated
from ttsmesh.model.text.markup.plain import Plain
from ttsmesh.model.text.segments import Delivery

FEED = 8 * 1024
"""Characters of the source that are parsed at once."""

TAG_MAX = 64 * 1024
"""Bytes of the longest tag or comment. Expat reads a tag again from its beginning with each part of it that comes."""

DEPTH_MAX = 256
"""Elements inside one another."""

MARKS_MAX = 100
"""Marks at one place of the text."""

NAMES_MAX = 8
"""Names of voices of which the first one that is installed speaks: each is looked for before the text is accepted."""

STATED_MAX = 200
"""Characters of the content of ``say-as`` and ``phoneme``, and of phonemes. Of what is longer the content is read as
usual, or spelled in parts."""

_UNSPOKEN = frozenset({"metadata", "meta", "desc", "lexicon"})
_PARAGRAPHS = frozenset({"p", "paragraph"})
_SENTENCES = frozenset({"s", "sentence"})

_SPACE = re.compile(r"[ \t\r\n]+")
_UNEVEN = re.compile(r"[\t\r\n]|  ")
_NO_BREAK = "\u00a0"

_MARKUP = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>|&#?\w+;", re.DOTALL)
"""Everything in XML that is not what it says: the first group of it is."""


@dataclass(slots=True)
class _Element:
    """An element that is open: how its text is spoken, in which language (and how that is written), and what its end
    means."""

    delivery: Delivery
    language: str = ""
    written: str = ""
    silent: bool = False
    ends: Callable[[int], None] | None = None


@dataclass(slots=True)
class _Content:
    """The text of an element in whose place something else is said."""

    interpreted: str
    form: str
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which stands in ``start:end``; of what only has its place taken, no more than the place."""
        if self.interpreted == "sub" and self.parts:
            self.parts[0] = "", self.parts[0][1], end
        else:
            self.parts.append((text, start, end))
            self.size += len(text)

    def text(self) -> str:
        return " ".join("".join(text for text, _, _ in self.parts).split())

    def span(self, at: int) -> tuple[int, int]:
        """Where it stands, or ``at`` if there is none."""
        return (self.parts[0][1], self.parts[-1][2]) if self.parts else (at, at)


class Ssml:
    """Reads ``source`` into ``plain``.

    ``cast``: by whom its parts are spoken. ``language``: that of the utterance. ``detect``: a voice implies none.
    ``wishes``: the voices that were asked for so far, and ``root_language`` what the root says that the text is in,
    as it writes it.
    """

    def __init__(self, source: str, plain: Plain, cast: Cast, language: str, *, detect: bool) -> None:
        self.wishes: set[Wish] = set()
        self.root_language = ""
        self._source = source
        self._plain = plain
        self._cast = cast
        self._own = language
        self._detect = detect
        self._open: list[_Element] = []
        self._content: _Content | None = None
        self._announced = (Delivery(), "")
        self._in_cdata = False
        self._marks = (0, 0)  # the place of the last mark, and how many there are
        # The place in the source, in characters and in bytes of UTF-8, and what is known of it from there on.
        self._characters = self._bytes = self._passed = 0
        self._ahead = b""
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartCdataSectionHandler = lambda: self._cdata(True)
        parser.EndCdataSectionHandler = lambda: self._cdata(False)
        parser.StartDoctypeDeclHandler = self._doctype

    def steps(self) -> Iterator[None]:
        """Read a part of the source with each step.

        Raises:
            RejectedError: it is no XML, or has what is refused. The line names the place.
        """
        fed = 0
        for at in range(0, len(self._source) + FEED, FEED):
            data = self._source[at : at + FEED].encode()
            self._ahead = self._ahead[self._passed :] + data
            self._passed = 0
            fed += len(data)
            try:
                self._parser.Parse(data, not data)
            except expat.ExpatError as error:
                raise _refused(expat.ErrorString(error.code) or "?", error.lineno, error.offset) from None
            if not data:
                return
            if fed - max(0, self._parser.CurrentByteIndex) > TAG_MAX:
                raise self._fault(f"a tag or comment of more than {TAG_MAX} bytes")
            yield

    # --- what the parser finds ----------------------------------------------------------------------------------------

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        given = {_local(key): value for key, value in attributes.items()}
        at = self._place()
        outer = self._open[-1] if self._open else _Element(Delivery())
        if len(self._open) >= DEPTH_MAX:
            raise self._fault(f"more than {DEPTH_MAX} elements inside one another")
        element = _Element(outer.delivery, outer.language, outer.written, outer.silent or name in _UNSPOKEN)
        self._open.append(element)
        if element.silent:
            return
        if "lang" in given and name != "voice":
            if len(self._open) == 1:
                self.root_language = given["lang"].strip()
            elif language := spoken_language(given["lang"], self._own):
                element.language, element.written = language, given["lang"]
        match name:
            case "prosody":
                factors = [
                    read(given[key]) if key in given else None
                    for key, read in (("rate", values.rate), ("pitch", values.pitch), ("volume", values.volume))
                ]
                element.delivery = values.times(outer.delivery, *factors)
            case "emphasis":
                stress = values.EMPHASIS.get(given.get("level", "moderate").strip(), Delivery())
                element.delivery = values.times(outer.delivery, stress.rate, stress.pitch, stress.volume)
            case "voice":
                self._voice(element, given)
            case "break":
                ms = values.pause_ms(given.get("time", ""), given.get("strength", ""))
                self._plain.note(Break(self._plain.length, ms))
            case "mark":
                self._mark(" ".join(given.get("name", "").split()))
            case "sub" | "phoneme" | "say-as" if self._content is None:
                self._state(element, name, given)
            case _ if name in _PARAGRAPHS:
                self._end_paragraph(at)
                element.ends = self._end_paragraph
            case _ if name in _SENTENCES:
                self._end_sentence(at)
                element.ends = self._end_sentence
        self._announce(element)

    def _end(self, tag: str) -> None:
        element = self._open.pop()
        if element.ends:
            element.ends(self._place())
        if self._open and not element.silent:
            self._announce(self._open[-1])

    def _data(self, text: str) -> None:
        if self._open[-1].silent or (text == "\n" and self._content is None and not self._plain.last.strip()):
            return  # a document may have millions of line ends
        at = self._place()
        if not self._in_cdata and self._source[at] == "&":
            end = self._source.index(";", at) + 1
        elif text == "\n" and self._source[at] == "\r":
            end = at + 1 + self._source.startswith("\n", at + 1)
        else:
            end = at + len(text)
        if self._content is None:
            self._text(text, at, end)
        elif self._content.interpreted in SPELLED and len(text) == end - at:
            for first in range(0, len(text), STATED_MAX):  # Expat gives thousands of characters at once
                part = text[first : first + STATED_MAX]
                self._add(self._content, part, at + first, at + first + len(part))
        else:
            self._add(self._content, text, at, end)

    def _add(self, content: _Content, text: str, at: int, end: int) -> None:
        """Add ``text`` to ``content``. If it is too long then, it is read as usual, or goes on as another one."""
        content.add(text, at, end)
        if content.size <= STATED_MAX or content.interpreted == "sub":
            return
        if content.interpreted in SPELLED:
            self._end_content(at)
            self._content = _Content(content.interpreted, content.form)
        else:
            self._content = None
            for part in content.parts:
                self._text(*part)

    def _cdata(self, inside: bool) -> None:
        self._in_cdata = inside

    def _doctype(self, *_: object) -> None:
        raise self._fault("a document type is refused")

    # --- what is found becomes text and notes -------------------------------------------------------------------------

    def _text(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which stands in ``start:end``. White space of any kind and length becomes one space."""
        plain = self._plain
        if end - start != len(text):
            if not text.isspace() or text == _NO_BREAK:
                plain.put(text, start, end)
            elif plain.last.strip():
                plain.put(" ", start, end)
            return
        if not _UNEVEN.search(text) and (text[0] != " " or plain.last.strip()):
            plain.copy(text, start)
            return
        at = 0
        for space in _SPACE.finditer(text):
            if at < space.start():
                plain.copy(text[at : space.start()], start + at)
            if plain.last.strip():
                plain.copy(" ", start + space.start())
            at = space.end()
        if at < len(text):
            plain.copy(text[at:], start + at)

    def _end_paragraph(self, at: int) -> None:
        if self._plain.last not in ("", "\n"):
            self._plain.put("\n\n", at, at)

    def _end_sentence(self, at: int) -> None:
        if self._plain.last not in ("", "\n"):
            self._plain.note(SentenceEnd(self._plain.length))
            if self._plain.last != " ":
                self._plain.put(" ", at, at)

    def _announce(self, element: _Element) -> None:
        manner = (element.delivery, element.language)
        if manner != self._announced:
            self._announced = manner
            self._plain.note(Manner(self._plain.length, element.language, element.delivery))

    def _mark(self, name: str) -> None:
        if not name:
            return
        if len(name.encode()) > MAX_NAME:
            raise self._fault(f"the name of a mark has more than {MAX_NAME} bytes")
        place, count = self._marks
        count = count + 1 if place == self._plain.length else 1
        if count > MARKS_MAX:
            raise self._fault(f"more than {MARKS_MAX} marks at one place")
        self._marks = self._plain.length, count
        self._plain.note(Place(self._plain.length, name))

    def _voice(self, element: _Element, given: Mapping[str, str]) -> None:
        tags = f"{given.get('lang', '')} {given.get('languages', '')}".split()
        written = next((tag for tag in tags if spoken_language(tag, self._own)), "")
        names = tuple(given.get("name", "").split()[:NAMES_MAX])
        gender = given.get("gender", "").strip().lower()
        gender = gender if gender in ("female", "male") else ""
        # Of the voices of one gender, one that speaks the language.
        wish = Wish(names, gender, written or (element.written if gender else ""))
        if not any(wish):
            return
        self.wishes.add(wish)
        if wish in self._cast:
            voice, language = self._cast[wish]
            element.delivery = replace(element.delivery, voice=voice)
            element.language = "" if self._detect else language
        if written:
            element.language, element.written = spoken_language(written, self._own), written

    def _state(self, element: _Element, name: str, given: Mapping[str, str]) -> None:
        """Say something else in the place of the element's content, if its attributes say what."""
        content = None
        if name == "sub" and "alias" in given:
            content = _Content("sub", " ".join(given["alias"].split()))
        elif name == "phoneme" and given.get("alphabet", "ipa").strip() == "ipa":
            phonemes = " ".join(given.get("ph", "").split())
            content = _Content("phonemes", phonemes) if 0 < len(phonemes) <= STATED_MAX else None
        elif name == "say-as" and (interpreted := given.get("interpret-as", "").strip().lower()):
            form = given.get("format") or given.get("detail") or ""
            content = _Content(interpreted, form.strip()[:STATED_MAX])
        if content is not None:
            self._content = content
            element.ends = self._end_content

    def _end_content(self, at: int) -> None:
        content, self._content = self._content, None
        if content is None:
            return  # it was too long
        span = content.span(at)
        if content.interpreted == "sub":
            self._plain.put(content.form, *span)
        elif text := content.text():
            self._plain.note(Stated(self._plain.length, text, content.interpreted, content.form))
            self._plain.put(STANDS_FOR, *span)

    # --- places in the source -----------------------------------------------------------------------------------------

    def _place(self) -> int:
        """The character at which what the parser has found begins."""
        count = self._parser.CurrentByteIndex - self._bytes
        if count > 0:
            passed = self._ahead[self._passed : self._passed + count]
            self._characters += len(passed) if passed.isascii() else len(passed.decode())
            self._bytes += count
            self._passed += count
        return self._characters

    def _fault(self, reason: str) -> RejectedError:
        return _refused(reason, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refused(reason: str, line: int, column: int) -> RejectedError:
    return RejectedError(f"not valid SSML: {reason} (line {line}, column {column + 1})", Code.TEXT)


def written(part: str) -> str:
    """What ``part`` of a source says between its tags. It neither begins nor ends inside one."""
    return _MARKUP.sub(lambda found: html.unescape(found[0]) if found[0][0] == "&" else found[1] or "", part)

"""Reads Markdown inside a paragraph: what is markup becomes silent, and each character left knows its place. Pure.

markdown-it finds the markup. Its tokens do not say where they stand, so each rule that makes one notes it.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline, autolink, backtick, entity, escape, html_inline, image, link
from markdown_it.token import Token

from ttsmesh.model.text.formats.align import Traced, copies, in_words
from ttsmesh.model.text.formats.plain import PHONEMES, with_dashes
from ttsmesh.model.text.passages import Piece
from ttsmesh.model.text.terms.symbols import is_comparison

Term = Callable[[str], str]

_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]")
_MATH = re.compile(r"\$\$([^$]{1,1000})\$\$|\$(?=[^\s${])([^$\n]{0,199}[^\s$\\])\$(?![\w({])")
_MATHEMATICAL = re.compile(r"[\\^=<>{}+]|_|^[A-Za-z]$|^[A-Za-z]\(")
_REFERENCE = re.compile(r"(?<![\w\]])\[([^\[\]]{1,200})\]\[([^\[\]]{0,100})\]")
_BREAK = re.compile(
    r"</?(?:address|blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|option|p|pre|section"
    r"|summary|table|td|th|tr|ul)\b",
    re.IGNORECASE,
)
"""Tags that part what stands before them from what follows."""

_POWER = re.compile(r"<sup>\s?[-+]?(?:\d{1,3}|[nkxy])\s?</sup>", re.IGNORECASE)
_BASE = re.compile(r"(?:\d|\)|(?<![^\W\d_])[^\W\d_]{1,2})$")
_ALT = re.compile(r"""<img\b[^>]{0,1000}?\balt\s{0,9}=\s{0,9}(?:"([^"]{0,500})"|'([^']{0,500})')""", re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][\w-]{0,40})")
_NAME_IN_UNDERSCORES = re.compile(r"__[a-z][a-z0-9]{1,30}(?:_[a-z0-9]{1,30}){0,5}__")
_OPERATORS = (".", "^", "\\", "=", "+")
"""What emphasis never follows, but a star of a pattern or a formula does."""

_ELEMENTS = """
a abbr address area article aside audio b bdi bdo big blockquote body br button canvas caption center cite code col
colgroup dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head
header hr html i iframe img input ins kbd label legend li link main map mark meta nav noscript object ol optgroup option
p param picture pre progress q rp rt ruby s samp script section select small source span strike strong style sub summary
sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr
"""
_TAGS = frozenset(_ELEMENTS.split())
"""Elements of HTML. Any other name between angle brackets is a placeholder, or a type, and is read."""


def inline(traced: Traced, term: Term) -> Iterator[list[Piece]]:
    """The pieces to read of a paragraph in Markdown: one list for each of its lines that ends with a pause."""
    source = traced.text
    labels = (found.group(2) or found.group(1) for found in _REFERENCE.finditer(source))
    references = {normalizeReference(label): {"href": "#", "title": ""} for label in labels}
    tokens = _parser().inline.parse(source, _parser(), {"references": references}, [])
    yield from _Reading(traced, term).lines(tokens)


class _Reading:
    """Walks over the tokens and the source together."""

    def __init__(self, traced: Traced, term: Term) -> None:
        self._traced, self._term = traced, term
        self._source = traced.text
        self._line: list[Piece] = []
        self._behind_image = False

    def lines(self, tokens: list[Token]) -> Iterator[list[Piece]]:
        spans = _spans(tokens, self._source)
        literal = _literal_marks(tokens, spans, self._source)
        for number, (token, (start, end)) in enumerate(zip(tokens, spans, strict=True)):
            match token.type:
                case "text":
                    self._text(start, end)
                case "softbreak" | "hardbreak":
                    yield self._ended_line()
                case "html_inline" if _BREAK.match(token.content):
                    yield self._ended_line()
                case "link_close" if token.markup == "autolink":
                    self._copy(start + 1, end - 1)
                case _ if number in literal:
                    self._copy(start, end)
                case _:
                    self._construct(token, start, end)
        yield self._ended_line()

    def _ended_line(self) -> list[Piece]:
        line, self._line = self._line, []
        self._behind_image = False
        return line

    def _part(self, start: int, end: int) -> list[Piece]:
        """The paragraph's ``start:end``. What follows an image is kept apart from its text."""
        if self._behind_image and start < end:
            self._behind_image = False
            text = self._source[start:end].lstrip()
            if not text or text[0].isalnum():
                self._line.append(Piece(",", self._line[-1].end, self._line[-1].end))
        return self._traced.part(start, end)

    def _text(self, start: int, end: int) -> None:
        for piece in self._part(start, end):
            self._line += with_dashes(piece) if copies(piece) else (piece,)

    def _copy(self, start: int, end: int) -> None:
        self._line += self._part(start, end)

    def _said(self, text: str, start: int, end: int) -> None:
        """``text`` for ``start:end`` of the paragraph."""
        first = self._traced.place(start)
        self._line.append(in_words(text, first, max(first, self._traced.place(end - 1) + 1)))

    def _construct(self, token: Token, start: int, end: int) -> None:
        match token.type:
            case "code_inline":
                mark = len(token.markup)
                self._copy(start + mark, end - mark)
            case "text_special" if token.info == "entity":
                self._said(token.content.replace("\u00a0", " "), start, end)
            case "text_special":
                self._copy(end - len(token.content), end)
            case "image":
                self._image(start, start + 2, start + 2 + len(token.content), end)
            case "html_inline" if found := _ALT.match(token.content):
                group = 1 if found.group(1) is not None else 2
                self._image(start, start + found.start(group), start + found.end(group), end)
            case "html_inline" if _POWER.match(self._source, start) and _BASE.search(self._source[:start][-4:]):
                self._said("^", start, end)
            case "html_inline":
                tag = _TAG.match(token.content)
                if tag and (tag.group(1).lower() not in _TAGS or is_comparison(self._source, start)):
                    self._copy(start, end)
            case "math":
                mark = len(token.markup)
                self._copy(start + mark, end - mark)
            case "phonemes":
                first, last = self._traced.place(start + 1), self._traced.place(start + len(token.content)) + 1
                self._line.append(Piece(token.content, first, last, token.markup))
            case _:
                pass

    def _image(self, start: int, alt: int, alt_end: int, end: int) -> None:
        named = self._source[alt:alt_end].strip()
        if self._behind_image:
            self._line.append(Piece(", ", self._line[-1].end, self._line[-1].end))
        self._said(self._term("image") + (": " if named else ""), start, alt)
        if named:
            for line in inline(Traced(self._traced.part(alt, alt_end)), self._term):
                self._line += line
        self._behind_image = True


def _spans(tokens: list[Token], source: str) -> list[tuple[int, int]]:
    """Where in ``source`` each token stands. One that has no text and makes none silent stands between the others."""
    spans = []
    at = 0
    in_autolink = False
    for token in tokens:
        start = end = at
        if "span" in token.meta:
            start, end = token.meta["span"]
            in_autolink = False
        elif token.type == "link_open":
            in_autolink = token.markup == "autolink"
            end += not in_autolink
        elif token.type == "text" and not in_autolink:  # whose text may be decoded, so it is copied at its end
            start = source.index(token.content, at)
            end = start + len(token.content)
        elif token.nesting:
            end += len(token.markup)
        spans.append((start, end))
        at = end
    return spans


def _literal_marks(tokens: list[Token], spans: list[tuple[int, int]], source: str) -> frozenset[int]:
    """Numbers of the marks of emphasis that stand inside a word or a formula and so mean themselves: 2*3*4, __init__.

    Emphasis inside a word is rare where letters are ASCII; in Chinese and Japanese it is the rule.
    """
    found: set[int] = set()
    opened: list[tuple[int, int]] = []
    for number, (token, (start, end)) in enumerate(zip(tokens, spans, strict=True)):
        if token.type in ("em_open", "strong_open"):
            opened.append((number, start))
        elif token.type in ("em_close", "strong_close") and opened:
            first, begin = opened.pop()
            before, after = source[begin - 1 : begin], source[end : end + 1]
            inside_word = (
                _is_ascii_word(before) or before in _OPERATORS or (token.type == "em_close" and _is_ascii_word(after))
            )
            if inside_word or _NAME_IN_UNDERSCORES.fullmatch(source, begin, end):
                found |= {first, number}
    return frozenset(found)


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


Rule = Callable[[StateInline, bool], bool]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")
    rules: dict[str, Rule] = {
        "escape": escape,
        "backticks": backtick,
        "link": link,
        "image": image,
        "autolink": autolink,
        "html_inline": html_inline,
        "entity": entity,
    }
    for name, rule in rules.items():
        parser.inline.ruler.at(name, _noting(rule))
    parser.inline.ruler.before("escape", "math", _noting(_math))
    parser.inline.ruler.before("link", "phonemes", _noting(_phonemes))
    parser.inline.ruler.before("link", "footnote", _noting(_footnote))
    # The marks of emphasis have to stay apart from the text, or their places cannot be told.
    parser.inline.ruler2.disable("fragments_join")
    return parser


def _noting(rule: Rule) -> Rule:
    """``rule``, whose last token says in its ``meta`` which span of the source it read."""

    def noting(state: StateInline, silent: bool) -> bool:
        at, count = state.pos, len(state.tokens)
        found = rule(state, silent)
        if found and not silent and len(state.tokens) > count and state.tokens[-1].type not in ("text", "hardbreak"):
            state.tokens[-1].meta["span"] = (at, state.pos)
        return found

    return noting


def _math(state: StateInline, silent: bool) -> bool:
    found = _MATH.match(state.src, state.pos) if state.src[state.pos] == "$" else None
    if not found or not _MATHEMATICAL.search(found.group(1) or found.group(2)):
        return False
    if not silent:
        state.push("math", "", 0).markup = "$$" if found.group(1) else "$"
    state.pos = found.end()
    return True


def _phonemes(state: StateInline, silent: bool) -> bool:
    found = PHONEMES.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("phonemes", "", 0)
        token.content, token.markup = found.groups()
    state.pos = found.end()
    return True


def _footnote(state: StateInline, silent: bool) -> bool:
    found = _FOOTNOTE.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("footnote", "", 0)
    state.pos = found.end()
    return True

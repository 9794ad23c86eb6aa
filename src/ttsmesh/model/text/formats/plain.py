"""Joins the lines of a paragraph as a reader would: wrapped lines run on, lines of their own end with a pause. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from ttsmesh.model.text import marks
from ttsmesh.model.text.formats.align import Traced, copies
from ttsmesh.model.text.formats.lines import Line
from ttsmesh.model.text.passages import Piece

Known = Callable[[str], bool]
"""Whether a word is in the dictionary of the text's language."""

_SHORT = 30
"""Characters of a line that is short whatever stands around it."""

_MANY = 3
"""Lines that may be a list, or records, even if they begin with small letters."""

_WORDS_OF_A_SENTENCE = 3
_WORDS = re.compile(r"(?<!\S)[^\s!-@\[-`{-~]{2,}[,.;:!?]?[ \t](?=[^\s!-@\[-`{-~])")
_GAP = re.compile(r"[^\s.!?:] {2,}\S")

_SPACES_OF_A_BREAK = 2
"""Characters of white space, the line's end among them, more of which ask for a break in Markdown."""

_FILLED = 0.8
"""Share of the longest line that a wrapped line has at least once the next line's first word is added."""

_BROKEN = re.compile(r"([^\W\d_]{2,40})([-‐\u00ad])$")
_FIRST_WORD = re.compile(r"[^\W\d_]{1,40}")
_LABEL = re.compile(r"[^\W_][\w /()-]{0,30}:\s")
_SUFFIXES = "tion tions sion sions tive sive ment ments ness ing ings able ible ity ities ous tional ally ance ence"
_ENDINGS = frozenset(_SUFFIXES.split())
"""Ends of words that are no words themselves."""

PHONEMES = re.compile(
    r"\[([^\[\]\n]{1,100})\]\(/(?=[^/()\[\]\n]{0,199}[æðŋθβχħ\u0250-\u02ff\u1d00-\u1dbf])([^/()\[\]\n]{1,200})/\)"
)
"""A word whose pronunciation is given: "[word](/phonemes/)". A sign of the IPA tells it from a link to a path."""

_DASHES = re.compile(
    r"(?<=\s)--(?=\s)"
    r"|(?<=[^\W\d_])--(?=[^\W\d_])"
    r"|(?<=[^\W\d_]{2}\s)-(?=\s[^\W\d_]{2})"
    r"|(?<=[,;:.!?)\"”’]\s)-(?=\s[^\W\d_])"
)


def joined(lines: Sequence[Line], known: Known | None, markup: bool) -> Traced:
    """The text of ``lines``, not empty ones. A line end that is heard as a pause is a newline in it. ``markup``: a
    line may ask for that, with a backslash or spaces at its end."""
    width = max(len(line.text) for line in lines)
    short = width <= _SHORT
    records = len(lines) >= _MANY and not are_sentences([line.text for line in lines])
    pieces = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        text = line.text
        if following is None:
            pieces.append(Piece(text, line.start, line.end))
            break
        keep, between = _join(text, following.text, known)
        backslash = markup and text.endswith("\\") and not text.endswith("\\\\")
        if backslash or (markup and line.after - line.end > _SPACES_OF_A_BREAK):
            keep, between = len(text) - backslash, "\n"
        elif between and _ends_line(text, following.text, width, short, records):
            between = "\n"
        pieces.append(Piece(text[:keep], line.start, line.start + keep))
        pieces.append(Piece(between, line.start + keep, following.start))
    return Traced(pieces)


def _join(text: str, following: str, known: Known | None) -> tuple[int, str]:
    """How many characters of ``text`` are kept, and what stands between it and the ``following`` line."""
    first = _FIRST_WORD.match(following)
    if (broken := _BROKEN.search(text)) and first:
        soft = broken.group(2) == "\u00ad"
        return len(text) - (soft or _is_one_word(broken.group(1), first.group(), known)), ""
    if _is_unspaced(text[-1]) and _is_unspaced(following[0]):
        return len(text), ""
    return len(text), " "


def _is_one_word(left: str, right: str, known: Known | None) -> bool:
    """Whether a hyphen only broke a word at the end of a line. Without a dictionary it is one only for an ending."""
    if known is None:
        return right in _ENDINGS
    return known((left + right).lower()) and not (known(left.lower()) and known(right))


def _ends_line(text: str, following: str, width: int, short: bool, records: bool) -> bool:
    """Whether the line was ended for a reason: no mark says so, and ``following`` would have fitted on it."""
    if text.rstrip(marks.CLOSERS).endswith(tuple(marks.SENTENCE + marks.CLAUSE + "،؛।")):
        return False
    begins = not following[0].islower()
    if records or (short and begins):
        return True
    if (_LABEL.match(text) and _LABEL.match(following)) or (_GAP.search(text) and _GAP.search(following)):
        return True
    word = len(following.split(maxsplit=1)[0])
    return begins and following[0].isalpha() and len(text) + 1 + word < width * _FILLED


def are_sentences(lines: Sequence[str]) -> bool:
    """Whether most of ``lines`` are words with single spaces between them, as in prose."""
    return sum(len(_WORDS.findall(line)) >= _WORDS_OF_A_SENTENCE for line in lines) * 2 > len(lines)


def _is_unspaced(character: str) -> bool:
    """Whether ``character`` belongs to a script that has no spaces between words: Chinese, Japanese."""
    return "\u3000" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or "\uff00" <= character <= "\uffef"


def with_dashes(piece: Piece) -> Iterator[Piece]:
    """``piece``, a copy, with dashes for hyphens that stand for them: "Today -- not tomorrow", "oui - non"."""
    at = 0
    for found in _DASHES.finditer(piece.text) if "-" in piece.text else ():
        yield Piece(piece.text[at : found.start()], piece.start + at, piece.start + found.start())
        yield Piece("—", piece.start + found.start(), piece.start + found.end())
        at = found.end()
    yield Piece(piece.text[at:], piece.start + at, piece.end)


def plain_lines(traced: Traced) -> Iterator[list[Piece]]:
    """The pieces of each line of ``traced`` that ends with a pause."""
    at = 0
    for line in traced.text.split("\n"):
        found: list[Piece] = []
        for piece in traced.part(at, at + len(line)):
            found += _pronounced(piece) if copies(piece) else (piece,)
        yield found
        at += len(line) + 1


def _pronounced(piece: Piece) -> Iterator[Piece]:
    """``piece``, a copy, with the words as such whose phonemes are given."""
    at = 0
    for found in PHONEMES.finditer(piece.text):
        yield from with_dashes(Piece(piece.text[at : found.start()], piece.start + at, piece.start + found.start()))
        word, phonemes = found.groups()
        yield Piece(word, piece.start + found.start(1), piece.start + found.end(1), phonemes)
        at = found.end()
    yield from with_dashes(Piece(piece.text[at:], piece.start + at, piece.end))

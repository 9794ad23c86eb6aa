"""What one language calls single characters and the keys of a keyboard. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_GAP = re.compile(r"\n\s*|\s{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names, in the form that a ``Rule`` answers in.

    Attributes:
        characters: of marks, symbols, blanks, and of letters that do not name themselves.
        accents: of combining marks, as they are said behind the letter.
        half: what is said before a letter that has lost its vowel; Hindi alone has such letters.
        small: what is said before a small kana; Japanese alone has them.
        superscript: what is said before a raised digit.
        subscript: what is said before a lowered digit.
        capital: what announces one capital, and a word that begins with one.
        capitals: what announces a word that has nothing but capitals.
        keys: by their English names.
    """

    characters: Mapping[str, str]
    accents: Mapping[str, str]
    half: str = ""
    small: str = ""
    superscript: str
    subscript: str
    capital: str
    capitals: str
    keys: Mapping[str, str]


def named(text: str) -> dict[str, str]:
    """A table of "character name", each followed by two spaces or by the end of a line."""
    return dict(_entry(entry) for entry in _GAP.split(text.strip()))


def blanks(space: str, tab: str, line: str, no_break: str) -> dict[str, str]:
    """The names of what cannot be seen in a table."""
    spaces = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
    lines = "\n\r\u0085\u2028\u2029"
    return (
        dict.fromkeys(" " + spaces, space)
        | {"\t": tab}
        | dict.fromkeys(lines, line)
        | dict.fromkeys("\u00a0\u2007\u202f", no_break)
    )


def accents(text: str) -> dict[str, str]:
    """The names of accents, in the order of ``ACCENTS``, with commas between them."""
    return dict(zip(ACCENTS, (name.strip() for name in " ".join(text.split()).split(",")), strict=True))


ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u0327\u0328\u030c\u0304\u0306\u0307\u030b\u0323"
"""Grave, acute, circumflex, tilde, diaeresis, ring, cedilla, ogonek, caron, macron, breve, dot above, double acute, dot
below."""


def _entry(entry: str) -> tuple[str, str]:
    character, _, name = entry.partition(" ")
    return character, name

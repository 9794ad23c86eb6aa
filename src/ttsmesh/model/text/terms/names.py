"""Names that programs and people give to things, in words: parted at capitals, digits and separators. Pure."""

import re
import unicodedata

from ttsmesh.model.text.kinds import Year
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms import acronyms
from ttsmesh.model.text.terms.tables.acronyms import SPELLED
from ttsmesh.model.text.terms.tables.names import EXTENSIONS, RESPELLED

LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff"
"""Letters of names, inside a character class: Latin, Greek, Cyrillic. In Japanese and Chinese text a name ends where
these do, without a space."""
BEGIN, END = rf"(?<![{LETTERS}0-9_])", rf"(?![{LETTERS}0-9_])"
"""No part of a name before, and none behind."""

_MARKS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963"
"""Combining marks of Latin and Devanagari, which Python's ``\\w`` leaves out."""
_LOWER = rf"(?:[^\W\d_A-Z]|[{_MARKS}])"
_HUMP = re.compile(
    rf"[A-Z]{{2,}}s(?!{_LOWER})|[A-Z]+(?=[A-Z]{_LOWER})|[A-Z]?{_LOWER}+|[A-Z]+|\d+",
)
_TOKEN = re.compile(rf"([vV]?\d{{1,8}}(?:\.\d{{1,8}}){{1,6}}(?![^\W_]))|((?:[^\W_]|[{_MARKS}])+)|.", re.DOTALL)
_VOWEL = re.compile(r"[aeiouyAEIOUY]|[^\x00-\x7f]")
_UNPRONOUNCEABLE = 5
"""Letters without a vowel, at most, that are spelled; more of them are left to G2P."""

_NUMBER = 6
"""Digits, at most, of a number in a name that is said as one; more are said one by one."""

_SYMBOLS = {
    ".": "dot",
    "/": "slash",
    "\\": "backslash",
    ":": "colon",
    "@": "at",
    "+": "plus",
    "*": "star",
    "~": "tilde",
    "$": "dollar",
    "%": "percent",
    "^": "caret",
    "=": "equals",
    "#": "hash",
    "?": "question mark",
    "&": "and",
    "|": "pipe",
}
_EXACT = {"_": "underscore", "-": "dash"}


def english(context: Context) -> bool:
    """Whether respellings for English may be used."""
    return context.language.startswith("en-")


def called(term: str, symbols: str, context: Context) -> str:
    """``term`` in this language, or where it has no such word, its names for the characters of ``symbols``."""
    if not english(context) and term not in context.verbaliser.terms:
        names = [context.verbaliser.symbols.get(symbol, "") for symbol in symbols]
        if symbols and all(names):
            return " ".join(names)
    return context.term(term)


def point(context: Context) -> str:
    """What stands between the parts of a version."""
    return context.term("point" if english(context) or "point" in context.verbaliser.terms else "dot")


def number(digits: str, context: Context) -> str:
    """Digits in a name: "8" of utf8, "2024" as a year, "007" one by one. Any script's decimal digits."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits)
    if len(plain) > _NUMBER or (plain[0] == "0" and len(plain) > 1):
        return context.verbaliser.one_by_one(plain)
    if len(plain) == 4 and 1900 <= int(plain) <= 2099:
        return context.verbaliser.say(Year(int(plain)))
    return context.verbaliser.cardinal(plain)


def _number_behind_letters(digits: str, context: Context) -> str:
    """Digits behind letters: of three or four English says the last two together, "two fifty-six", "four oh four"."""
    if not english(context) or not digits.isascii() or len(digits) not in (3, 4) or digits[0] == "0":
        return number(digits, context)
    first, last = digits[:-2], digits[-2:]
    if last == "00" or (first[-1] == "0" and last[0] == "0") or (len(digits) == 4 and 1900 <= int(digits) <= 2099):
        return number(digits, context)
    tens = f"oh {context.verbaliser.cardinal(last[1])}" if last[0] == "0" else context.verbaliser.cardinal(last)
    return f"{context.verbaliser.cardinal(first)} {tens}"


def identifier(name: str, context: Context, constant: bool = False) -> str:
    """A name of letters and digits in any case, with ``_`` and ``-`` between its parts: "parse JSON two".

    ``constant``: if it is in capitals, it is words rather than an acronym.
    """
    shouted = name.isupper() and (constant or "_" in name or "-" in name)
    humps = [hump.group() for hump in _HUMP.finditer(name)]
    said = (
        _number_behind_letters(hump, context)
        if hump[0].isdecimal() and place
        else _hump(hump, context, shouted, inner=0 < place < len(humps) - 1 and "_" in name)
        for place, hump in enumerate(humps)
    )
    return " ".join(said)


def _hump(hump: str, context: Context, shouted: bool, inner: bool) -> str:
    if hump[0].isdecimal():
        return number(hump, context)
    if len(hump) == 1:
        return "a" if hump == "a" and inner and english(context) else hump.upper()
    if hump.isascii() and hump.isupper():
        return acronyms.part(hump, context, shouted)
    if hump.isascii() and hump[:-1].isupper() and len(hump) > 2:
        return acronyms.spelled(hump[:-1], context, plural=True)
    return word(hump.lower(), context)


def word(lower: str, context: Context) -> str:
    """A part of a name that is in lower case: as it is, respelled, or spelled where nobody could say it."""
    if english(context) and lower in RESPELLED:
        return RESPELLED[lower]
    if english(context) and lower.upper() in SPELLED:
        return acronyms.spelled(lower, context)
    if lower.isascii() and not _VOWEL.search(lower) and len(lower) <= _UNPRONOUNCEABLE:
        return acronyms.spelled(lower, context)
    return lower


def extension(name: str, context: Context) -> str:
    """The extension of a file's name, without its dot."""
    if english(context):
        return EXTENSIONS.get(name.lower()) or identifier(name, context)
    return acronyms.spelled(name, context) if name.isalpha() and len(name) <= 3 else identifier(name, context)


def spell(name: str, context: Context, exact: bool = False, file: bool = False) -> str:
    """A segment of a path or an address: its names, with the symbols between them.

    ``exact``: hyphens and underscores are said too, as they are where the context has them named. ``file``: what
    follows a dot is an extension.
    """
    said: list[str] = []
    before = ""
    for token in _TOKEN.finditer(name):
        characters = token.group()
        if token[1]:
            if characters[0] in "vV":
                said.append(acronyms.spelled("v", context))
            said.append(
                f" {point(context)} ".join(number(part, context) for part in characters.lstrip("vV").split("."))
            )
        elif token[2]:
            if file and before == "." and characters.isascii():
                said.append(extension(characters, context))
            elif before == "$":
                said.append(identifier(characters, context, constant=True))
            else:
                said.append(_name(characters, context, constant="_" in name and name.isupper()))
        elif characters in _SYMBOLS:
            said.append(_symbol(characters, context))
        elif characters in _EXACT and (exact or characters in context.named):
            said.append(context.term(_EXACT[characters]))
        before = characters
    return " ".join(filter(None, said))


def _symbol(character: str, context: Context) -> str:
    # "hash" is also a word for checksums, which most languages call otherwise than the symbol.
    own = context.verbaliser.symbols.get(character) if character == "#" and not english(context) else ""
    return own or called(_SYMBOLS[character], character, context)


def _name(characters: str, context: Context, constant: bool) -> str:
    capitals = len(characters) > 1 and characters.isascii() and characters.isupper() and characters.isalpha()
    return acronyms.part(characters, context, shouted=constant) if capitals else identifier(characters, context)

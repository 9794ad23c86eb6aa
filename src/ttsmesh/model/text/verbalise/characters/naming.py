"""Names single characters, each with the marks that belong to it. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ttsmesh.model.text.clean import SCRIPTS, script
from ttsmesh.model.text.clusters import clusters
from ttsmesh.model.text.reading import Capitals
from ttsmesh.model.text.rules import Context, Verbaliser
from ttsmesh.model.text.terms.emojis import emoji_row
from ttsmesh.model.text.verbalise.characters.choose import names
from ttsmesh.model.text.verbalise.choose import verbaliser as verbaliser_of

_JOINER = "\u200d"
_VIRAMA = "\u094d"
_SMALL = {
    **dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True)),
    **dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True)),
}
"""The kana of full size by the small ones."""

_KEYCAP = "\u20e3"
_PRESENTATION = "\ufe0e\ufe0f"
LONGEST = 24
"""Code points of one character, at most."""

_NOT_NAMED = frozenset({"LATIN", "LETTER", "SMALL", "CAPITAL", "SIGN", "SYMBOL", "MARK"})
"""Words of Unicode's names that say no more than what a listener knows."""


def character_name(character: str, verbaliser: Verbaliser, capitals: Capitals = "none") -> str:
    """What ``character``, a base with the marks that belong to it, is called. It is never empty.

    With ``capitals`` "spell" it is said of a capital that it is one.
    """
    character = "\n" if character == "\r\n" else character
    said = _named(unicodedata.normalize("NFC", character[:LONGEST]), verbaliser.language)
    if capitals == "spell" and unicodedata.category(character[0]) == "Lu":
        return f"{names(verbaliser.language).capital} {said}"
    return said


def characters(text: str) -> Iterator[tuple[int, int]]:
    """Where each character of ``text`` begins and ends; an emoji of several is one, and so is the end of a line."""
    begin = 0
    for first, last in clusters(text, 0, len(text)):
        if first > begin:
            joined = text[first - 1] == _JOINER and not text[begin].isalpha()
            if joined or (_is_flag(text[begin]) and _is_flag(text[first]) and first - begin == 1):
                continue
            if text[begin:last] != "\r\n":
                yield begin, first
                begin = first
    if begin < len(text):
        yield begin, len(text)


def _is_flag(character: str) -> bool:
    """Whether ``character`` is one of the two that make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


@lru_cache(maxsize=4096)
def _named(character: str, language: str) -> str:
    return _name(character, verbaliser_of(language))


def _name(character: str, verbaliser: Verbaliser) -> str:
    own = names(verbaliser.language).characters
    base, marks = character[0], character[1:]
    if said := own.get(character) or own.get(character.lower()) or own.get(character.rstrip(_PRESENTATION)):
        return said
    if base.isascii() and not set(marks) & set(_PRESENTATION + _KEYCAP):
        return _with_marks(base, marks, verbaliser)
    if (emoji := emoji_row(character, 0, Context(verbaliser))) is not None and emoji[1]:
        return emoji[1].strip(", ")
    if base in verbaliser.symbols:
        return verbaliser.symbols[base]
    if base in own:
        return _with_marks(base, marks, verbaliser)
    if _is_native(base, verbaliser.language):
        return _native(character, verbaliser)
    return _number(base, verbaliser) or _letter(character, verbaliser) or _unicode_name(base, marks, verbaliser)


def _with_marks(base: str, marks: str, verbaliser: Verbaliser) -> str:
    """The name of ``base``, which has one of its own, with those of its marks."""
    own = names(verbaliser.language)
    said = own.characters.get(base)
    if said is None:
        said = base.upper() if base.isalpha() else verbaliser.cardinal(base) if base.isdecimal() else ""
    if not said:
        return _unicode_name(base, marks, verbaliser)
    found = [own.accents.get(mark) or own.characters.get(mark, "") for mark in dict.fromkeys(marks)]
    return " ".join(filter(None, (said, *found)))


def _letter(character: str, verbaliser: Verbaliser) -> str:
    """The name of a letter that is another one with accents, or in disguise; "" for any other."""
    decomposed = unicodedata.normalize("NFD", character)
    plain = unicodedata.normalize("NFKC", character)
    if decomposed[0].isascii() and decomposed[0].isalpha():
        return _with_marks(decomposed[0], decomposed[1:], verbaliser)
    if plain != character and len(plain) == 1:
        return _name(plain, verbaliser)
    return ""


def _is_native(character: str, language: str) -> bool:
    return character.isalpha() and script(character) in SCRIPTS.get(language, frozenset())


def _native(character: str, verbaliser: Verbaliser) -> str:
    """What a letter of the language's own script sounds like."""
    own = names(verbaliser.language)
    if character in _SMALL and own.small:
        return f"{own.small} {_SMALL[character]}"
    if character.endswith(_VIRAMA) and own.half and len(character) > 1:
        return f"{own.half} {character.removesuffix(_VIRAMA)}"
    return character


def _number(character: str, verbaliser: Verbaliser) -> str:
    value = unicodedata.digit(character, None)
    if value is None:
        number = unicodedata.numeric(character, None)
        whole = number is not None and number == int(number) and number >= 0 and not character.isalpha()
        return verbaliser.cardinal(str(int(number))) if whole and number is not None else ""
    own = names(verbaliser.language)
    position = unicodedata.decomposition(character).partition(" ")[0]
    place = {"<super>": own.superscript, "<sub>": own.subscript}.get(position, "")
    return " ".join(filter(None, (place, verbaliser.cardinal(str(value)))))


def _unicode_name(base: str, marks: str, verbaliser: Verbaliser) -> str:
    """Unicode's English name without what a listener need not hear; the number of a character that has none."""
    name = unicodedata.name(base, "").replace("-", " ")
    parts = [part for part in name.split() if part not in _NOT_NAMED] or name.split()
    if not parts or parts[-1] == f"{ord(base):04X}":
        term = verbaliser.terms.get("character", "character")
        return f"{term} {verbaliser.one_by_one(f'{ord(base):04x}')}"
    own = names(verbaliser.language).accents
    said = [_part(part, verbaliser) for part in parts]
    return " ".join(filter(None, (*said, *(own.get(mark, "") for mark in marks))))


def _part(part: str, verbaliser: Verbaliser) -> str:
    """A word of a name, a letter or a number."""
    if part.isalpha():
        return part if len(part) == 1 else part.lower()
    return verbaliser.one_by_one("".join(c for c in part.lower() if c.isalnum()))

"""What has digits and no kind of its own: B2B, H₂O, x86_64, x², #5, Ⅷ, ①. No digit is ever left out. Pure."""

import re
import unicodedata
from collections.abc import Iterator

from ttsmesh.model.text.classify.digits import in_threes
from ttsmesh.model.text.classify.numbers import read_exponent
from ttsmesh.model.text.classify.tokens import MINUS, PLUS, ends, is_letter, may_be_signed
from ttsmesh.model.text.kinds import Digits, Fraction, Number, Power, Roman
from ttsmesh.model.text.rules import Context

_HASH = re.compile(r"[#＃]([0-9]{1,9})")
_ROMAN = re.compile("[Ⅰ-ⅿ]{1,12}")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_WITH_POINTS = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_CHARGES = {"⁺": "+", "⁻": "−"}
"""Raised signs behind what is charged: Ca²⁺."""

_SYLLABLE = re.compile(r"[bcdfghjklmnpqrstvwxyz]{1,2}[aeiouy]{1,2}[bcdfghjklmnpqrstvwxyz]{0,2}", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_LONGEST_NUMBER = 4
_FURTHEST_DIGIT = 100
"""How many letters may stand before the first digit of a token."""


def numbered(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """ "#5": number five."""
    found = _HASH.match(text, at)
    if found is None or not ends(text, found.end()):
        return None
    return found.end(), f"{context.term('number')} {_digits(found[1], context)}"


def roman(text: str, at: int, context: Context) -> tuple[int, Roman] | None:
    """A numeral in the characters that Unicode has for Roman ones: Ⅷ."""
    found = _ROMAN.match(text, at)
    if found is None:
        return None
    total = highest = 0
    for letter in reversed(unicodedata.normalize("NFKC", found[0]).upper()):
        value = _VALUES.get(letter, 0)
        total += value if value >= highest else -value
        highest = max(highest, value)
    return (found.end(), Roman(total)) if total > 0 else None


def mixed(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Any digits at ``at``, with the letters that are glued to them, in parts; or a sign that belongs to digits.

    Up to three letters are said by their names where they are no syllable. Digits with a zero before them, or more
    than four of them, are said one by one.
    """
    if text[at] in MINUS + PLUS + "±":
        return _sign(text, at, context)
    if not _has_digits(text, at):
        return None
    said: list[str] = []
    end = at
    while end < len(text):
        if said and (exponent := read_exponent(text, end)) and not _is_footnote(text, end):
            said.append(_to_the(exponent[1], context))
            end = exponent[0]
        elif points := _WITH_POINTS.match(text, end):
            said.append(_points(points[0], context))
            end = points.end()
        elif _is_numeral(text[end]):
            said.append(_numeral(text[end], context))
            end += 1
        elif is_letter(text[end]):
            first = end
            while end < len(text) and is_letter(text[end]):
                end += 1
            said += _named_letters(text[first:end], context)
        elif text[end] == "_" and _goes_on(text, end):
            end += 1
        elif said and text[end] in _CHARGES:
            said.append(context.verbaliser.symbols.get(_CHARGES[text[end]], ""))
            end += 1
        else:
            break
    return (end, " ".join(said)) if any(map(_is_numeral, text[at:end])) else None


def _sign(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A sign whose number is of no kind: minus is never lost."""
    if not may_be_signed(text, at) or not text[at + 1 : at + 2].isdigit():
        return None
    names = ("−", "-") if text[at] in MINUS else ("+",) if text[at] in PLUS else ("±",)
    said = next((context.verbaliser.symbols[name] for name in names if name in context.verbaliser.symbols), "")
    rest = mixed(text, at + 1, context)
    return (rest[0], f"{said} {rest[1]}") if rest and said else None


def _has_digits(text: str, at: int) -> bool:
    for character in text[at : at + _FURTHEST_DIGIT]:
        if _is_numeral(character) or character.isdecimal():
            return True
        if not is_letter(character) and character not in "_^⁻⁺":
            return False
    return False


def _is_numeral(character: str) -> bool:
    """Whether ``character`` is a number and no letter: ₂, ①, ½, ٣, Ⅷ, but not 三."""
    return character.isnumeric() and not character.isalpha()


def _goes_on(text: str, at: int) -> bool:
    """Whether letters or digits follow the low lines at ``at``."""
    following = text[at : at + 8].lstrip("_")[:1]
    return bool(following) and (_is_numeral(following) or is_letter(following))


def _is_footnote(text: str, at: int) -> bool:
    """Whether what is raised at ``at`` stands behind a word, which has no numbers."""
    return text[at] not in "^*" and at > 2 and text[at - 3 : at].isalpha()


def _to_the(exponent: Number, context: Context) -> str:
    """What is said behind a base: of "one squared", "squared"."""
    say = context.verbaliser.say
    one, power = say(Number("1")), say(Power(Number("1"), exponent))
    return power.removeprefix(one).strip() if power.startswith(one) else say(exponent)


def _points(written: str, context: Context) -> str:
    """Digits; with one point between them a number, with more of them parts."""
    parts = written.split(".")
    if len(parts) == 2 and (len(parts[0]) == 1 or parts[0][0] != "0"):
        return context.verbaliser.say(Number(written))
    return f" {context.term('dot')} ".join(_digits(part, context) for part in parts)


def _digits(digits: str, context: Context) -> str:
    if len(digits) > 1 and digits[0] == "0":
        return context.verbaliser.say(Digits((digits,)))
    if len(digits) > _LONGEST_NUMBER:
        return context.verbaliser.say(Digits(in_threes(digits)))
    return context.verbaliser.say(Number(digits))


def _numeral(character: str, context: Context) -> str:
    """A number that is one character, and no ASCII digit."""
    flat = unicodedata.normalize("NFKC", character)
    above, stroke, below = flat.partition("⁄")
    if stroke and below:
        return context.verbaliser.say(Fraction(0, int(above), int(below)))
    return context.verbaliser.say(Number(f"{unicodedata.numeric(character):g}"))


def _named_letters(letters: str, context: Context) -> Iterator[str]:
    """What is said for letters, of which those of mathematics have names: "πr" is "pi R"."""
    symbols = context.verbaliser.symbols
    for part in re.split(r"([\u0370-\u03ff])", letters):
        if part:
            yield symbols[part] if part in symbols else _letters(part)


def _letters(letters: str) -> str:
    is_spelt = len(letters) < 3 or (
        (len(letters) == 3 and not _SYLLABLE.fullmatch(letters)) or (letters.isupper() and not _VOWEL.search(letters))
    )
    return " ".join(letters.upper()) if is_spelt else letters

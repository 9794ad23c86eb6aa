"""Numbers by themselves: signs, thousands, decimals, powers, and places in a row. Pure.

A language has one mark before decimals and others between thousands, but people paste numbers of other languages too.
A number with both marks, with two marks of thousands, or with other than three digits behind its mark can mean one
thing only, so it is read right in every language. "1.234" and "1,234" go by the language.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from ttsmesh.model.text.classify.tokens import MINUS, NARROW, PLUS, UNSPACED, begins, ends, may_be_signed, words
from ttsmesh.model.text.kinds import Number, Ordinal, Power, Scale, Scientific, Sign
from ttsmesh.model.text.rules import Context, Verbaliser

_SIGNS = re.compile(rf"([~≈∼]{{1,2}} ?)?([{MINUS}{PLUS}±] ?)?(?=[.\d])")
_DIGITS = re.compile(r"[0-9]+")
_POINT_FIRST = re.compile(r"\.([0-9]+)")

_THOUSANDS = {
    ",": re.compile(r"[1-9]\d{0,2}(?:,\d{3}){1,12}(?:\.\d{1,40})?(?![\d])(?!,\d)"),
    ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,12}(?:,\d{1,40})?(?![\d])(?!\.\d)"),
    "indian": re.compile(r"[1-9]\d?(?:,\d{2}){1,8},\d{3}(?:\.\d{1,40})?(?![\d])(?!,\d)"),
    "narrow": re.compile(rf"[1-9]\d{{0,2}}(?:[{NARROW}]\d{{3}}){{1,12}}(?:[.,]\d{{1,40}})?(?![\d])"),
    "'": re.compile(r"[1-9]\d{0,2}(?:['’]\d{3}){1,12}(?:[.,]\d{1,40})?(?![\d])"),
    "_": re.compile(r"[1-9]\d{0,2}(?:_\d{3}){1,12}(?:\.\d{1,40})?(?![\d_])"),
    " ": re.compile(r"[1-9]\d{0,2}(?: \d{3}){1,12}(?:[.,]\d{1,40})?(?![\d])(?! \d)"),
}
_ROUND = re.compile(r"[1-9]\d{0,2}(?: 000){1,12}$")
_LISTED = re.compile(r"\d,$")
_DECIMALS = re.compile(r"[.,]([0-9]+)")
_AMOUNT_FOLLOWS = re.compile(
    rf"[ {NARROW}]?(?:[%‰€£$₹°]|(?:EUR|USD|GBP|CHF|km|kg|m|cm|mm|mg|g|l|ml|h|s|ms|GB|MB|GHz)(?![^\W_{UNSPACED}]))"
)

_SCALES: Mapping[str, Scale] = {"M": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_SCALE = re.compile(rf"(?:mn|bn|tn|M)(?![^\W_{UNSPACED}])")

_ORDINAL = re.compile(
    r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,12})"
    r"(?:(st|nd|rd|th|ST|ND|RD|TH)|\.?(er|re|ère|ere|nd|nde|e|ème|eme|ᵉ|ᵉʳ|º|ª|ro|era|ra|do|da|to|ta|va|vo|mo|ma)s?"
    r"|(ला|रा|था|ठा|वां|वाँ|वें)|(ली|री|थी|ठी|वीं))(?!\w| [CF]\b)"
)
_SUFFIXES = {
    "es": words("º ª er era ro ra do da to ta vo va mo ma"),
    "fr": words("er re ère ere nd nde e ème eme ᵉ ᵉʳ"),
    "it": words("º ª"),
    "pt": words("º ª"),
    "hi": frozenset(),
}
_FEMININE = words("re ère ere nde ª era ra da ta va ma")

_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FLAT = str.maketrans(_RAISED_DIGITS + "⁻⁺−", "0123456789-+-")
_RAISED = re.compile(rf"[⁻⁺]?[{_RAISED_DIGITS}]{{1,6}}+(?![⁺⁻])")
_EXPONENT = re.compile(r"(?:\^|\*\*)(?:\{([-−+]?\d{1,6})\}|\(([-−+]?\d{1,6})\)|([-−+]?\d{1,6}(?:\.\d{1,6})?))")
_E = re.compile(rf"[eE]([-+−]?\d{{1,3}})(?![^\W{UNSPACED}]|\.\d)")
_TIMES_TEN = re.compile(r" ?[×·x*⋅] ?10(?=[\^⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]|\*\*)")


def read_number(
    text: str, at: int, verbaliser: Verbaliser, *, signed: bool = True, comma: bool = False
) -> tuple[int, Number] | None:
    """The number at ``at``, whatever follows it, or None; a number with more zeros before it than one is none.

    Args:
        signed: Whether signs and "about" may stand before it.
        comma: Whether a comma before one or two digits is a decimal mark in every language, as in "€5,50".
    """
    return _read(text, at, verbaliser.decimal_mark, verbaliser.group_marks, signed, comma)


# Many readers ask for the number at one place, one after the other.
@lru_cache(maxsize=16)
def _read(
    text: str, at: int, decimal_mark: str, group_marks: str, signed: bool, comma: bool
) -> tuple[int, Number] | None:
    sign, about, first = _signs(text, at) if signed else ("", False, at)
    grouped = _grouped(text, first, decimal_mark, group_marks)
    if grouped is not None:
        return grouped[0], Number(grouped[1], sign, about=about)
    if (pointed := _POINT_FIRST.match(text, first)) and (sign or begins(text, first)):
        return pointed.end(), Number("0." + pointed[1], sign, about=about)
    if (whole := _DIGITS.match(text, first)) is None:
        return None
    end, digits = whole.end(), whole[0]
    if len(digits) > 1 and digits[0] == "0":
        return None
    if (decimals := _DECIMALS.match(text, end)) and _is_decimal(text, first, decimals, digits, decimal_mark, comma):
        end, digits = decimals.end(), f"{digits}.{decimals[1]}"
    return end, Number(digits, sign, about=about)


def number(text: str, at: int, context: Context) -> tuple[int, Number] | None:
    """A number that stands by itself. "1.5M" and "3bn" have their scale, as it is no unit."""
    found = read_number(text, at, context.verbaliser)
    if found is None:
        return None
    end, value = found
    if scale := _SCALE.match(text, end):
        return scale.end(), replace(value, scale=_SCALES[scale[0]])
    return found if ends(text, end) else None


def ordinal(text: str, at: int, context: Context) -> tuple[int, Ordinal] | None:
    """A place in a row, as this language or English writes it: 3rd, 3º, 3.ª, 1er, 5वीं."""
    found = _ORDINAL.match(text, at)
    if found is None:
        return None
    value = int(found[1].replace(",", ""))
    suffix = found[3]
    if suffix and suffix not in _SUFFIXES.get(context.language[:2], ()):
        return None
    return found.end(), Ordinal(value, feminine=suffix in _FEMININE or bool(found[5]))


def power(text: str, at: int, context: Context) -> tuple[int, Power] | None:
    """A number to a power: 10², 10^6, 2**8, 10⁻³."""
    base = read_number(text, at, context.verbaliser)
    exponent = read_exponent(text, base[0]) if base else None
    if base is None or exponent is None:
        return None
    return exponent[0], Power(base[1], exponent[1])


def scientific(text: str, at: int, context: Context) -> tuple[int, Scientific] | None:
    """A number times a power of ten: 1.5e-3, 6.02×10^23."""
    mantissa = read_number(text, at, context.verbaliser)
    if mantissa is None:
        return None
    end, value = mantissa
    if found := _E.match(text, end):
        return found.end(), Scientific(value, _signed(found[1]))
    if times := _TIMES_TEN.match(text, end):
        exponent = read_exponent(text, times.end())
        return (exponent[0], Scientific(value, exponent[1])) if exponent else None
    return None


def read_exponent(text: str, at: int) -> tuple[int, Number] | None:
    """The exponent at ``at``, raised or behind a caret or two stars: where it ends, and what it is."""
    if raised := _RAISED.match(text, at):
        return raised.end(), _signed(raised[0])
    found = _EXPONENT.match(text, at)
    if found is None or not ends(text, found.end()):
        return None
    return found.end(), _signed(found[1] or found[2] or found[3])


def _signs(text: str, at: int) -> tuple[Sign, bool, int]:
    found = _SIGNS.match(text, at)
    if found is None:
        return "", False, at
    mark = (found[2] or "").strip()
    if mark and mark != "±" and (found[2] != mark or not may_be_signed(text, found.start(2))):
        return "", False, at
    sign: Sign = "±" if mark == "±" else "+" if mark and mark in PLUS else "-" if mark else ""
    return sign, found[1] is not None, found.end()


def _grouped(text: str, at: int, decimal_mark: str, group_marks: str) -> tuple[int, str] | None:
    """The number at ``at`` if marks part its thousands."""
    for mark, pattern in _THOUSANDS.items():
        found = pattern.match(text, at)
        if found is None or not _is_grouped(found[0], mark, decimal_mark, group_marks):
            continue
        whole, _, decimals = found[0].replace("," if mark == "." else ".", "|").partition("|")
        if mark not in (",", ".", "indian"):
            whole, _, decimals = whole.partition(",") if "," in whole else (whole, "", decimals)
        digits = "".join(filter(str.isdigit, whole))
        return found.end(), f"{digits}.{decimals}" if decimals else digits
    return None


def _is_grouped(written: str, mark: str, decimal_mark: str, group_marks: str) -> bool:
    if mark == " ":
        return (" " in group_marks and decimal_mark == ",") or bool(_ROUND.match(written))
    if mark not in ",.":
        return True
    other = "." if mark == "," else ","
    return other in written or written.count(mark) > 1 or mark in group_marks


def _is_decimal(text: str, first: int, decimals: re.Match[str], whole: str, decimal_mark: str, comma: bool) -> bool:
    end = decimals.end()
    if decimals[0][0] == ".":
        return True
    goes_on = text[end : end + 1] == "," and text[end + 1 : end + 2].isdigit()
    if goes_on or _LISTED.search(text, max(0, first - 2), first):
        return False
    if decimal_mark == ",":
        return True
    if whole == "0" and text[end : end + 1] not in (")", "]", "}"):
        return True
    return len(decimals[1]) <= 2 and (comma or _AMOUNT_FOLLOWS.match(text, end) is not None)


def _signed(written: str) -> Number:
    flat = written.translate(_FLAT)
    whole, point, decimals = flat.lstrip("-+").partition(".")
    # A plus before an exponent says nothing: 1e+9 is 1e9.
    return Number((whole.lstrip("0") or "0") + point + decimals, "-" if flat[0] == "-" else "")

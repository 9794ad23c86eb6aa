"""Numbers in words, for every language, from the rules of Unicode's CLDR. Pure.

All that is said here has letters, single spaces, hyphens and apostrophes only.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

Noun = Literal["", "masculine", "feminine"]
"""The gender of the noun that a number counts; "" for a number that counts nothing: "uno", but "un euro"."""

_DIGITS_AT_MOST = 15
"""Longer numbers are said digit by digit: no listener follows them, and the rules of CLDR end."""

_CLDR = {"en-us": "en", "en-gb": "en", "fr-fr": "fr", "pt-br": "pt"}

_CARDINALS = {
    **dict.fromkeys(("es", "fr-fr", "pt-br"), ("numbering", "cardinal-masculine", "cardinal-feminine")),
    "en-gb": ("cardinal-verbose",) * 3,
    "it": ("numbering",) * 3,
    # A Chinese two that counts something is another word.
    "zh": ("cardinal", "cardinal-alternate2", "cardinal-alternate2"),
}
_ORDINALS = {
    **dict.fromkeys(("es", "fr-fr", "hi", "it", "pt-br"), ("ordinal-masculine", "ordinal-feminine")),
    "en-gb": ("ordinal-verbose",) * 2,
}

_DIGITS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "hi": "शून्य एक दो तीन चार पाँच छह सात आठ नौ",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "ja": "ゼロ 一 二 三 四 五 六 七 八 九",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
    "zh": "零 一 二 三 四 五 六 七 八 九",
}

_MARKS = {
    "en": "point",
    "es": "coma",
    "fr": "virgule",
    "hi": "दशमलव",
    "it": "virgola",
    "ja": "点",
    "pt": "vírgula",
    "zh": "点",
}
_DECIMALS_TOGETHER = frozenset({"es", "fr", "it", "pt"})
"""Languages that say two decimals as one number: "trois virgule quatorze"."""


def cardinal(language: str, n: int, noun: Noun = "") -> str:
    """``n`` in words; "minus" is not a part of it, so ``n`` is 0 or more. Digit by digit from 10**15 on."""
    if n >= 10**_DIGITS_AT_MOST:
        return digits(language, str(n))
    return _cardinal(language, n, noun)


def ordinal(language: str, n: int, feminine: bool = False) -> str:
    """The place ``n`` in a row, in words: "twenty-first", "vigésima primera", "第三"."""
    if n >= 10**_DIGITS_AT_MOST:
        return digits(language, str(n))
    if language in ("ja", "zh"):
        return "第" + cardinal(language, n)
    said = _spelt(language, _ORDINALS.get(language, ("ordinal",) * 2)[feminine], n)
    # CLDR leaves the nasal out of this ending.
    return said + "ं" if language == "hi" and said.endswith("वी") else said


def year(language: str, n: int) -> str:
    """The year ``n``: in English in pairs of digits ("nineteen eighty-four"), in Chinese digit by digit."""
    if language.startswith("en-") and 1000 <= n < 10_000:
        said = _spelt(language, "numbering-year", n).replace("oh-", "oh ")
        return said.replace("thousand ", "thousand and ") if language == "en-gb" else said
    if language == "zh":
        return digits(language, str(n)).replace(" ", "")
    if language == "hi" and 1100 <= n < 2000 and n % 1000 >= 100:
        hundreds, rest = divmod(n, 100)
        return f"{cardinal(language, hundreds)} सौ" + (f" {cardinal(language, rest)}" if rest else "")
    return cardinal(language, n)


def digits(language: str, characters: str) -> str:
    """ASCII digits of ``characters`` one by one, Latin letters as single capitals; all others part words."""
    names = _digit_names(_CLDR.get(language, language))
    said = (names[int(c)] if "0" <= c <= "9" else c.upper() if c.isalpha() else "" for c in characters)
    return " ".join(word for word in said if word)


def decimal(language: str, number: str, noun: Noun = "") -> str:
    """``number``, ASCII digits with at most one "." before decimals, whose zeros at the end are said.

    What has a zero before other digits, as 007, is no count: it is said digit by digit.
    """
    whole, _, decimals = number.partition(".")
    if len(whole) > _DIGITS_AT_MOST or (whole[:1] == "0" and len(whole) > 1):
        said = digits(language, whole)
    else:
        said = cardinal(language, int(whole or "0"), "" if decimals else noun)
    if not decimals:
        return said
    cldr = _CLDR.get(language, language)
    if cldr in _DECIMALS_TOGETHER and len(decimals) == 2 and decimals[0] != "0":
        after = cardinal(language, int(decimals))
    else:
        after = digits(language, decimals)
    if cldr in ("ja", "zh"):
        return said + _MARKS[cldr] + after.replace(" ", "")
    return f"{said} {_MARKS[cldr]} {after}"


@cache
def _digit_names(cldr: str) -> tuple[str, ...]:
    return tuple(_DIGITS[cldr].split())


@lru_cache(maxsize=4096)
def _cardinal(language: str, n: int, noun: Noun) -> str:
    if n < 10 and not noun:
        return _digit_names(_CLDR.get(language, language))[n]
    if language == "ja" and n == 800:
        return "はっぴゃく"  # 八百 by itself is also a word for "very many", read another way
    if language == "zh" and n >= 10**12:
        # CLDR calls a million millions 兆, which in China is a million.
        head, rest = divmod(n, 10**8)
        gap = "零" if 0 < rest < 10**7 else ""
        return f"{_cardinal(language, head, noun)}亿{gap}{_cardinal(language, rest, noun) if rest else ''}"
    if language == "it" and noun and n == 1:
        return "un" if noun == "masculine" else "una"
    ruleset = _CARDINALS.get(language, ("cardinal",) * 3)[("", "masculine", "feminine").index(noun)]
    return _spelt(language, ruleset, n)


def _spelt(language: str, ruleset: str, n: int) -> str:
    cldr = _CLDR.get(language, language)
    said = _speller(cldr)(f"spellout-{ruleset}", n).replace(",", "")
    if cldr == "fr":
        return said.replace("-et-", " et ")
    return said.replace("〇", "零") if cldr == "zh" else said


@cache
def _speller(cldr: str) -> Callable[[str, int], str]:
    # Imported here, because a program that says no number of this language needs none of it.
    from unicode_rbnf import RbnfEngine

    engine = RbnfEngine.for_language(cldr)

    def spell(ruleset: str, n: int) -> str:
        return engine.format_number(n, ruleset_names=[ruleset]).text

    return spell

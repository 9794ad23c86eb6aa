"""Rules for what several languages write short: abbreviations and Roman numerals. Pure."""

import re
from collections.abc import Mapping, Set

from ttsmesh.model.text.kinds import Ordinal, Roman
from ttsmesh.model.text.rules import Context, Rule

_CAPITAL = "A-ZÀ-ÖØ-Þ"
_SENTENCE_ENDS = re.compile(rf"[\"')»”\]]{{0,3}}(?:\s*$|\s+[\"'“«(¿¡—-]{{0,3}}[{_CAPITAL}])")
_NUMBER = re.compile(r"[ \u00a0\u202f]{0,2}(?:\d|[IVXL]+\b)")
_NAME = re.compile(rf"[ \u00a0\u202f]{{0,2}}(?:[{_CAPITAL}][^\W\d_]|\d)")

_HEAD = re.compile(r"[^\W\d_]{1,12}")
_DEGREE = re.compile(r"([1-9]\d{0,2})°(?=[ \u00a0]([a-zà-ÿ]{2,40}))")

_ROMAN = re.compile(r"(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?![\w'’])")
_VALUES = {"": 0, "I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WORD_BEFORE = re.compile(r"[^\W\d_]{1,40}\.?[ \u00a0\u202f]{1,2}\Z")
_WORD_AFTER = re.compile(r"[ \u00a0\u202f]([^\W\d_]{2,40})")
_KINGS_IN_A = frozenset(("Nicola", "Andrea", "Luca"))
_QUEENS = frozenset(("Isabel", "Beatriz", "Elisabeth", "Élisabeth"))


def abbreviations(
    words: Mapping[str, str], titles: Mapping[str, str] | None = None, numbered: Mapping[str, str] | None = None
) -> Rule:
    """A rule for abbreviations, by how they are written, with their stops, and for what they stand for.

    ``words`` stand anywhere, and their stop remains where it also ends a sentence. ``titles`` stand before a name;
    those with a stop also elsewhere. ``numbered`` stand before a number only. A space in one may be missing in a text.
    """
    titles, numbered = titles or {}, numbered or {}
    keys = {key.replace(" ", ""): key for key in (*words, *titles, *numbered)}
    # By the letters that they begin with, because a rule is asked at every word.
    by_head: dict[str, list[str]] = {}
    for key in sorted(keys.values(), key=len, reverse=True):  # the longest first: an alternation takes the first
        by_head.setdefault(_head(key), []).append(re.escape(key).replace(r"\ ", "[ \u00a0\u202f]?"))
    written = {
        head: re.compile(rf"(?:{'|'.join(patterns)})(?<![^\W\d_](?=[^\W\d_]))") for head, patterns in by_head.items()
    }

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        pattern = written.get(_head(text, at))
        match = pattern and pattern.match(text, at)
        if not match:
            return None
        key, end = keys[re.sub(r"[ \u00a0\u202f]", "", match.group())], match.end()
        if key in numbered and _NUMBER.match(text, end):
            return end, numbered[key]
        if key in titles:
            if _NAME.match(text, end):
                return end, titles[key]
            if key not in words:
                # A single letter with a stop is more often an initial.
                return (end, _stopped(titles[key], text, end)) if key.endswith(".") and len(key) > 2 else None
        if key in words and not text[end : end + 1].isalnum():
            return end, _stopped(words[key], text, end) if key.endswith(".") else words[key]
        return None

    return rule


def ordinals_with_degrees(never_before: Set[str]) -> Rule:
    """A rule for ordinals that are written with the sign for degrees, as is common before a noun: "1° maggio".

    Before words of ``never_before``, and of one to three letters, the sign means degrees; but "1° de" is an ordinal.
    """

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        match = _DEGREE.match(text, at) if text[at].isdecimal() else None
        if match is None or match[2] in never_before:
            return None
        if len(match[2]) < 4 and (match[1], match[2]) != ("1", "de"):
            return None
        return match.end(), context.verbaliser.say(Ordinal(int(match[1])))

    return rule


def _stopped(said: str, text: str, end: int) -> str:
    return f"{said}." if _SENTENCE_ENDS.match(text, end) else said


def _head(text: str, at: int = 0) -> str:
    match = _HEAD.match(text, at)
    return match.group() if match else ""


def romans(
    *, numbered: Set[str], centuries: Set[str], names: Set[str], articles: Mapping[str, bool], short: bool = False
) -> Rule:
    """A rule for Roman numerals.

    ``numbered`` are words before a numeral ("capítulo"), which is then a cardinal. ``centuries`` before it or behind,
    and ``names`` of kings and popes before it, make it an ordinal as far as the language says it so. So do an article
    before it, whose value in ``articles`` is whether it is feminine, and a word behind: "la II Guerra". By itself it is
    a numeral only if it is two or more of I, V and X. ``short``: "primero" is "primer" before a noun, as in Spanish.
    """

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        match = _ROMAN.match(text, at) if text[at] in "IVXLC" else None
        if match is None or match.group() in ("", "C", "L"):  # a name, an initial or a vitamin much more often
            return None
        numeral, end = match.group(), match.end()
        value = roman_value(numeral)
        found = _WORD_BEFORE.search(text, max(0, at - 44), at)
        before = found.group().strip(" .\u00a0\u202f") if found else ""
        word = before.lower()
        say = context.verbaliser.say
        if word in numbered:
            return end, say(Roman(value))
        if word in centuries or before in names:
            feminine = before in names and _is_feminine(before)
            said = say(Roman(value, ordinal=True))
            is_ordinal = said != say(Roman(value))
            return end, say(Ordinal(value, feminine=True)) if feminine and is_ordinal else said
        after = _WORD_AFTER.match(text, end)
        if after and after[1] in centuries:
            return end, say(Roman(value, ordinal=True))
        if set(numeral) - set("IVX") or (len(numeral) < 2 and numeral != "I"):
            return None
        if word in articles and after:
            said = say(Ordinal(value, articles[word]))
            return end, re.sub(r"(primer|tercer)o$", r"\1", said) if short else said
        return (end, say(Roman(value))) if len(numeral) > 1 else None

    return rule


def _is_feminine(name: str) -> bool:
    return name in _QUEENS or (name.endswith("a") and name not in _KINGS_IN_A)


def roman_value(numeral: str) -> int:
    """The value of a well-formed Roman numeral of the letters I, V, X, L and C."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))

"""The characters of a passage as the rules of reading expect them, and where each came from. Pure.

People write one thing with many characters: curly apostrophes, full-width digits, letters with their accents apart,
spaces of a dozen widths. Here they become one. What no reader would see is left out, and letters of scripts that the
language is not written in are left out and counted.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ttsmesh.model.text.clusters import clusters
from ttsmesh.model.text.passages import Passage

MAX_MARKS = 8
"""Combining marks kept on one base; real writing has three at most."""

SCRIPTS = {
    "hi": frozenset({"DEVANAGARI"}),
    "ja": frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "IDEOGRAPHIC"}),
    "zh": frozenset({"CJK", "IDEOGRAPHIC"}),
}
"""The scripts besides Latin in which each language is written, as the first words of their letters' Unicode names."""

_ACCENTED = {
    "en": frozenset(chr(code) for code in (*range(0xC0, 0x100), 0x178)) - frozenset("ÐðØøÞþßÆæ×÷"),
    "es": frozenset("ÁÉÍÑÓÚÜáéíñóúü"),
    "fr": frozenset("ÀÂÆÇÈÉÊËÎÏÔÙÛÜŒŸàâæçèéêëîïôùûüœÿ"),
    "it": frozenset("ÀÈÉÌÍÎÒÓÙÚàèéìíîòóùú"),
    "pt": frozenset("ÀÁÂÃÇÉÊÍÓÔÕÚÜàáâãçéêíóôõúü"),
}
"""Letters besides those of ASCII that G2P knows in each language. It would call any other by its code point."""

_LOWER_LIKE = {
    "ç": "s",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "ŋ": "ng",
    "ħ": "h",
    "ŧ": "t",
    "ơ": "o",
    "ɵ": "o",
    "ư": "u",
}
_LIKE = str.maketrans(
    {**_LOWER_LIKE, **{letter.upper(): plain.capitalize() for letter, plain in _LOWER_LIKE.items() if letter != "ß"}}
    | {"ẞ": "SS", "ı": "i", "İ": "I"}
)
"""Letters that are no base letter with an accent, and what they sound like to those who do not know them."""

_WRITTEN = {
    **dict.fromkeys("।॥۔", "."),
    **dict.fromkeys("،﹐", ","),
    **dict.fromkeys("؟", "?"),
    # No space follows these, and what does would else seem to belong to them.
    "。": ". ",
    "！": "! ",
    "？": "? ",
    "、": ", ",
    **dict.fromkeys("«‹„‟「『《〈", "“"),
    **dict.fromkeys("»›」』》〉", "”"),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("‒", "–"),
    **dict.fromkeys("―⸺", "—"),
    **dict.fromkeys("‛ʼʻʹ＇", "’"),
    "‚": ",",
    "，": ", ",
    "：": ": ",
    "；": "; ",
    "\u00ad": "",
}
"""Marks that stand for another one in every language here."""

_PLAIN = re.compile(r"[ -_a-~]{3,}")
"""Characters that stay as they are; three at least, since fewer are read as quickly one by one."""

_QUOTED = re.compile(
    r"(?:^|(?<=[\s(\[—–]))(?<![:=]\s)'(?!(?i:t(?:is|was|were|il|ill)|em|cause|n)\b)"
    r"(?=[A-Za-z\"“])([^'\n]{1,200}+(?:'(?=[a-z])[^'\n]{1,80}+){0,4})(?<=[\w.,!?…;)\"”])'(?![\w'])"
)
"""A quotation between apostrophes, as English writes it: 'I can't.'"""

_APOSTROPHES = frozenset("’‘´`'")
_EMOJI_MARKS = frozenset("\ufe0f\ufe0e\u20e3")
_GROUPING_SPACES = frozenset("\u00a0\u202f\u2009\u2007")
"""Spaces that may stand between thousands, and keep a number together."""

_SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉")
_RAISED_SIGNS = {"⁺": "+", "⁻": "−"}
"""Signs that belong to an exponent, or else to what is before them, as in Na⁺."""

_FRACTIONS = frozenset("¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉")
_KEPT = _SUPERSCRIPTS | _FRACTIONS | frozenset("“”–—…ªº№℃℉Ωµμ")
"""Characters that the rules know, and that a compatible form would change in meaning."""

_DISGUISED = re.compile(
    "[\u2e80-\u2fff\u309b\u309c\u3190-\u319f\u31c0-\u31ef\u3200-\u33ff\u4dc0-\u4dff\ua490-\ua4cf\ua700-\ua721]"
)
"""Characters between those of East Asian scripts that are no letters: units in a square, words in a circle, parts of
letters."""

_CIRCLED = re.compile("[\u2460-\u249b\u24ea-\u24ff]")
_DINGBATS = {chr(first + number): chr(0x2460 + number) for first in (0x2776, 0x2780, 0x278A) for number in range(10)}
"""Numbers in black circles, by those in white ones."""

_JAPANESE_MARKS = frozenset("・゠")
"""What stands between words of a foreign name in Japanese, which knows how to say that."""


class Given(NamedTuple):
    """What is said for ``text[start:end]``: its ``phonemes``, or words in the form that a ``Rule`` answers in."""

    start: int
    end: int
    phonemes: str
    said: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """``text`` as the rules read it. Its character i stands for characters ``starts[i]:ends[i]`` of the source.

    ``given``: stretches of ``text`` of which it is known what is said. ``unsayable``: how many characters of the source
    are left out though a reader would miss them.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    given: tuple[Given, ...] = ()
    unsayable: int = 0

    def part(self, start: int, end: int) -> "CleanText":
        """``text[start:end]``. It has no ``unsayable`` of its own."""
        given = tuple(
            Given(stretch.start - start, stretch.end - start, stretch.phonemes, stretch.said)
            for stretch in self.given
            if start <= stretch.start and stretch.end <= end
        )
        return CleanText(self.text[start:end], self.starts[start:end], self.ends[start:end], given)


def clean(passage: Passage, language: str) -> CleanText:
    """The text of ``passage`` for the rules of ``language``."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    given: list[Given] = []
    unsayable = quotes = 0
    for piece in passage.pieces:
        text, start = piece.text, piece.start
        copied = len(text) == piece.end - start
        if "'" in text and passage.style == "prose" and language.startswith("en"):
            text = _QUOTED.sub(r"“\1”", text)
        begin = len(starts)
        if text.isascii() or piece.said:
            out.append(text)
            starts.extend(range(start, piece.end) if copied else [start] * len(text))
            ends.extend(range(start + 1, piece.end + 1) if copied else [piece.end] * len(text))
        else:
            before = out[-1][-1:] if out else ""
            for first, last, plain in _stretches(text):
                cluster, after = text[first:last], text[last : last + 1]
                if plain:
                    out.append(cluster)
                    starts.extend(range(start + first, start + last) if copied else [start] * len(cluster))
                    ends.extend(range(start + first + 1, start + last + 1) if copied else [piece.end] * len(cluster))
                    before = cluster[-1]
                    continue
                if quotes and cluster == "’" and before.isalpha() and not after.isalpha():
                    said, lost = "”", 0
                else:
                    said, lost = _cluster(cluster, before, after, language)
                quotes = max(0, quotes + (said == "“" and cluster == "‘") - (said == "”" and cluster == "’"))
                unsayable += lost
                if said:
                    out.append(said)
                    starts.extend([start + first if copied else start] * len(said))
                    ends.extend([start + last if copied else piece.end] * len(said))
                    before = said[-1]
        if (piece.phonemes or piece.said) and len(starts) > begin:
            given.append(Given(begin, len(starts), piece.phonemes, piece.said))
    return CleanText("".join(out), starts, ends, tuple(given), unsayable + passage.unsayable)


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """The clusters of ``text``, and stretches of it that stay as they are, with whether it is one of these."""
    at = 0
    for run in _PLAIN.finditer(text):
        yield from ((first, last, False) for first, last in clusters(text, at, run.start()))
        at = run.end() - (run.end() < len(text))  # a mark may follow that belongs to its last letter
        yield run.start(), at, True
    yield from ((first, last, False) for first, last in clusters(text, at, len(text)))


def _cluster(cluster: str, before: str, after: str, language: str) -> tuple[str, int]:
    if _WRITTEN.get(cluster, cluster) in _APOSTROPHES:
        return _apostrophe(_WRITTEN.get(cluster, cluster), before, after), 0
    if cluster in _GROUPING_SPACES:
        return (cluster if before.isdigit() and after.isdigit() else " "), 0
    if cluster in _RAISED_SIGNS and before not in _SUPERSCRIPTS and after not in _SUPERSCRIPTS:
        return _RAISED_SIGNS[cluster], 0
    if cluster == "ⁿ" and before.isalnum():
        return "^n", 0
    return _said(cluster, language)


def _apostrophe(mark: str, before: str, after: str) -> str:
    """An apostrophe between letters and after one is "'"; other marks that look like it are quotes."""
    if before.isalpha() and (mark in "’'" or after.isalpha()):
        return "'"
    if mark == "’":
        return "'" if after.isalpha() or before.isdigit() or after.isdigit() else "”"
    return "“" if mark == "‘" else mark


@lru_cache(maxsize=4096)
def _said(cluster: str, language: str) -> tuple[str, int]:
    """What stands for one cluster, and how many of its characters are lost."""
    base = cluster[0]
    category = unicodedata.category(base)
    if _DISGUISED.match(base):
        return _undisguised(base, language)
    if base in _JAPANESE_MARKS and language != "ja":
        return " ", 0
    if category in ("So", "Sm", "Sc") or "\ufe0f" in cluster or "\u20e3" in cluster:
        return _symbol(cluster), 0
    composed = unicodedata.normalize("NFC", cluster[: MAX_MARKS + 1])
    base, marks = composed[0], composed[1:]
    if category[0] == "Z" or category == "Cc":
        return " ", 0
    if base.isascii():
        return base, 0  # marks that do not compose change nothing in how a Latin letter is said
    if base in _WRITTEN:
        return _WRITTEN[base], 0
    if category == "Cf":
        return "", 0
    if category == "Nd":
        return str(unicodedata.decimal(base)), 0
    if base in _KEPT or category == "Sk" or _CIRCLED.match(base):
        return base, 0
    if category == "No":
        circled = _DINGBATS.get(base, "")
        return circled, 0 if circled else 1
    if category[0] == "P":
        plain = unicodedata.normalize("NFKC", base)
        return (plain if plain.isascii() else base), 0
    said = _letters(base, language)
    if not said:
        return "", len(cluster)
    scripts = SCRIPTS.get(language, frozenset())
    return said + "".join(mark for mark in marks if script(mark) in scripts), 0


def _undisguised(character: str, language: str) -> tuple[str, int]:
    """The letters that a square or a circle has inside: "㎡" is "m²". One that has none is lost."""
    inside = unicodedata.decomposition(character).split()
    if not inside:
        return "", 1
    said = "".join(_said(chr(int(code, 16)), language)[0] for code in inside if code[0] != "<").strip("()")
    return said, 0 if said else 1


def _symbol(cluster: str) -> str:
    if len(cluster) == 1 and cluster not in _KEPT:
        plain = unicodedata.normalize("NFKC", cluster)
        if plain.isascii() and len(plain) == 1:
            return plain  # full-width signs
    return cluster[0] + "".join(c for c in cluster[1:] if c in _EMOJI_MARKS or unicodedata.category(c)[:1] != "M")


def _letters(letter: str, language: str) -> str:
    """What G2P can say for ``letter``; empty for one of a script that ``language`` is not written in."""
    if letter in _accented(language) or script(letter) in SCRIPTS.get(language, frozenset()):
        return letter
    # Ligatures, full-width and mathematical letters, Roman and circled numbers are ordinary ones in disguise.
    plain = _like(unicodedata.normalize("NFKC", letter))
    said = []
    for c in plain:
        if not c.isascii() and c not in _accented(language) and script(c) not in SCRIPTS.get(language, frozenset()):
            if script(c) == "GREEK":
                said.append(c)  # a single one is a symbol with a name
                continue
            c = _like(unicodedata.normalize("NFD", c)[0])
        if not c.isascii() and script(c) not in SCRIPTS.get(language, frozenset()) and c not in _accented(language):
            return ""
        said.append(c)
    return "".join(said)


def _like(letters: str) -> str:
    like = letters.translate(_LIKE)
    return like.capitalize() if letters.isupper() and like != letters else like


def _accented(language: str) -> frozenset[str]:
    return _ACCENTED.get(language.partition("-")[0], frozenset())


@lru_cache(maxsize=4096)
def script(character: str) -> str:
    """The first word of the character's Unicode name, which for letters and their marks is the script's name."""
    return unicodedata.name(character, "").split(" ", 1)[0] if len(character) == 1 else ""

"""What of a text is handed to G2P, and where each character of it came from. Pure.

G2P libraries read emoji and foreign scripts aloud by their Unicode names ("chinese letter", "party popper"), and
espeak-ng aborts on long words. So what cannot be said is left out and counted, and long words are split.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ttsmesh.limits import MAX_WORD

DIGITS_AS_NUMBER = 15
"""A longer run of digits is an identifier, said digit by digit; as one number 300 digits are 18,000 phonemes."""

MAX_UNSPACED = 4 * MAX_WORD
"""Bytes of a word in a script without spaces: in effect only a chunk bounds it, and it meets no espeak-ng."""

MAX_SYMBOLS = 16
"""Characters other than letters and digits in one word; misaki's time grows with the cube of a word's parts."""

MAX_MARKS = 8
"""Combining marks kept on one base; real writing has three at most."""

_WORD = re.compile(r"\S+")
_DIGIT_RUN = re.compile(rf"[0-9]{{{DIGITS_AS_NUMBER + 1},}}")

_REPLACED = {
    **dict.fromkeys("。।॥۔", "."),
    **dict.fromkeys("、،", ","),
    **dict.fromkeys("؟", "?"),
    **dict.fromkeys("«‹„‟「『《〈", "“"),
    **dict.fromkeys("»›」』》〉", "”"),
    **dict.fromkeys("‐‑", "-"),
    **dict.fromkeys("‒", "–"),
    **dict.fromkeys("―⸺〜", "—"),
    **dict.fromkeys("‚‛ʼʻ", "’"),
}
_KEPT = frozenset("“”‘’–—…§¶¡¿·ªº²³¹¼½¾°©®™№")
"""Not ASCII, no letters, and yet known by name or by their pause to every language here."""

_SILENT = frozenset({"Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cc", "Sk"})
"""Categories that no reader would say, so that leaving them out loses nothing."""


@dataclass(frozen=True, slots=True)
class SpeakableText:
    """``text`` for G2P: words separated by single spaces. Its character i was ``starts[i]:ends[i]`` of the original.

    ``unsayable``: characters of the original, white space and punctuation apart, that were left out.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    unsayable: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]``, not empty, was in the original."""
        return self.starts[start], self.ends[end - 1]


def speakable(text: str, scripts: frozenset[str]) -> SpeakableText:
    """What of ``text`` can be said by a language written in ``scripts`` (first words of Unicode names: "LATIN")."""
    longest = MAX_UNSPACED if "CJK" in scripts else MAX_WORD
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    unsayable = 0

    def put(characters: str, start: int, end: int) -> None:
        out.append(characters)
        starts.extend([start] * len(characters))
        ends.extend([end] * len(characters))

    for word in _WORD.finditer(text):
        size = symbols = 0
        spelled = _spelled_digits(word)
        # One letter of Greek is a symbol with a name (5 µm, π); a word of it is a foreign script.
        foreign = scripts if _greek_letters(word.group()) == 1 else scripts - {"GREEK"}
        for start, end in clusters(text, word.start(), word.end()):
            said, lost = _said(text[start:end], foreign)
            unsayable += lost
            if not said:
                continue
            bytes_said = len(said.encode())
            full = size + bytes_said > longest or symbols == MAX_SYMBOLS or start in spelled
            if out and (size == 0 or full):
                put(" ", start, start)
                size = symbols = 0
            put(said, start, end)
            size += bytes_said
            symbols += not said.isalnum()
    return SpeakableText("".join(out), tuple(starts), tuple(ends), unsayable)


def clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each base character of ``text[start:end]`` with the marks and joiners that belong to it."""
    at = start
    while at < end:
        after = at + 1
        while after < end and joins(text[after]):
            after += 1
        yield at, after
        at = after


@lru_cache(maxsize=4096)
def joins(character: str) -> bool:
    """Whether ``character`` belongs to the one before it: a combining mark, a joiner, an emoji's variation or skin."""
    if character < "\u0300":
        return False
    skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    return skin or character == "\u200d" or unicodedata.category(character)[0] == "M"


def _spelled_digits(word: re.Match[str]) -> frozenset[int]:
    """Offsets in the whole text before which the word is split, because its digits are said one by one."""
    runs = _DIGIT_RUN.finditer(word.string, word.start(), word.end())
    return frozenset(i for run in runs for i in range(run.start() + 1, run.end() + 1))


def _greek_letters(word: str) -> int:
    return 0 if word.isascii() else sum(_script(unicodedata.normalize("NFKC", c)) == "GREEK" for c in word)


@lru_cache(maxsize=4096)
def _said(cluster: str, scripts: frozenset[str]) -> tuple[str, int]:
    """What is handed over for one cluster, and how many of its characters are lost."""
    if cluster.isascii():
        return (cluster, 0) if cluster.isprintable() else ("", 0)
    composed = unicodedata.normalize("NFC", cluster[: MAX_MARKS + 1])
    base, marks = composed[0], composed[1:]
    said = _said_base(base, scripts)
    if not said:
        silent = unicodedata.category(base) in _SILENT or 0xFE00 <= ord(base) <= 0xFE0F
        return "", 0 if silent else len(cluster)
    # Marks that do not compose with a Latin letter change nothing in how it is said; Indic vowels are marks.
    return said + "".join(m for m in marks if _script(m) in scripts and _script(m) != "LATIN"), 0


def _said_base(base: str, scripts: frozenset[str]) -> str:
    if base in _REPLACED:
        return _REPLACED[base]
    if base in _KEPT or base.isascii():
        return base
    category = unicodedata.category(base)
    if category == "Nd":
        return str(unicodedata.decimal(base))
    if category in ("Sc", "Sm"):
        return base
    if category[0] in "LNP":
        # Ligatures, full-width and mathematical letters, Roman and circled numbers are ordinary ones in disguise.
        plain = unicodedata.normalize("NFKC", base)
        if all(c.isascii() or (c.isalpha() and _script(c) in scripts) for c in plain):
            return plain.strip()
    return ""


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The first word of the character's Unicode name, which for letters and their marks is the script's name."""
    return unicodedata.name(character, "").split(" ", 1)[0] if len(character) == 1 else ""

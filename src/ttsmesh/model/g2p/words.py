"""What G2P is asked to pronounce: words, one by one, and what each of them is. Pure.

A word is as it is spoken: no digits, no symbols, no abbreviations.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple, Protocol

from ttsmesh.model.g2p.phonemes import Piece

Kind = Literal["word", "letters", "mark"]


class SpokenWord(NamedTuple):
    """A word of a language, capitals that are named one by one ("HTTP"), or a mark of punctuation.

    ``phonemes``: how it is pronounced, where that is known; G2P is not asked then. ``spaced``: a space follows.
    """

    text: str
    kind: Kind = "word"
    phonemes: str = ""
    spaced: bool = True


Pieces = Callable[[Sequence[SpokenWord]], Iterator[Piece]]
"""A pronouncer: the pieces of some words, in order. A piece's ``start`` and ``end`` count the characters of the words'
texts, set one after another without spaces."""

_OPENING, _CLOSING = frozenset("“("), frozenset(".,;:!?…”)")

_MARKS = {
    **{mark: mark for mark in ".,;:!?…—“”()"},
    **dict.fromkeys(("...", "..", "....", "……"), "…"),
    **dict.fromkeys("–―⸺〜-", "—"),
    **dict.fromkeys(("--", "---", "——"), "—"),
    **dict.fromkeys("«‹„‟‘「『《〈", "“"),
    **dict.fromkeys("»›’」』》〉", "”"),
    **dict.fromkeys("[{（【", "("),
    **dict.fromkeys("]}）】", ")"),
    **dict.fromkeys("。।॥۔．", "."),
    **dict.fromkeys("，、،", ","),
    **dict.fromkeys("；؛", ";"),
    "：": ":",
    "！": "!",
    **dict.fromkeys("？؟", "?"),
}
"""The marks that the model knows, by what is written. All others, such as "¿", make no difference to it."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ´`‛＇", "'"))

_ROMAN = re.compile(r"(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})")
_NOT_ROMAN = frozenset({"vi"})
"""A word of Spanish, Italian and Portuguese."""


def plain(text: str) -> str:
    """``text`` with "'" for every apostrophe, and without characters that only shape others, such as joiners."""
    return text.translate(_APOSTROPHES).replace("\u200d", "").replace("\u200c", "").replace("\xad", "")


def looks_roman(text: str) -> bool:
    """Whether espeak-ng might take ``text`` for a Roman numeral. Numerals are numbers before they come here."""
    return text.lower() not in _NOT_ROMAN and _ROMAN.fullmatch(text.lower()) is not None


class Written(Protocol):
    """Anything that has the text of a word."""

    @property
    def text(self) -> str: ...


def starts(words: Sequence[Written]) -> list[int]:
    """Where each word begins, counted as in a piece, and where the last one ends."""
    return list(accumulate((len(word.text) for word in words), initial=0))


def located(words: Sequence[Written], start: int, end: int) -> list[tuple[int, int, int]]:
    """The words to which the characters ``start:end`` of a ``Piece`` or ``WordSpan`` belong: the index of each, and
    which of the characters of its text they are."""
    return [
        (index, max(start - first, 0), min(end, last) - first)
        for index, (first, last) in enumerate(pairwise(starts(words)))
        if first < end and start < last
    ]


def given(words: Sequence[SpokenWord], index: int) -> str | None:
    """The phonemes of a word that needs no G2P: those that came with it, or a mark as the model knows it."""
    word = words[index]
    if word.phonemes:
        return word.phonemes
    if word.kind != "mark":
        return None
    if word.text == '"':
        opens = not word.spaced and (index == 0 or words[index - 1].spaced)
        return "“" if opens else "”"
    return _MARKS.get(word.text, "")


def spacing(words: Sequence[SpokenWord], written: bool = True) -> list[bool]:
    """Whether a space follows each word when it is said. None is before a closing mark, and none after an opening.

    ``written``: the script has spaces, so that words are said as one where there is none.
    """
    marks = [given(words, index) if word.kind == "mark" else None for index, word in enumerate(words)]
    return [
        (word.spaced or not written) and mark not in _OPENING and following not in _CLOSING
        for word, mark, following in zip(words, marks, [*marks, None][1:], strict=True)
    ]

"""Japanese and Chinese to phonemes. They are written without spaces, so a dictionary has to find the words. Blocking.

Japanese takes the readings of pyopenjtalk, which knows numbers, dates and compounds, and writes them with the table of
misaki's ``cutlet`` mode, with which Kokoro v1.0 was trained. misaki's own ``pyopenjtalk`` mode is for another model:
this one does not know the g of its "kaigi", the consonant of its "ᶄoː", nor its pitch marks. Chinese is misaki's first
version, word by word.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ttsmesh.model.g2p.espeak import bounded
from ttsmesh.model.g2p.phonemes import Piece
from ttsmesh.model.g2p.words import Pieces, SpokenWord, given, looks_roman, spacing, starts

_PART = re.compile(
    r"(?P<latin>[^\W\d_\u2e80-\U0003ffff]+(?:['’-][^\W\d_\u2e80-\U0003ffff]+)*)|(?P<native>[\u2e80-\U0003ffff]+)"
)
_ALL_HAN = re.compile(r"[\u3400-\u9fff]+")


class Token(NamedTuple):
    """A word as the dictionary has it. Its ``text`` is often, but not always, the text that was written."""

    text: str
    phonemes: str


Tokens = Callable[[str], list[Token]]


def unspaced(native: Tokens, foreign: Callable[[str], str]) -> Pieces:
    """A pronouncer of words that ``native`` may part further or join, and of Latin words, by ``foreign``.

    Words without a space between them are a run, in which the dictionary finds its own words.
    """

    def run(text: str, at: int, spaced: bool) -> Iterator[Piece]:
        said: list[tuple[int, int, str]] = []
        for part in _PART.finditer(text):
            start = part.start()
            if part["latin"]:
                word = part["latin"]
                said.append((start, part.end(), (not looks_roman(word) and foreign(word)) or _letters(word, foreign)))
            else:
                tokens = list(aligned(part[0], native(part[0])))
                said += [(start + first, start + end, phonemes) for first, end, phonemes in tokens]
        for number, (first, end, phonemes) in enumerate(said, 1):
            yield Piece(at + first, at + end, phonemes, number < len(said) or spaced)

    def pieces(words: Sequence[SpokenWord]) -> Iterator[Piece]:
        at, spaced = starts(words), spacing(words, written=False)
        known = [
            _letters(word.text, foreign) if word.kind == "letters" and not word.phonemes else given(words, i)
            for i, word in enumerate(words)
        ]
        begins = [
            i
            for i in range(len(words))
            if i == 0 or words[i - 1].spaced or known[i] is not None or known[i - 1] is not None
        ]
        for first, end in pairwise([*begins, len(words)]):
            phonemes = known[first]
            if phonemes is not None:
                yield Piece(at[first], at[end], phonemes, spaced[first])
            else:
                text = "".join(word.text for word in words[first:end])
                yield from run(text, at[first], spaced[end - 1])

    return pieces


def _letters(text: str, foreign: Callable[[str], str]) -> str:
    return " ".join(foreign(letter.upper()) for letter in text if letter.isalpha())


def aligned(text: str, tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """The begin and end of each token in ``text``, and its phonemes.

    Tokens that are not written like their ``text`` share the characters between their neighbours.
    """
    at = 0
    waiting: list[str] = []
    held: tuple[int, int, str] | None = None
    for token in tokens:
        place = text.find(token.text, at) if token.text else -1
        if place < 0:
            waiting.append(token.phonemes)
            continue
        if waiting and place > at:
            if held:
                yield held
            held = (at, place, " ".join(waiting))
        elif waiting and held:
            held = (held[0], held[1], " ".join([held[2], *waiting]))
        first = " ".join([*waiting, token.phonemes]) if waiting and place == at and not held else token.phonemes
        if held:
            yield held
        waiting = []
        at = place + len(token.text)
        held = (place, at, first)
    if held and waiting and at == len(text):
        held = (held[0], held[1], " ".join([held[2], *waiting]))
        waiting = []
    if held:
        yield held
    if waiting and at < len(text):
        yield at, len(text), " ".join(waiting)


def english_word() -> Callable[[str], str]:
    """A function that pronounces Latin words, by espeak-ng in misaki's symbols: spaCy is too big for a few words."""
    from types import SimpleNamespace

    from misaki import espeak

    fallback = espeak.EspeakFallback(british=False)

    def say(word: str) -> str:
        phonemes, _ = fallback(SimpleNamespace(text=bounded(word)))
        return phonemes or ""

    return say


def japanese() -> Tokens:
    """Load Japanese: 0.3 GB of dictionaries, which are mapped lazily."""
    import jaconv
    import pyopenjtalk
    from misaki.cutlet import HEPBURN, Cutlet

    class Kana(Cutlet):  # type: ignore[misc]
        def __init__(self) -> None:
            # misaki's own __init__ would load a second dictionary, so it is not called. Only these attributes are used.
            self.table = dict(HEPBURN)
            self.exceptions: dict[str, str] = {}

    kana = Kana()

    def sound(before: str, character: str, after: str) -> str:
        try:
            return str(kana._get_single_mapping(before or None, character, after or None))
        except KeyError:  # a small kana after what cannot bear it
            return str(kana.table.get(character, ""))

    def phonemes(reading: str) -> str:
        letters = jaconv.kata2hira(reading)
        return "".join(sound(letters[i - 1 : i], letter, letters[i + 1 : i + 2]) for i, letter in enumerate(letters))

    def tokens(text: str) -> list[Token]:
        words: list[tuple[str, str, bool]] = []  # as written, its reading, whether it is a digit
        for word in pyopenjtalk.run_frontend(text):
            reading = re.sub(r"[^ァ-ヺー]", "", word["pron"])
            if not reading:
                continue
            number = word["pos_group1"] == "数"
            joined = words and (words[-1][1].endswith("ッ") or reading.startswith("ー"))
            if joined or (words and (number and words[-1][2] and word["chain_flag"] == 1)):
                before = words.pop()
                words.append((before[0] + word["string"], before[1] + reading, number))
            else:
                words.append((word["string"], reading, number))
        return [Token(unicodedata.normalize("NFKC", written), phonemes(reading)) for written, reading, _ in words]

    return tokens


def chinese() -> Tokens:
    """Load Chinese: 150 MB."""
    import jieba
    from misaki.zh import ZHG2P

    jieba.initialize()

    def tokens(text: str) -> list[Token]:
        return [Token(word, ipa(word)) for word in jieba.lcut(text, cut_all=False) if word.strip()]

    def ipa(word: str) -> str:
        try:
            said = ZHG2P.word2ipa(word) if _ALL_HAN.fullmatch(word) else ""
        except ValueError:  # it has no pinyin
            said = "".join(map(ipa, word)) if len(word) > 1 else ""
        return str(said).replace("\u032f", "")

    return tokens

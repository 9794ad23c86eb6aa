"""Phonemes as people write them, in IPA, to the symbols that Kokoro was trained on. Pure.

misaki wrote the phonemes for the training. It has one symbol for each diphthong (``A`` for eɪ) and affricate (``ʤ``),
and its stress marks stand right before the vowel: ˈkjuːb is kjˈub in American and kjˈuːb in British English. What is
already in its notation stays as it is.
"""

import re
import unicodedata
from collections.abc import Mapping

SYMBOLS = frozenset(
    "abcdefhijklmnopqrstuvwxyz AIOQSTWYɑɐɒæβɔɕçɖðəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʊʋʌɣɤχʎʒʔʣʤʥʦʧʨᵊᵝᵻꭧʰʲˈˌː↓→↗↘\u0303"
)
"""The model's vocabulary, ``model/g2p/vocab.json``, without its punctuation."""

_VOWELS = "aeiouyAIOQWYɑɐɒæɔəɚɛɜɨɪɯøœʊʌɤᵊᵻ"
_TIES = "\u0361\u035c"

_ASCII = str.maketrans({"'": "ˈ", "’": "ˈ", ",": "ˌ", ":": "ː", "g": "ɡ", "^": "\u0361"})
"""What is written where a keyboard has no IPA."""

_LEFT_OUT = str.maketrans(
    dict.fromkeys(".-‿ˑ|()\u032a\u031e\u031d\u031f\u0320\u0325\u030a\u032f\u0308\u0306\u033a\u033b", "")
)
"""Marks of syllables and optional sounds, and of differences that the model's symbols do not make."""


def _pairs(symbols: str) -> dict[str, str]:
    """``"eɪ A aɪ I"`` to a table in which eɪ becomes A, and aɪ I."""
    words = symbols.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_ALL = _pairs("c\u0327 ç dʒ ʤ tʃ ʧ ɫ l ɬ l ʍ w ɱ m ɝ ɜɹ")
_ENGLISH = _ALL | _pairs("eɪ A aɪ I aʊ W ɔɪ Y e ɛ r ɹ ɾ T ʔ t")
"""The last two are what misaki makes of these sounds for this model."""

_AMERICAN = (
    _ENGLISH
    | _pairs("oʊ O əʊ O o O Q O ɒ ɑ ɚ əɹ ɜːɹ ɜɹ ɜːr ɜɹ ɜː ɜɹ ɜr ɜɹ")
    | _pairs("ɪəɹ ɪɹ ɪər ɪɹ ʊəɹ ʊɹ ʊər ʊɹ eə ɛɹ eəɹ ɛɹ eər ɛɹ ɛə ɛɹ ɛəɹ ɛɹ ɛər ɛɹ")
    | {"ː": ""}
)
_BRITISH = _ENGLISH | _pairs("oʊ Q əʊ Q o Q O Q æ a ɚ ə ɝː ɜː ɝ ɜː eə ɛː ɛə ɛː")

_TIED = _pairs("aɪ I aʊ W eɪ A oʊ O əʊ Q ɔɪ Y dʒ ʤ tʃ ʧ dz ʣ ts ʦ tɕ ʨ dʑ ʥ")
"""Pairs that are one symbol where a tie joins them. English has "ts" in two symbols."""

_OTHERS = _ALL | {pair[0] + tie + pair[1]: symbol for pair, symbol in _TIED.items() for tie in _TIES}

_SYLLABIC = re.compile("([ᵊə]?)([^\\s\u0329])\u0329")
_SILENT_R = re.compile(f"([ɑɔɜɛ]?)ɹ(?![ˈˌ]?[{_VOWELS}j])")
"""An r that British English does not have, since no vowel follows. It makes the vowel before it long."""

_STRESS = re.compile(f"([ˈˌ])([^\\sˈˌ{_VOWELS}]+)(?=[{_VOWELS}])")


def _table(symbols: Mapping[str, str]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    return re.compile("|".join(sorted(map(re.escape, symbols), key=len, reverse=True))), symbols


_TABLES = {"en-us": _table(_AMERICAN), "en-gb": _table(_BRITISH)}
_OTHER_TABLE = _table(_OTHERS)


def kokoro(ipa: str, language: str) -> str:
    """``ipa`` in the model's symbols, as a ``language`` of ``LANGUAGES`` has them. Words may stand in it, with spaces.

    Raises ``ValueError``, which names the symbol, if there is one that the model does not know; or if there is none.
    """
    text = unicodedata.normalize("NFD", ipa).translate(_LEFT_OUT).translate(_ASCII)
    pattern, symbols = _TABLES.get(language, _OTHER_TABLE)
    if language in _TABLES:
        text = _untied(text)
    text = _untied(pattern.sub(lambda found: symbols[found[0]], text))
    text = _SYLLABIC.sub(lambda found: (found[1] or "ᵊ") + found[2], text)
    if language == "en-gb":
        text = _SILENT_R.sub(lambda found: found[1] + "ː" if found[1] else "", text)
    text = " ".join(text.split())
    for symbol in text:
        if symbol not in SYMBOLS:
            raise ValueError(f"{_name(symbol)} is no phoneme that the model knows")
    if not any(symbol.isalpha() and symbol not in "ˈˌː" for symbol in text):
        raise ValueError("there is no phoneme in it")
    return _STRESS.sub(r"\2\1", text)


def _untied(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _TIES)))


def _name(symbol: str) -> str:
    """``symbol`` as an error quotes it: a combining mark shows nothing by itself, so its number stands for it."""
    return f"U+{ord(symbol):04X}" if unicodedata.combining(symbol) or not symbol.isprintable() else f"'{symbol}'"

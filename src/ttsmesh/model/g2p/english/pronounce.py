"""English words to phonemes, with misaki's dictionaries and its rules for endings and stress. Blocking.

Of misaki's front end nothing is used: the words come one by one, so no tokenizer parts them, no number code reads them,
and no word can be lost between the two. A word that neither the dictionaries nor the rules know is parted, guessed by
espeak-ng, or spelled.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from ttsmesh.model.g2p.english.heteronyms import reading
from ttsmesh.model.g2p.espeak import bounded
from ttsmesh.model.g2p.phonemes import Piece, sounds
from ttsmesh.model.g2p.words import Pieces, SpokenWord, given, looks_roman, plain, spacing, starts

_UNUSED = ("parser", "attribute_ruler", "lemmatizer", "ner", "senter", "tokenizer")
"""What the tagger's data also has. Its tokenizer is English's own, and a second would take as long as the tagger."""

_AS = {
    "th'": "the",
    "an'": "and",
    "ol'": "ole",
    "lil'": "lil",
    "'til": "till",
    "'bout": "bout",
    "'round": "round",
    "'kay": "kay",
    "'n": "'n'",
    "n'": "'n'",
    "d'you": "dew",
    "ctrl": "control",
}
"""Words that are said like another one."""

_PRONOUNCED = {"résumé": "ɹˈɛzəmˌA", "résumés": "ɹˈɛzəmˌAz"}
"""Words that the dictionaries lack and espeak-ng guesses wrong."""

_ENDING = re.compile(r"(.+?)(n't|'(?:s|re|ll|ve|d|m|em)|s?')", re.DOTALL)
_ENDINGS = {"n't": "ᵊnt", "'re": "əɹ", "'ll": "ᵊl", "'ve": "əv", "'d": "əd", "'m": "əm", "'em": "əm"}
_AFTER_VOWELS = {"'re": "ɹ", "'ll": "l", "'ve": "v", "'d": "d", "'m": "m"}
"""How an ending is said, and after a vowel, where the dictionary does not have the whole word."""

_VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻː")
_VOWEL = re.compile(r"[aeiouy]|[^\x00-\x7f]", re.IGNORECASE)
_SHOUTED = re.compile(r"(?=[A-Z]*[AEIOUY])(?![A-Z]*[B-DF-HJ-NP-TV-XZ]{4})[A-Z]{5,}")
"""Capitals that can be said as a word. Those that are to be spelled are letters, and do not come as a word."""

_JOINT = re.compile(r"('n')|[-_/.‐‑–]+")
_CASES = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_a-z]?[^\W\d_A-Z]+")


def english(british: bool) -> Pieces:
    """Load English: a second, and 170 MB."""
    return _English(british).pieces


class _English:
    def __init__(self, british: bool) -> None:
        import spacy
        from misaki import en, espeak
        from misaki.token import MToken
        from spacy.tokens import Doc

        from ttsmesh.model.g2p.english.dictionaries import lexicon
        from ttsmesh.model.g2p.english.tagger import checked

        # spaCy would import what other packages bring for it. One comes with the extra kokoro, and needs PyTorch.
        spacy.util.registry._entry_point_factories.entry_points = False
        self._nlp = spacy.load(checked(), exclude=_UNUSED)
        self._doc, self._token, self._misaki = Doc, MToken, en
        self._lexicon = lexicon(british)
        self._guesser = espeak.EspeakFallback(british)
        self._british = british

    def pieces(self, words: Sequence[SpokenWord]) -> Iterator[Piece]:
        tags = self._tags(words)
        lower = [plain(word.text).lower() for word in words]
        said = [""] * len(words)
        # Backwards, because "the" and "to" depend on the sound that follows.
        context = self._misaki.TokenContext()
        for index in reversed(range(len(words))):
            said[index] = self._said(words, lower, tags, index, context)
            token = self._token(words[index].text, tags[index], "")
            context = self._misaki.G2P.token_context(context, said[index], token)
        at = starts(words)
        for index, spaced in enumerate(spacing(words)):
            yield Piece(at[index], at[index + 1], said[index], spaced)

    def _tags(self, words: Sequence[SpokenWord]) -> list[str]:
        """The tag of each word. The tagger was trained on parts of words, "do" and "n't", so it is given those."""
        texts: list[str] = []
        spaces: list[bool] = []
        counts: list[int] = []
        for word in words:
            text = plain(word.text) or "."  # the tagger takes no empty word
            parts = [part.text for part in self._nlp.tokenizer(text)] if word.kind == "word" else [text]
            texts += parts
            spaces += [False] * (len(parts) - 1) + [word.spaced]
            counts.append(len(parts))
        parted = iter(self._nlp(self._doc(self._nlp.vocab, words=texts, spaces=spaces)))
        # misaki's choice among the parts of a word: the longest, capitals counting twice.
        heaviest = [
            max([next(parted) for _ in range(count)], key=lambda part: sum(1 + (c != c.lower()) for c in part.text))
            for count in counts
        ]
        return [part.tag_ for part in heaviest]

    def _said(
        self, words: Sequence[SpokenWord], lower: Sequence[str], tags: Sequence[str], index: int, context: Any
    ) -> str:
        word = words[index]
        if (known := given(words, index)) is not None:
            return known
        if word.kind == "letters":
            return self._letters(word.text)
        text = unicodedata.normalize("NFKC", plain(word.text))
        other, tag = reading(lower, tags, index)
        if other != lower[index]:
            text = other
        # As misaki does for this model: its flap has a letter of its own.
        return self._word(text, tag, context).replace("ɾ", "T").replace("ʔ", "t")

    def _word(self, text: str, tag: str, context: Any) -> str:
        """The phonemes of ``text`` by the first way that gives any."""
        if not any(c.isalpha() for c in text):
            return ""
        if phonemes := _PRONOUNCED.get(text.lower()):
            return phonemes
        if text == "Am":
            # misaki reads it as letters in a name ("Pan Am"). They would be written "AM".
            return f"ˈ{self._lexicon.golds['am']}" if tag.startswith("NN") else self._dictionary("am", tag, context)
        if other := _AS.get(text.lower()):
            text, tag = other, "DT" if other == "the" else tag
        if _SHOUTED.fullmatch(text) and not self._lexicon.is_known(text.lower(), tag):
            text = text.lower()  # misaki would spell it
        for way in (self._dictionary, self._ending, self._joined, self._cased, self._guess, self._apostrophes):
            if phonemes := way(text, tag, context):
                return phonemes
        return self._letters(text)

    def _dictionary(self, text: str, tag: str, context: Any) -> str:
        spellings = [text]
        if not text.isascii() and not text.lower().endswith(("é", "és", "ée")):
            # A final "é" is sounded, as the dictionary's word without it ("expose", "pate") is not.
            spellings.append(_unaccented(text))
        for spelling in spellings:
            stress = None if spelling == spelling.lower() else self._lexicon.cap_stresses[spelling == spelling.upper()]
            if phonemes := self._lexicon.get_word(spelling, tag, stress, context)[0]:
                return str(phonemes)
        return ""

    def _ending(self, text: str, tag: str, context: Any) -> str:
        """A word with an ending that is written with an apostrophe."""
        if text.lower().endswith("in'") and (phonemes := self._dictionary(f"{text[:-1]}g", tag, context)):
            return phonemes.removesuffix("ŋ") + "n"
        if not (match := _ENDING.fullmatch(text)):
            return self._word(text.strip("'"), tag, context) if text != text.strip("'") else ""
        stem = self._word(match[1], tag, context)
        ending = match[2].lower()
        if not stem or ending in ("'s", "s'"):
            return str(self._lexicon._s(stem) or "")
        if ending == "'":
            return stem
        vowel = stem[-1] in _VOWELS
        if self._british and ending == "'re":
            return stem + ("ɹə" if stem[-1] in "əː" else "ə")
        return stem + (_AFTER_VOWELS.get(ending, _ENDINGS[ending]) if vowel else _ENDINGS[ending])

    def _joined(self, text: str, tag: str, context: Any) -> str:
        """The words of a compound, each by itself."""
        parts = [part for part in _JOINT.split(text) if part]
        return self._compound([self._word(part, tag, context) for part in parts], parts) if len(parts) > 1 else ""

    def _cased(self, text: str, tag: str, context: Any) -> str:
        """A name of words that only their capitals part, if none of them is a rest such as "Mc"."""
        parts = _CASES.findall(text)
        if len(parts) < 2 or "".join(parts) != text:
            return ""
        said = [
            self._dictionary(part, tag, context) or (self._guess(part, tag, context) if len(part) > 3 else "")
            for part in parts
        ]
        return self._compound(said, parts) if all(said) else ""

    def _compound(self, said: Sequence[str], parts: Sequence[str]) -> str:
        """Words that are said as one, by misaki's rule for which of them keeps its stress."""
        mark = self._token.Underscore
        tokens = [
            self._token(text, "", "", phonemes, _=mark(prespace=False))
            for text, phonemes in zip(parts, said, strict=True)
        ]
        self._misaki.G2P.resolve_tokens(tokens)
        return "".join(token.phonemes for token in tokens)

    def _guess(self, text: str, _tag: str, _context: Any) -> str:
        """What espeak-ng makes of the word. Letters that English does not have lose what sets them apart."""
        if looks_roman(text) or not (_VOWEL.search(text) or len(text) == 1):
            return ""
        latin = "".join(c if c < "\u0100" else _unaccented(c) for c in unicodedata.normalize("NFC", text))
        phonemes, _ = self._guesser(SimpleNamespace(text=bounded(latin)))
        return phonemes if phonemes and sounds(phonemes) else ""

    def _apostrophes(self, text: str, tag: str, context: Any) -> str:
        parts = [part for part in text.split("'") if part]
        return "".join(self._word(part, tag, context) for part in parts) if len(parts) > 1 else ""

    def _letters(self, text: str) -> str:
        """The names of the letters, the last one with the stress."""
        letters = [c for c in _unaccented(text) if c.isalpha()]
        named = self._lexicon.get_NNP("".join(letters))[0] if letters else ""
        return named or " ".join(filter(None, (self._guess(letter.upper(), "", None) for letter in letters)))


def _unaccented(text: str) -> str:
    apart = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
    base = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "".join(apart.get(c, c) for c in base)

"""Words to phonemes with misaki. Blocking, and not to be trusted: it belongs in the G2P process only.

misaki's own loading is not used for English: ``en.G2P`` downloads a spaCy model at run time when its favourite is not
installed. Nor are its features for marked-up text: ``[word](/phonemes/)`` in somebody's mail is text.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from ttsmesh.model.g2p.cjk import (
    CHINESE,
    JAPANESE,
    chinese,
    english_word,
    japanese,
    reading_numbers,
    unspaced,
    unspaced_words,
)
from ttsmesh.model.g2p.english import english
from ttsmesh.model.g2p.espeak import aligned, espeak
from ttsmesh.model.g2p.phonemes import Phonemes, Piece, assemble, sounds
from ttsmesh.model.g2p.tokens import table
from ttsmesh.model.g2p.words import Pieces, SpokenWord
from ttsmesh.model.text.speakable import SpeakableText, speakable

Pronounce = Callable[[str], Phonemes]

_UNUSED = ("parser", "attribute_ruler", "lemmatizer", "ner", "senter", "tokenizer")
"""What the tagger's data also has. Its tokenizer is English's own, and a second would take as long as the tagger."""

_UNKNOWN = "❓"
"""misaki's mark for what it could not say; not in the vocabulary, so it is left out."""

_LATIN = frozenset({"LATIN", "GREEK"})
_SCRIPTS = {"hi": _LATIN | {"DEVANAGARI"}, "ja": _LATIN | JAPANESE, "zh": _LATIN | CHINESE}

_MARK = re.compile(r"(?<!\d)[;:,.!?¡¿—…\"“”(){}\[\]]|[;:,.!?¡¿—…\"“”(){}\[\]](?!\d)")
"""Punctuation that Kokoro reads as a pause. Between digits it is part of a number, which espeak-ng says right."""

_PART = re.compile(rf"(?P<space>\s+)|(?P<mark>{_MARK.pattern})|(?:(?!{_MARK.pattern})\S)+")


Speak = Callable[[Sequence[SpokenWord]], Phonemes]


def speaker(language: str) -> Speak:
    """Load ``language``, one of ``LANGUAGES``: English takes a second and 180 MB, the others some milliseconds.

    In what it gives, a ``WordSpan`` counts the characters of the words' texts, set one after another without spaces,
    and ``unsayable`` those of them that make no sound, punctuation apart.
    """
    pieces = _speaking(language)

    def speak(words: Sequence[SpokenWord]) -> Phonemes:
        said = list(pieces(words))
        text = "".join(word.text for word in words)
        silent = sum(sum(c.isalnum() for c in word.text) for word in words if word.kind != "mark") - sum(
            sum(c.isalnum() for c in text[piece.start : piece.end]) for piece in said if sounds(piece.phonemes)
        )
        return assemble(said, table(), silent)

    return speak


def _speaking(language: str) -> Pieces:
    if language.startswith("en-"):
        return english(british=language == "en-gb")
    if language in ("ja", "zh"):
        return unspaced_words(japanese() if language == "ja" else chinese(), english_word())
    return espeak(language)


def pronouncer(language: str) -> Pronounce:
    """Load ``language``, one of ``LANGUAGES``: English takes a second and 180 MB, the others some milliseconds."""
    pieces = _pieces(language)
    scripts = _SCRIPTS.get(language, _LATIN)

    def pronounce(text: str) -> Phonemes:
        spoken = speakable(text, scripts)
        if not spoken.text:
            return Phonemes("", (), spoken.unsayable)
        said = list(pieces(spoken))
        silent = sum(
            sum(c.isalnum() for c in text[piece.start : piece.end]) for piece in said if not sounds(piece.phonemes)
        )
        return assemble(said, table(), spoken.unsayable + silent)

    return pronounce


def _pieces(language: str) -> Callable[[SpeakableText], Iterator[Piece]]:
    if language.startswith("en-"):
        return _english(british=language == "en-gb")
    if language in ("ja", "zh"):
        return unspaced(japanese() if language == "ja" else reading_numbers(chinese()), english_word())
    return _espeak(language)


def _english(british: bool) -> Callable[[SpeakableText], Iterator[Piece]]:
    import spacy
    from misaki import en, espeak

    from ttsmesh.model.g2p.lexicon import lexicon
    from ttsmesh.model.g2p.tagger import checked

    class English(en.G2P):  # type: ignore[misc]
        def __init__(self) -> None:
            # Instead of misaki's, which would download. The attributes are all that its __call__ uses.
            self.version = None
            self.british = british
            self.nlp = spacy.load(checked(), exclude=_UNUSED)
            self.lexicon = lexicon(british)
            self.fallback = espeak.EspeakFallback(british)
            self.unk = _UNKNOWN

    g2p = English()

    def pieces(spoken: SpeakableText) -> Iterator[Piece]:
        _, tokens = g2p(spoken.text, preprocess=False)
        at = 0
        for token in tokens:
            start = spoken.text.find(token.text, at)
            if not token.text.strip() or start < 0:
                continue
            at = start + len(token.text)
            yield Piece(*spoken.span(start, at), token.phonemes or "", bool(token.whitespace))

    return pieces


def _espeak(language: str) -> Callable[[SpeakableText], Iterator[Piece]]:
    from misaki import espeak
    from phonemizer.punctuation import Punctuation

    g2p = espeak.EspeakG2P(language)
    # We part the text at punctuation ourselves, to know which word is where; phonemizer would also part "3,14".
    g2p.backend._preserve_punctuation = False
    g2p.backend._punctuator = Punctuation(re.compile(r"(?!)"))

    def say(words: Sequence[str]) -> list[str]:
        phonemes, _ = g2p(" ".join(words))
        return str(phonemes).split()

    def clause(spoken: SpeakableText, spans: list[tuple[int, int]]) -> Iterator[Piece]:
        words = [spoken.text[start:end] for start, end in spans]
        start: int | None = None
        for span, phonemes in zip(spans, aligned(words, say), strict=True):
            # A word that espeak-ng has drawn into the next shares its phonemes.
            start = span[0] if start is None else start
            if phonemes:
                yield Piece(*spoken.span(start, span[1]), phonemes, True)
                start = None

    def pieces(spoken: SpeakableText) -> Iterator[Piece]:
        spans: list[tuple[int, int]] = []
        for part in _PART.finditer(spoken.text):
            if part["space"]:
                continue
            if not part["mark"]:
                spans.append(part.span())
                continue
            said = list(clause(spoken, spans))
            spans = []
            glued = spoken.text[part.start() - 1 : part.start()].strip() != ""
            yield from said[:-1]
            if said:
                yield said[-1]._replace(spaced=not glued)
            yield Piece(*spoken.span(*part.span()), part["mark"], spoken.text[part.end() : part.end() + 1] == " ")
        yield from clause(spoken, spans)

    return pieces

"""Words to phonemes in every language. Blocking, and not to be trusted: it belongs in a G2P process only.

misaki's own loading is not used for English: ``en.G2P`` downloads a spaCy model at run time when its favourite is not
installed.
"""

from collections.abc import Callable, Sequence

from ttsmesh.model.g2p.cjk import chinese, english_word, japanese, unspaced
from ttsmesh.model.g2p.english.pronounce import english
from ttsmesh.model.g2p.espeak import espeak
from ttsmesh.model.g2p.phonemes import Phonemes, assemble, sounds
from ttsmesh.model.g2p.tokens import table
from ttsmesh.model.g2p.words import Pieces, SpokenWord

Pronounce = Callable[[Sequence[SpokenWord]], Phonemes]


def pronouncer(language: str) -> Pronounce:
    """Load ``language``, one of ``LANGUAGES``: English takes a second and 180 MB, the others some milliseconds.

    In what it gives, a ``WordSpan`` counts the characters of the words' texts, set one after another without spaces,
    and ``unsayable`` those of them that make no sound, punctuation apart.
    """
    pieces = _pieces(language)

    def pronounce(words: Sequence[SpokenWord]) -> Phonemes:
        said = list(pieces(words))
        text = "".join(word.text for word in words)
        silent = sum(sum(c.isalnum() for c in word.text) for word in words if word.kind != "mark") - sum(
            sum(c.isalnum() for c in text[piece.start : piece.end]) for piece in said if sounds(piece.phonemes)
        )
        return assemble(said, table(), silent)

    return pronounce


def _pieces(language: str) -> Pieces:
    if language.startswith("en-"):
        return english(british=language == "en-gb")
    if language in ("ja", "zh"):
        return unspaced(japanese() if language == "ja" else chinese(), english_word())
    return espeak(language)

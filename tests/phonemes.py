"""The phonemes of texts for tests: read and pronounced as the real processes do, in this process."""

from functools import cache

from tests.reading import segments
from ttsmesh.model.g2p.phonemes import Phonemes, join
from ttsmesh.model.g2p.pronounce import Pronounce, pronouncer
from ttsmesh.model.g2p.words import SpokenWord
from ttsmesh.model.text.chunking import Chunker


@cache
def _pronouncer(language: str) -> Pronounce:
    return pronouncer(language)


def phonemes_of(text: str, language: str = "en-us") -> Phonemes:
    """The phonemes of ``text``, chunk by chunk; their spans count the characters of the words, not of ``text``."""
    chunker = Chunker()
    for segment in segments(text, language):
        chunker.add(segment)
    chunker.finish()
    parts: list[tuple[int, Phonemes]] = []
    at, unsayable = 0, 0
    while (chunk := chunker.next()) is not None:
        words = [SpokenWord(word.text, word.kind, word.phonemes, word.spaced) for word in chunk.words]
        parts.append((at, _pronouncer(language)(words)))
        at += sum(len(word.text) for word in words)
        unsayable += chunk.unsayable
    parts.append((at, Phonemes("", (), unsayable + chunker.unsayable)))
    return join(parts)

"""The phonemes of one chunk, and which of them belong to which word. Pure."""

import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class WordSpan:
    """One word: characters ``start:end`` of the chunk's text are phonemes ``phoneme_start:phoneme_end``."""

    start: int
    end: int
    phoneme_start: int
    phoneme_end: int


@dataclass(frozen=True, slots=True)
class Phonemes:
    """What one chunk sounds like.

    ``text``: characters of the model's vocabulary, one token each, with a single space between words.
    ``words``: in order, not overlapping, punctuation included. Together they cover all of ``text`` but the spaces.
    ``unsayable``: the number of characters of the chunk, white space and punctuation apart, that make no sound.
    ``dropped``: the number of sounds that the model does not know. No language that is offered may have any.
    """

    text: str
    words: tuple[WordSpan, ...]
    unsayable: int
    dropped: int = 0

    @property
    def sounds(self) -> bool:
        """Whether there is anything to hear. From bare punctuation the model would make noise."""
        return sounds(self.text)


class Piece(NamedTuple):
    """One word or mark as G2P gave it: its characters in the chunk, its phonemes, and whether a space follows."""

    start: int
    end: int
    phonemes: str
    spaced: bool


def sounds(phonemes: str) -> bool:
    """Whether any of ``phonemes`` is more than punctuation, space, stress or a tone arrow."""
    return any(unicodedata.category(c) in ("Ll", "Lu", "Lo") for c in phonemes)


def _is_sound(symbol: str) -> bool:
    """Whether ``symbol`` is a letter or changes one, unlike a mark such as "¿", and misaki's sign for a failure."""
    return unicodedata.category(symbol)[0] in "LM"


def assemble(pieces: Iterable[Piece], vocabulary: Container[str], unsayable: int = 0) -> Phonemes:
    """Join ``pieces``. Symbols that the model does not know are left out here, and nowhere else."""
    out: list[str] = []
    words: list[WordSpan] = []
    length = dropped = 0
    space_owed = False
    for piece in pieces:
        heard = "".join(c for c in piece.phonemes if c in vocabulary or c.isspace())
        dropped += sum(_is_sound(c) for c in piece.phonemes if c not in vocabulary)
        known = " ".join(heard.split())
        if known:
            if space_owed:
                out.append(" ")
                length += 1
            words.append(WordSpan(piece.start, piece.end, length, length + len(known)))
            out.append(known)
            length += len(known)
            space_owed = False
        space_owed = length > 0 and (space_owed or piece.spaced)
    return Phonemes("".join(out), tuple(words), unsayable, dropped)


def join(parts: Iterable[tuple[int, Phonemes]]) -> Phonemes:
    """The phonemes of a text from those of its consecutive parts, each with the offset at which it begins."""
    text = ""
    words: list[WordSpan] = []
    unsayable = dropped = 0
    for offset, part in parts:
        if text and part.text:
            text += " "
        shift = len(text)
        words += [
            WordSpan(w.start + offset, w.end + offset, w.phoneme_start + shift, w.phoneme_end + shift)
            for w in part.words
        ]
        text += part.text
        unsayable += part.unsayable
        dropped += part.dropped
    return Phonemes(text, tuple(words), unsayable, dropped)

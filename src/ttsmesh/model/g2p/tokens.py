"""Phonemes to the model's token ids.

The table, ``vocab.json``, is Kokoro-82M's own: 114 symbols, each one character; of the model's 178 ids the rest are
unused.
"""

import json
from functools import cache
from importlib.resources import files

from ttsmesh.errors import SynthesisError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import EDGE


@cache
def table() -> dict[str, int]:
    """Phoneme -> token id."""
    loaded: dict[str, int] = json.loads((files("ttsmesh.model.g2p") / "vocab.json").read_text(encoding="utf-8"))
    return loaded


def encode(phonemes: str) -> list[int]:
    """Token ids with the edge token at both ends. Characters that the model does not know are left out.

    One known character is one token, so a word's tokens number ``len(encode(word)) - 2``. Raises ``SynthesisError``
    for more than ``MAX_PHONEMES`` tokens: cutting would lose words silently.
    """
    known = table()
    ids = [known[character] for character in phonemes if character in known]
    if len(ids) > MAX_PHONEMES:
        raise SynthesisError(f"chunk of {len(ids)} phonemes; the model takes {MAX_PHONEMES}")
    return [EDGE, *ids, EDGE]

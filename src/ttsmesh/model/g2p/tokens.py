"""Phonemes to the model's token ids.

The table, ``vocab.json``, is Kokoro-82M's own. It has 114 symbols of one character each. The rest of the model's 178
ids is unused.
"""

import json
from functools import cache
from importlib.resources import files

from ttsmesh.errors import SynthesisError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import EDGE


@cache
def table() -> dict[str, int]:
    """The token id of each phoneme."""
    loaded: dict[str, int] = json.loads((files("ttsmesh.model.g2p") / "vocab.json").read_text(encoding="utf-8"))
    return loaded


def encode(phonemes: str) -> list[int]:
    """One token id for each of ``phonemes``, and the edge token at both ends.

    Raises ``KeyError`` for a character that is not in ``table``: ``phonemes.assemble`` has left these out. Raises
    ``SynthesisError`` for more than ``MAX_PHONEMES``, since to cut them would lose words silently.
    """
    if len(phonemes) > MAX_PHONEMES:
        raise SynthesisError(f"chunk of {len(phonemes)} phonemes; the model takes {MAX_PHONEMES}")
    known = table()
    return [EDGE, *(known[phoneme] for phoneme in phonemes), EDGE]

"""What a reader is asked, and what it answers. The model server needs this much of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ttsmesh.model.text.segments import Segment

Punctuation = Literal["none", "some", "most", "all"]
"""Which marks of punctuation are named."""

Capitals = Literal["none", "spell", "icon"]
"""How a word with a capital is announced: not at all, by a word, or by a short sound."""

WINDOW = 32 * 1024
"""Characters of the text that one call gets, at most: how far a format may look ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a text is read: in which ``language``, and as what (``read_as``, a ``ReadAs``).

    ``detect``: the language of each sentence is found, and ``language`` is that of the first one. ``directory``:
    upward from there, the lexicon of a project is looked for; empty if nowhere. ``punctuation``: which marks are named
    besides being heard as pauses. ``spell``: character by character. ``capitals``: how words with a capital are
    announced.
    """

    language: str
    read_as: str = "auto"
    detect: bool = False
    directory: str = ""
    punctuation: Punctuation = "none"
    spell: bool = False
    capitals: Capitals = "none"


@dataclass(frozen=True, slots=True)
class Block:
    """What one call read: ``segments``, of the first ``used`` characters, and the ``state`` for the next call.

    ``noted``: how many of its notes, but for the first one, the call has carried out.
    """

    segments: tuple[Segment, ...]
    used: int
    state: Mapping[str, Any] = field(default_factory=dict)
    noted: int = 0

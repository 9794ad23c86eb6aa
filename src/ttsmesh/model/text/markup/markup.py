"""That a text is marked up, and what the model server found out about its markup before it accepted it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Markup:
    """A text is XML of SSML (``ssml``), or has ``[voice:NAME]`` and ``[pause:1.5s]`` in it (``tags``).

    ``cast``: the name and the language of each voice that it asks for, by the words in which it asks.
    """

    kind: Literal["ssml", "tags"]
    cast: Mapping[str, tuple[str, str]] = field(default_factory=dict)

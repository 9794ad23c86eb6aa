"""That a text is marked up, and what the model server found out about its markup before it accepted it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ttsmesh.errors import RejectedError
from ttsmesh.languages import language_code

Kind = Literal["ssml", "tags"]


class Wish(NamedTuple):
    """The voice that a place in a text asks for: the first of ``names`` that is installed, or else one of a ``gender``
    and a ``language``, as the text writes it. What is empty is not asked for."""

    names: tuple[str, ...] = ()
    gender: str = ""
    language: str = ""


def spoken_language(tag: str, own: str) -> str:
    """The code of the language that a text calls ``tag``, or "" if the mesh does not speak it.

    Without a region it is in the accent of ``own``, if that is the same language.
    """
    if tag.strip().lower() == own.partition("-")[0]:
        return own
    try:
        return language_code(tag)
    except RejectedError:
        return ""


Cast = Mapping[Wish, tuple[str, str]]
"""The name and the language of each voice that a text asks for. A wish that is not in it changes no voice."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A text is XML of SSML (``ssml``), or has ``[voice:NAME]`` and ``[pause:1.5s]`` in it (``tags``), and is spoken by
    the voices of ``cast``."""

    kind: Kind
    cast: Cast = field(default_factory=dict)

"""What rules of reading have in common: each says one kind of text in words. Pure.

A rule looks at one place of a text, where a token begins, and answers up to where it reads and what is said there, or
None if what stands there is not of its kind.

What is said is words, with single spaces between them, and none but the marks ``. , ; : ? ! —``. A single capital in it
is the name of the letter ("A M", "H T T P"); all other words are lower case or as the text writes them. It has no digit
and no symbol.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ttsmesh.model.text.kinds import Kind

Style = Literal["prose", "code"]
"""``code``: marks that mean something to a program are said, where prose has a pause or nothing."""

Rule = Callable[[str, int, "Context"], tuple[int, str] | None]
"""``rule(text, at, context)`` to (end, what is said for ``text[at:end]``), or None. ``end`` is beyond ``at``, and what
is said may be empty only for what no reader would say. It takes time linear in what it reads, or bounded."""


class Verbaliser(Protocol):
    """How one language says things."""

    language: str
    """One of ``LANGUAGES``."""

    decimal_mark: str
    """What stands before decimals: "." or ","."""

    group_marks: str
    """The characters that may stand between thousands, such as ",", " " and narrow spaces."""

    symbols: Mapping[str, str]
    """What a symbol that stands by itself is called: "+", "=", "&", "→", "€"."""

    terms: Mapping[str, str]
    """Words for developers' things, by their English ones: "dot", "slash", "line", "a secret". English has none."""

    rules: Sequence[Rule]
    """What only this language writes: abbreviations, ordinals, contractions. Tried before all others."""

    def say(self, kind: Kind) -> str:
        """``kind`` in words."""

    def cardinal(self, digits: str) -> str:
        """A whole number of up to 15 digits in words; a longer one digit by digit."""

    def one_by_one(self, characters: str) -> str:
        """Digits, each in a word, and Latin letters, each as a capital: "4 2 a f" is "four two A F"."""


@dataclass(slots=True)
class Context:
    """Where a rule stands. ``previous``: the source word before it in lower case, "" at the beginning of a passage.

    ``named``: the marks that are to be said also where they only part words.
    """

    verbaliser: Verbaliser
    style: Style = "prose"
    previous: str = ""
    named: str = ""

    @property
    def language(self) -> str:
        return self.verbaliser.language

    def term(self, english: str) -> str:
        """A developer's word in this language, the English one where it has no other."""
        return self.verbaliser.terms.get(english, english)

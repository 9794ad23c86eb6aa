"""Names marks of punctuation: which ones at which level, and how, also inside what a rule has read. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from ttsmesh.model.text.clean import CleanText
from ttsmesh.model.text.clusters import joins
from ttsmesh.model.text.reading import Punctuation
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.terms import identifiers, symbols
from ttsmesh.model.text.terms.names import identifier
from ttsmesh.model.text.verbalise.characters.choose import names

_SOME = "@#$%&*+/<=>\\^_`{|}~"
_MOST = '()[]":;-–—…“”„«»‹›「」『』《》〈〉【】・•·†‡¶'
_ALL = ".,?!'‘’‚¿¡。、।"

SETS: Mapping[Punctuation, str] = {"none": "", "some": _SOME, "most": _SOME + _MOST, "all": _SOME + _MOST + _ALL}
"""The marks of each level: those that carry a meaning, those that part a text as well, and all."""

Written = Callable[[int, int], str]
"""What the source has from one character to another."""

_SAME = re.compile(r"(\S)\1*+")
_RUN = re.compile(r"[.!?]++|(\S)\1*+")
_FEW = 3
"""The same marks in a row, at most, that are named one by one; more of them are counted."""

_SILENT: tuple[Rule, ...] = (symbols.tag, symbols.prompt, symbols.quoted, symbols.function)
"""Rules that leave marks out. Where these are named, none of the rules is asked."""

_OF_NAMES: tuple[Rule, ...] = (
    *(identifiers.chain, identifiers.kebab, identifiers.variable, identifiers.shell_parameter),
)
"""Rules that leave marks out of names. Where these are named, the names are said with them."""

_PARTS = re.compile(r"[^\W_]+|->|(.)\1*+", re.DOTALL)
_SAID_IN_NAMES = frozenset(".$")
"""Marks that the rules for names say anyway."""


class MarkNames:
    """The names of the marks of ``source`` that ``level`` names, as ``written`` has them."""

    def __init__(self, source: CleanText, level: Punctuation, context: Context, written: Written) -> None:
        own = names(context.language).characters if SETS[level] else {}
        self._names = {mark: own[mark] for mark in SETS[level] if mark in own}
        self._written = written
        self._source = source
        self._text = source.text
        self._context = context

    def __bool__(self) -> bool:
        return bool(self._names)

    def at(self, at: int) -> str:
        """What the mark at ``at`` is called; "" if it is not named."""
        written = self._written(self._source.starts[at], self._source.ends[at])
        if len(written) > 1 and not all(map(joins, written[1:])) and set(written) != {"-"}:
            return ""  # a format says it for something else
        mark = written[:1]
        return self._names.get(mark, "") or self._names.get(unicodedata.normalize("NFKC", mark), "")

    def end_of_run(self, at: int) -> int:
        """Where the marks end that are said together with the one at ``at``: itself if it is not named."""
        run = _RUN.match(self._text, at) if self._names and self.at(at) else None
        return run.end() if run else at + 1

    def between(self, at: int, end: int) -> Iterator[tuple[str, int, int]]:
        """What is said for the marks in ``text[at:end]`` that are named, and which characters it is said for."""
        if self._text.startswith(("..", "…", ". ."), at) and "…" in self._names:
            yield self._names["…"], at, end
            return
        for run in _SAME.finditer(self._text, at, end):
            if name := self.at(run.start()):
                yield self._several(name, len(run.group())), *run.span()

    def inside(self, at: int, end: int, said: str) -> str | None:
        """``said``, which a rule says for ``text[at:end]``, with the marks in it that are named.

        None if the rule has left them out, and another one, or none, should read them.
        """
        found = {c for c in self._text[at:end] if not (c.isalnum() or c.isspace())}
        named = {self._text[place] for place in range(at, end) if self._text[place] in found and self.at(place)}
        if not named:
            return said
        if self._answers(symbols.decoration, at, end):
            return self._joined(at, end) + said
        if self._answers(symbols.operator, at, end):
            return said if found - named else self._joined(at, end)
        if not any(c.isalpha() for c in said) or any(self._answers(rule, at, end) for rule in _SILENT):
            return None
        if named - _SAID_IN_NAMES and any(self._answers(rule, at, end) for rule in _OF_NAMES):
            constant = "$" in found or "_" in found
            parts = (match.group() for match in _PARTS.finditer(self._text, at, end))
            return " ".join(filter(None, (self._part(part, constant) for part in parts)))
        return said

    def _joined(self, at: int, end: int) -> str:
        return " ".join(said for said, _, _ in self.between(at, end))

    def _answers(self, rule: Rule, at: int, end: int) -> bool:
        answer = rule(self._text, at, self._context)
        return answer is not None and answer[0] == end

    def _part(self, part: str, constant: bool) -> str:
        """What is said for a part of a name: letters and digits, an arrow, or the same mark once or more."""
        if part.isalnum():
            return identifier(part, self._context, constant=constant)
        if part == "->" and not self._names.keys() >= set(part):
            answer = symbols.symbol(part, 0, self._context)
            return answer[1] if answer else ""
        dot = self._context.term("dot")
        return " ".join(filter(None, (self._names.get(mark, dot if mark == "." else "") for mark in part)))

    def _several(self, name: str, count: int) -> str:
        if count <= _FEW:
            return " ".join([name] * count)
        return f"{self._context.verbaliser.cardinal(str(count))} {name}"

"""Subtractions, whose hyphens are no dashes and no ranges: 5-3=2, y = 5 - 3, n-1. Pure."""

import re

from ttsmesh.model.text.classify.tokens import begins, ends
from ttsmesh.model.text.kinds import Number
from ttsmesh.model.text.rules import Context

_TERM = r"(?:(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?|[a-z])(?![^\W_]|[.,]\d)"
_TERMS = re.compile(rf"{_TERM}(?: ?[-−–] ?{_TERM}){{1,8}}")
_EQUALS_BEHIND = re.compile(r" ?=")
_EQUALS_BEFORE = re.compile(r"= ?$")
_FROM_LETTER = re.compile(r"[a-z][-−][1-9]\d{0,3}(?![\w.-])")
_SIGN = re.compile(r" ?[-−–] ?")


def difference(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Numbers with minus between them, if an equals sign says that they are no range; or a letter less a number."""
    if not begins(text, at) or text[at - 1 : at] in ("-", "/"):
        return None
    found = _FROM_LETTER.match(text, at)
    if found is None:
        found = _TERMS.match(text, at)
        if found is None or not ends(text, found.end()):
            return None
        if not _EQUALS_BEHIND.match(text, found.end()) and not _EQUALS_BEFORE.search(text[max(0, at - 2) : at]):
            return None
    minus = context.verbaliser.symbols.get("−") or context.verbaliser.symbols.get("-", "")
    return found.end(), f" {minus} ".join(_term(term, context) for term in _SIGN.split(found[0]))


def _term(written: str, context: Context) -> str:
    verbaliser = context.verbaliser
    return verbaliser.one_by_one(written) if written.isalpha() else verbaliser.say(Number(written))

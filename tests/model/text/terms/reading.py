"""Tries the rules for developers' things on a text, as a scanner does."""

import re
from collections.abc import Iterator

from ttsmesh.model.text.rules import Context, Style
from ttsmesh.model.text.terms.rules import LAST, RULES, SECRETS, SYMBOL
from ttsmesh.model.text.verbalise.choose import verbaliser

_WORD = re.compile(r"[^\W_]+")


def first(
    text: str, language: str = "en-us", style: Style = "prose", previous: str = "", at: int = 0
) -> tuple[str, str] | None:
    """What the first rule that fits takes of ``text`` from ``at`` on, and what it says; None if none fits."""
    context = Context(verbaliser(language), style, previous)
    for rule in (*SECRETS, *RULES, *LAST, SYMBOL):
        if answer := rule(text, at, context):
            end, said = answer
            assert at < end <= len(text)
            return text[at:end], said
    return None


def walk(text: str, language: str = "en-us", style: Style = "prose") -> Iterator[tuple[str, str]]:
    """Each stretch of ``text`` that a rule takes, and what is said; other words and marks are taken as they are."""
    at, previous = 0, ""
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        taken = first(text, language, style, previous, at)
        if taken is None:
            word = _WORD.match(text, at)
            taken = (word.group(),) * 2 if word else (text[at], "")
        yield taken
        at += len(taken[0])
        previous = taken[0].lower()


def said(text: str, language: str = "en-us", style: Style = "prose") -> str:
    """All that is said of ``text``."""
    return " ".join(words for _, words in walk(text, language, style) if words)

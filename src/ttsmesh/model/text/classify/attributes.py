"""Amounts that stand before what they describe, as in "a 5 km run". In English these have no plural. Pure."""

import re
from dataclasses import replace

from ttsmesh.model.text.classify.tokens import words
from ttsmesh.model.text.kinds import Dimensions, Kind, Measure, Money, Range
from ttsmesh.model.text.rules import Context

_ARTICLES = words("a an another")
_DETERMINERS = words("the this that its his her their our my your each every") | _ARTICLES
_BEFORE_A_HALF = _DETERMINERS | words("one two three four five six first second last other per no")
_NOUN_BEHIND = re.compile(r"[ \u00a0-]([a-z]{2,20})(?![\w'’])")
_NO_NOUN = words(
    "was is were are had has have will would can could should may might must did does do and or but nor to of in for "
    "per from on at by with as that which who when if than then while because until since after before into about "
    "it he she they we you an the each more less ago away apart long wide tall high deep thick went came goes comes "
    "seemed took takes made makes left remain remains long now later"
)
_HYPHEN = re.compile(r"\d[-‑][^\W\d_]")


def describing(text: str, at: int, end: int, kind: Kind, context: Context) -> Kind:
    """``kind``, which is ``text[at:end]``, marked as attributive if a noun that it describes follows."""
    if not context.language.startswith("en") or not isinstance(kind, Money | Measure | Dimensions | Range):
        return kind
    if text[at] in "~≈":
        return kind  # what stands before the sign is no article
    if isinstance(kind, Range):
        last = describing(text, at, end, kind.last, context)
        return kind if last is kind.last else replace(kind, last=last)
    hyphened = isinstance(kind, Measure) and _HYPHEN.search(text, at, end) is not None
    return replace(kind, attributive=True) if hyphened or _describes(text, end, context.previous) else kind


def without_article(said: str, context: Context) -> str:
    """ "half" for "a half" where the text itself has an article or a number before it: "a ½-inch gap"."""
    if said.startswith("a ") and context.language.startswith("en") and context.previous in _BEFORE_A_HALF:
        return said[2:]
    return said


def _describes(text: str, end: int, previous: str) -> bool:
    if previous in _ARTICLES:
        return True
    found = _NOUN_BEHIND.match(text, end)
    return previous in _DETERMINERS and found is not None and found[1] not in _NO_NOUN and not found[1].endswith("ed")

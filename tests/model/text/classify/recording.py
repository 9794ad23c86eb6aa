"""A fake verbaliser that says the kind itself, so that tests see what a rule has found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from ttsmesh.model.text.classify.rules import RULES
from ttsmesh.model.text.kinds import Kind, Power
from ttsmesh.model.text.rules import Context, Rule, Style

_SYMBOLS = {"−": "minus", "+": "plus", "±": "plusminus", "×": "times"}
_COMMA = ("es", "fr-fr", "it", "pt-br")


@dataclass
class FakeVerbaliser:
    """Says a kind as its name and what of it is not the default: ``Number(5 sign=-)``."""

    language: str = "en-us"
    decimal_mark: str = "."
    group_marks: str = ",\u00a0\u202f\u2009"
    symbols: Mapping[str, str] = field(
        default_factory=lambda: {"−": "minus", "+": "plus", "±": "plusminus", "×": "times"}
    )
    terms: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def say(self, kind: Kind) -> str:
        return _said(kind)

    def cardinal(self, digits: str) -> str:
        return digits

    def one_by_one(self, characters: str) -> str:
        return " ".join(characters)


def verbaliser(language: str) -> FakeVerbaliser:
    """The fake one of ``language``, with the marks that the language has."""
    if language == "fr-fr":
        return FakeVerbaliser(language, ",", " \u00a0\u202f\u2009")
    if language in _COMMA:
        return FakeVerbaliser(language, ",", ". \u00a0\u202f\u2009")
    return FakeVerbaliser(language)


def reading(text: str, language: str = "en-us", style: Style = "prose", rules: Sequence[Rule] = RULES) -> str:
    """``text`` with what the rules say in the place of what they read: a small scanner.

    A token begins behind white space, an opening bracket or quote, and behind what a rule has read. All else is left
    as it is.
    """
    found = spans(text, language, style, rules)
    assert "".join(text[start:end] for start, end, _, _ in found) == text
    return "".join(said if read else text[start:end] for start, end, said, read in found)


def spans(
    text: str, language: str = "en-us", style: Style = "prose", rules: Sequence[Rule] = RULES
) -> list[tuple[int, int, str, bool]]:
    """(start, end, said, whether a rule has read it) for each part of ``text``."""
    context = Context(verbaliser(language), style)
    found: list[tuple[int, int, str, bool]] = []
    at = 0
    while at < len(text):
        context.previous = _previous(text, at)
        answer = next((said for rule in rules if (said := rule(text, at, context))), None)
        if answer is not None:
            found.append((at, answer[0], answer[1], True))
            at = answer[0]
            continue
        end = at + 1
        # A word is one token: no rule looks into its middle.
        while text[at].isalpha() and ord(text[at]) < 0x900 and end < len(text) and text[end].isalpha():
            end += 1
        found.append((at, end, "", False))
        at = end
    return found


def _previous(text: str, at: int) -> str:
    words = text[max(0, at - 60) : at].split()
    return words[-1].lower().lstrip("([\"'") if words else ""


def _said(value: object) -> str:
    if isinstance(value, Power):
        return f"{_said(value.base)} to {_said(value.exponent)}"
    if value is None:
        return "_"
    if isinstance(value, tuple):
        return "/".join(map(_said, value))
    if not hasattr(value, "__dataclass_fields__"):
        return str(value)
    parts = []
    for each in fields(value):  # type: ignore[arg-type]
        shown = getattr(value, each.name)
        if shown == each.default:
            continue
        has_default = each.default is not each.default_factory
        parts.append(f"{each.name}={_said(shown)}" if has_default else _said(shown))
    return f"{type(value).__name__}({' '.join(parts)})"

"""What a case of a language's table is checked with: a kind and its words, or a text and what a rule says of it."""

from ttsmesh.model.text.kinds import Kind, Number
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.verbalise.choose import verbaliser

Case = tuple[Kind, str]


def n(digits: str) -> Number:
    """A number of a table: a sign, digits, a scale."""
    sign = digits[0] if digits[0] in "-+±" else ""
    digits, _, scale = digits.removeprefix(sign).partition(" ")
    return Number(digits, sign, scale)  # type: ignore[arg-type]


def ids(cases: list[Case]) -> list[str]:
    """Names for cases, by the words that they expect."""
    return [said for _, said in cases]


def read(language: str, marked: str) -> tuple[str, str] | None:
    """What the first rule that takes the place after "|" reads there, and says; None where none takes it."""
    before, _, after = marked.partition("|")
    text, at = before + after, len(before)
    context = Context(verbaliser(language))
    for rule in context.verbaliser.rules:
        answer = rule(text, at, context)
        if answer is not None:
            return text[at : answer[0]], answer[1]
    return None

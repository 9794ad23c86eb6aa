"""One message of every type, made from the rules of its fields. A new message needs nothing here."""

from typing import Any

from ttsmesh.wire.messages import Again, Say
from ttsmesh.wire.schema import REGISTRY, Bytes, Flag, Message, Number, OneOf, Request, Rule, Text


def _value(rule: Rule) -> Any:
    """A small value that ``rule`` lets through."""
    match rule:
        case Text():
            return "x"
        case Number():
            return rule.least
        case OneOf():
            return rule.choices[0]
        case Flag():
            return False
        case Bytes():
            return b"ab"
    raise NotImplementedError(rule)


def _sample(cls: type[Message]) -> Message:
    return cls(**{name: _value(rule) for name, rule in cls.rules.items() if not hasattr(cls, name)})


SAMPLES: dict[str, Message] = {name: _sample(cls) for name, cls in REGISTRY.items()}
"""A message of each type."""

REQUESTS: list[Request] = [
    *(sample for sample in SAMPLES.values() if isinstance(sample, Request)),
    Say(text="x", wait=True),
    Say(text="x", wait=True, stream=True),
    Again(wait=True),
]
"""Every request, and those that are answered in several ways in all of them."""

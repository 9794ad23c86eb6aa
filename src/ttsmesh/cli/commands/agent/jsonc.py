"""Where the values of a JSON text stand, so that it can be edited without being written anew. Pure.

Comments, and commas behind the last element, are understood, as agents do. Everything else must be JSON.
"""

import json
import re
from typing import NamedTuple

_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
_OTHER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")

WHITE = " \t\r\n"


class Value(NamedTuple):
    """A value from ``start`` to ``end``. ``kind``: the character it begins with if it is ``{``, ``[`` or a string."""

    kind: str
    start: int
    end: int
    members: "tuple[Member, ...]" = ()


class Member(NamedTuple):
    """An element of an array, or of an object, with its key. It begins at ``start``. A comma may follow its value."""

    key: str | None
    start: int
    value: Value
    comma: int | None


class NotJson(ValueError):
    """The text is not JSON. The message has the line, and nothing of the text."""

    def __init__(self, text: str, place: int, what: str) -> None:
        super().__init__(f"line {text.count(chr(10), 0, place) + 1}: {what}")


def parse(text: str) -> Value:
    """The one value in ``text``. Raises ``NotJson``."""
    try:
        value = _value(text, _behind_blanks(text, 0))
    except RecursionError:
        raise NotJson(text, 0, "nested too deeply") from None
    end = _behind_blanks(text, value.end)
    if end < len(text):
        raise NotJson(text, end, "something follows the end")
    return value


def string(text: str, value: Value) -> str | None:
    """What a string says; None for any other value."""
    return str(json.loads(text[value.start : value.end])) if value.kind == '"' else None


def member(value: Value, key: str) -> Member | None:
    """The member of an object that counts, which is the last one with this ``key``."""
    found = [member for member in value.members if member.key == key]
    return found[-1] if found and value.kind == "{" else None


def _behind_blanks(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    assert match is not None
    return match.end()


def _value(text: str, place: int) -> Value:
    first = text[place : place + 1]
    if first in ("{", "["):
        return _container(text, place, first)
    match = (_STRING if first == '"' else _OTHER).match(text, place)
    if match is None:
        raise NotJson(text, place, "a value is missing or misspelled")
    return Value(first if first == '"' else "", place, match.end())


def _container(text: str, start: int, kind: str) -> Value:
    closing = "}" if kind == "{" else "]"
    members = []
    place = _behind_blanks(text, start + 1)
    while text[place : place + 1] != closing:
        begins, key = place, None
        if kind == "{":
            match = _STRING.match(text, place)
            if match is None:
                raise NotJson(text, place, "a name in quotes is missing")
            key = json.loads(match[0])
            place = _behind_blanks(text, match.end())
            if text[place : place + 1] != ":":
                raise NotJson(text, place, "a colon is missing")
            place = _behind_blanks(text, place + 1)
        value = _value(text, place)
        place = _behind_blanks(text, value.end)
        comma = place if text[place : place + 1] == "," else None
        members.append(Member(key, begins, value, comma))
        if comma is not None:
            place = _behind_blanks(text, comma + 1)
        elif text[place : place + 1] != closing:
            raise NotJson(text, place, f"a comma or {closing} is missing")
    return Value(kind, start, place + 1, tuple(members))

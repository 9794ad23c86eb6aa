"""How the tables of a language's words are written, and what they become. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ttsmesh.model.text.verbalise.numbers import Noun


@dataclass(frozen=True, slots=True)
class Counted:
    """What can be counted: its name after one, its name after many, and its gender where the language has genders."""

    one: str
    many: str
    gender: Noun = "masculine"


Currency = tuple[Counted, Counted | None]
"""The main unit of a currency, and its hundredth where people use one."""


def entries(text: str, mark: str = ": ", end: str = ";") -> Mapping[str, str]:
    """A table "key: value; key: value", on any number of lines."""
    parts = (" ".join(entry.split()).partition(mark) for entry in text.split(end))
    return MappingProxyType({key: value for key, _, value in parts})


def words(text: str) -> tuple[str, ...]:
    """The words of a list with spaces between them."""
    return tuple(text.split())


def counted(text: str) -> Mapping[str, Counted]:
    """A table "key: one, many", or "key: one, many, f" for what is feminine; "key: one" where both are the same."""
    return MappingProxyType({key: _counted(value) for key, value in entries(text).items()})


def currencies(text: str) -> Mapping[str, Currency]:
    """A table "code: one, many / one hundredth, many", without the second half where people use no hundredths."""
    table = {}
    for code, value in entries(text).items():
        main, _, minor = value.partition(" / ")
        table[code] = (_counted(main), _counted(minor) if minor else None)
    return MappingProxyType(table)


def unit(key: str, names: Mapping[str, Counted], prefixes: Mapping[str, str], prefixed: str) -> Counted | None:
    """The name of the unit ``key``: one of ``names``, or a prefix ("k") before one of them that ``prefixed`` lists."""
    if key in names:
        return names[key]
    for length in (2, 1):
        base = key[length:]
        if key[:length] in prefixes and base in names and base in prefixed.split():
            prefix, name = prefixes[key[:length]], names[base]
            return Counted(prefix + name.one, prefix + name.many, name.gender)
    return None


def _counted(text: str) -> Counted:
    one, *rest = text.split(", ")
    return Counted(one, rest[0] if rest else one, "feminine" if rest[1:] == ["f"] else "masculine")

"""Hashes, UUIDs, hexadecimal and other numbers of programs, colours. The long ones are shortened. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import BEGIN, END, LETTERS, called, identifier
from ttsmesh.model.text.verbalise.tables import words

SHOWN = 7
"""Characters of a hash that are said, as many as git shows."""

SHOWN_OF_UUID = 4

_LONGEST_HEX = 16
"""Digits of a hexadecimal number that are all said: those of an address in memory."""

_HEX = (
    r"(?=[a-f]{0,63}[0-9])(?=[0-9]{0,63}[a-f])[0-9a-f]{7,128}|(?=[A-F]{0,63}[0-9])(?=[0-9]{0,63}[A-F])[0-9A-F]{7,128}"
)
_HASH = re.compile(rf"{BEGIN}({_HEX}){END}(?:(\.{{2,3}})({_HEX}){END})?")
_DIGEST = re.compile(
    rf"{BEGIN}(sha[0-9]{{1,3}}|md5|blake2[bs]|git)([:-])([0-9a-f]{{7,128}}|[A-Za-z0-9+/]{{43,88}}={{0,2}}){END}"
)
_NO_HASH = re.compile(r"[0-9]+(?:[a-fA-F]|[eE][0-9]+)$")
_UUID = re.compile(rf"{BEGIN}([0-9a-fA-F]{{8}})(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}{END}")
_NUMBER = re.compile(rf"{BEGIN}(?:0[xX]([0-9a-fA-F_]{{1,128}})|0[bB]([01_]{{1,128}})|0[oO]([0-7_]{{1,64}})){END}")
_COLOUR = re.compile(rf"#([0-9a-fA-F]{{8}}|[0-9a-fA-F]{{6}}|[0-9a-fA-F]{{3,4}}){END}(?!-)")

_SHARE = re.compile(rf"(?<=[ (])([0-9]{{1,5}})/([1-9][0-9]{{0,4}})(?![0-9/.,]*[0-9/{LETTERS}])")
_BRACKET = re.compile(r" \([0-9]{1,5}/[0-9]{1,5}\)")
_COUNTED = frozenset(
    words("step part page chapter test tests episode batch epoch question round phase stage attempt slide task file")
)
"""Words before the number of one of so many."""
_SMALL = 5
_NAMED = frozenset(words("id ids hash commit commits sha sha1 sha256 md5 revision rev digest checksum"))
"""Words after which nobody says "hash" once more."""


def hash_(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A commit's or a file's hash, of 7 digits or more, and two with dots between them."""
    if not (match := _HASH.match(text, at)) or _NO_HASH.match(match[1]):
        return None
    said = say_hash(match[1], context)
    if context.previous not in _NAMED:
        said = f"{context.term('hash')} {said}"
    if match[3]:
        said += f" {context.term('to')} {say_hash(match[3], context)}"
    return match.end(), said


def is_hash(name: str) -> bool:
    """Whether all of ``name`` is a hash."""
    return bool(_HASH.fullmatch(name)) and not _NO_HASH.match(name)


def say_hash(digits: str, context: Context) -> str:
    """The first characters of a hash, one by one."""
    return context.verbaliser.one_by_one(digits[:SHOWN])


def digest(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A hash with the name of its function: sha256:9f86d081…"""
    if not (match := _DIGEST.match(text, at)):
        return None
    letters = re.sub("[^0-9A-Za-z]", "", match[3])
    return match.end(), f"{identifier(match[1], context)} {say_hash(letters, context)}"


def uuid(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A UUID: its first characters."""
    if not (match := _UUID.match(text, at)):
        return None
    said = context.verbaliser.one_by_one(match[1][:SHOWN_OF_UUID])
    return match.end(), said if context.previous in ("uuid", "guid") else f"{_uuid_word(context)} {said}"


def is_uuid(name: str) -> bool:
    """Whether all of ``name`` is a UUID."""
    return bool(_UUID.fullmatch(name))


def _uuid_word(context: Context) -> str:
    return context.verbaliser.one_by_one("UUID")


def say_code(name: str, context: Context) -> str:
    """``name``, a hash or a UUID, shortened."""
    return say_hash(name, context) if is_hash(name) else context.verbaliser.one_by_one(name[:SHOWN_OF_UUID])


def based_number(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """0x1F, 0b1010, 0o755: the base, then digit by digit."""
    if not (match := _NUMBER.match(text, at)):
        return None
    base = ("hex", "binary", "octal")[match.lastindex - 1] if match.lastindex else "hex"
    digits = match[match.lastindex or 1].replace("_", "")
    if not digits:
        return None
    if base == "hex" and len(digits) > _LONGEST_HEX:
        digits = digits[:SHOWN]
    return match.end(), f"{context.term(base)} {context.verbaliser.one_by_one(digits)}"


def share(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """(19/20): so many of all. A fraction with a small number below it may be one."""
    match = _SHARE.match(text, at)
    counted = context.previous in _COUNTED
    if match is None or (not counted and (int(match[2]) < _SMALL or not _BRACKET.match(text, at - 2))):
        return None
    cardinal = context.verbaliser.cardinal
    return match.end(), f"{cardinal(match[1])} {context.term('of')} {cardinal(match[2])}"


def colour(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """#ff8800, #fff; not #123, which is a number, nor #facade, which is a hashtag."""
    if not (match := _COLOUR.match(text, at)):
        return None
    digits = match[1]
    a_number = digits.isdecimal() and digits[0] != "0"
    a_word = digits.isalpha() and len(set(digits)) > 1 and not (len(digits) == 6 and digits[0::2] == digits[1::2])
    if a_number or a_word:
        return None
    return match.end(), f"{called('color', '#', context)} {context.verbaliser.one_by_one(digits)}"

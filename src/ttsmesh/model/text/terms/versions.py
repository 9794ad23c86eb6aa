"""Versions and what is asked of them: v1.2.3-rc1, >=3.11,<4, ^1.2.3, 1.x, Python 3.10. Each part is a number. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms import acronyms
from ttsmesh.model.text.terms.names import BEGIN, END, LETTERS, called, identifier, number, point, spell
from ttsmesh.model.text.terms.tables.names import EXTENSIONS, UNSPACED_VERSIONS, VERSIONED

_PART = r"(?:[0-9]{1,10}|[xX*](?![0-9A-Za-z*]))"
_STAGE = (
    r"(?:[-+._]?(?:alpha|beta|rc|dev|post|preview|pre|snapshot|final|nightly|canary|next|build|hotfix|lts|ga|sp|a|b)"
    r"[.-]?[0-9]{0,8}(?![A-Za-z0-9]))"
)
_BUILD = r"(?:[-+](?![0-9]{1,10}\.[0-9])[0-9A-Za-z]{1,30}(?:[.-][0-9A-Za-z]{1,30}){0,5}){0,2}"
_DOTTED = rf"[0-9]{{1,10}}(?:\.{_PART}){{1,6}}"
_VERSION = rf"v?{_DOTTED}(?:{_STAGE}){{0,3}}{_BUILD}"

_PREFIXED = re.compile(rf"{BEGIN}(?:v\.?|V)([0-9]{{1,10}}(?:\.{_PART}){{0,6}}(?:{_STAGE}){{0,3}}{_BUILD}){END}")
_BARE = re.compile(rf"{BEGIN}(?<![.,])({_DOTTED}(?:{_STAGE}){{0,3}}){END}(?!\.[0-9])")
_WITH_BUILD = re.compile(rf"{BEGIN}(?<![.,])({_DOTTED}(?:{_STAGE}){{0,3}}{_BUILD}){END}(?!\.[0-9])")
_RANGE = re.compile(
    rf"{BEGIN}(?<![.,])(?:({_VERSION})(?:\.\.\.?=?|[ ]?[–—][ ]?|[ ]-[ ]|-)({_VERSION})"
    rf"|([0-9]{{1,9}})\.\.=?([0-9]{{1,9}})){END}"
)
_OPERATOR = r"(?:[<>!=~]=|===|~>|[<>^~=])"
_SPEC = rf"{_OPERATOR}[ ]?v?[0-9]{{1,10}}(?:\.{_PART}){{0,6}}(?:{_STAGE}){{0,3}}"
_SPECS = re.compile(rf"({_SPEC}){END}(?:[ ]?,[ ]?({_SPEC}){END}|[ ]({_SPEC}){END}){{0,4}}")
_COMPARED = re.compile(r"[<>=] ")
"""What numbers are compared with: "5 < 7 > 2"."""
_ONE_SPEC = re.compile(rf"({_OPERATOR})[ ]?v?([0-9.xX*]+(?:{_STAGE}){{0,3}})")
_NAMED = re.compile(rf"{BEGIN}([A-Za-z]{{1,20}}?-?)([0-9]{{1,3}}(?:\.[0-9]{{1,5}}){{1,3}}){END}(?!\.[0-9])")

_ASKED = re.compile(rf"(?<![{LETTERS}])([{LETTERS}]{{2,20}}) ?(?:[≥≤><]=?|~) ?$")
_LETTERED = re.compile(rf"{BEGIN}(?<![.,])([0-9]{{1,5}}(?:\.[0-9]{{1,5}}){{2,3}}[a-z]){END}(?!\.[0-9])")
"""A version with a letter for its patch: 1.1.1k."""
_PRODUCT = re.compile(
    rf"{BEGIN}(?<![/.])([A-Za-z][A-Za-z0-9-]{{1,30}})/(v?[0-9]{{1,5}}(?:\.[0-9]{{1,8}}){{0,5}}(?:{_STAGE}){{0,2}}){END}(?![/.][0-9A-Za-z])"
)
_IMAGE = re.compile(
    rf"{BEGIN}(?<![/.])([a-z0-9][a-z0-9.-]{{0,60}}(?:/[a-z0-9][a-z0-9._-]{{0,60}}){{0,4}})"
    rf":(v?[0-9]{{1,5}}(?:\.[0-9]{{1,8}}){{0,4}}(?:-[a-z][a-z0-9.]{{0,20}}){{0,4}}|latest|stable|alpine|slim|edge|main){END}"
    r"(?![:/.][0-9A-Za-z])"
)
_UNIT = re.compile(
    r"[  ]?(?:[%‰°$€£¥]|(?:[numµkc]?[msgl]|[kKMGTP]i?[Bb](?:/s|ps)?|[kMG]?Hz|[kM]?[WVAh]|km|kg|min|px|pt|em|x|times|"
    rf"percent|points?|(?:thousand|[mbtr]+illion)s?|(?:milli|micro)?seconds?|minutes?|hours?|days?|weeks?|years?|"
    rf"(?:kilo|centi|milli)?met(?:er|re)s?|miles?|degrees?|dollars?|euros?|pounds?)(?![{LETTERS}0-9_]))"
)
_SAID = {
    ">=": "at least",
    "<=": "at most",
    "<": "below",
    ">": "above",
    "==": "exactly",
    "===": "exactly",
    "=": "exactly",
    "!=": "not",
    "^": "compatible with",
    "~=": "compatible with",
    "~>": "compatible with",
    "~": "about",
}

_ALIKE = {">=": "≥", "<=": "≤", "!=": "≠", "===": "=", "==": "=", "~=": "~", "~>": "~"}


def version(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A version with a "v", with three parts or more, with a stage, or after the name of what has versions."""
    if match := _PREFIXED.match(text, at):
        # V8 is a name, and so is a lone v2 of a longer name; V1.2 is a version.
        if match[0][0] == "v" or "." in match[1]:
            said = say_version(match[1], context)
            known = context.previous in ("version", "release")
            return match.end(), said if known else f"{context.term('version')} {said}"
        return None
    if lettered := _LETTERED.match(text, at):
        return lettered.end(), say_version(lettered[1], context)
    match = _BARE.match(text, at)
    if match is None:
        return None
    after_name = context.previous in VERSIONED or _is_asked(text, at) or context.previous.endswith(UNSPACED_VERSIONS)
    numbers = re.split("[.]", re.match(r"[0-9.]*[0-9]", match[1])[0])  # type: ignore[index]
    if len(numbers) == 2 and numbers[-1] and match[1] == ".".join(numbers):
        if not after_name or _UNIT.match(text, match.end()):
            return None
    elif not after_name and _other_number(match[1], numbers, context):
        return None
    if len(numbers) > 2 and (longer := _WITH_BUILD.match(text, at)):
        match = longer
    return match.end(), say_version(match[1], context)


def version_range(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """1.2..1.4, 1.2.3 - 2.0.0, 0..10."""
    match = _RANGE.match(text, at)
    if match is None:
        return None
    first, last = (match[1], match[2]) if match[1] else (match[3], match[4])
    dots = ".." in match[0]
    if not dots and (first.count(".") < 2 or _other_number(first, first.split("."), context)):
        return None
    return match.end(), f"{say_version(first, context)} {context.term('to')} {say_version(last, context)}"


def requirement(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """>=3.11,<4; ^1.2.3; ==2.*: what is asked of a version, but not "~1.2" or "<4", which are numbers."""
    match = _SPECS.match(text, at)
    if match is None:
        return None
    specs: list[tuple[str, str]] = _ONE_SPEC.findall(match[0])
    if len(specs) == 1 and specs[0][0] in ("=", "==", "===", "!=") and match[0][len(specs[0][0])] == " ":
        return None  # a comparison in a program
    if "." not in match[0] and "," not in match[0] and _COMPARED.search(match[0]):
        return None
    if len(specs) == 1 and not _asks_for_version(specs[0], text, match.end()):
        return None
    said = (
        f"{called(_SAID[operator], _ALIKE.get(operator, operator), context)} {say_version(asked, context)}"
        for operator, asked in specs
    )
    return match.end(), ", ".join(said)


def named_version(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """python3.11: a name that has versions, with one of them."""
    match = _NAMED.match(text, at)
    if match is None or (match[1].lower().rstrip("-") not in VERSIONED or match[1] in ("v", "V")):
        return None
    return match.end(), f"{identifier(match[1], context)} {say_version(match[2], context)}"


def product(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """HTTP/1.1, nginx/1.25.3, Mozilla/5.0: a program or a protocol with its version, as they tell of themselves."""
    match = _PRODUCT.match(text, at)
    if match is None or not (match[1].lower() in VERSIONED or (match[1][0].isupper() and "." in match[2])):
        return None
    name = acronyms.part(match[1], context) if match[1].isupper() else identifier(match[1], context)
    return match.end(), f"{name} {say_version(match[2], context)}"


def image(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """python:3.11-slim, ghcr.io/acme/web:v2: a container's image and its tag."""
    match = _IMAGE.match(text, at)
    if match is None or ("/" not in match[1] and match[1] not in VERSIONED):
        return None
    if match[1].rpartition("/")[2].rpartition(".")[2] in EXTENSIONS:
        return None  # main.py:42
    name = f" {context.term('slash')} ".join(spell(part, context) for part in match[1].split("/"))
    tag = match[2]
    said = say_version(tag, context) if re.match("v?[0-9]", tag) else identifier(tag.replace(".", "-"), context)
    return match.end(), f"{name} {said}"


def say_version(written: str, context: Context) -> str:
    """``written`` part by part: "one point ten", then its stage and build in words."""
    said: list[str] = []
    numbers = re.match(r"v?((?:[0-9]+|[xX*])(?:\.(?:[0-9]+|[xX*](?![0-9A-Za-z]))){0,6})", written)
    end = 0
    if numbers:
        end = numbers.end()
        parts = (
            number(part, context)
            if part.isdecimal()
            else context.term("star")
            if part == "*"
            else context.verbaliser.one_by_one("X")
            for part in numbers[1].split(".")
        )
        said.append(f" {point(context)} ".join(parts))
    if written[end:]:
        said.append(identifier(re.sub("[.+_]", "-", written[end:]).lower(), context))
    return " ".join(filter(None, said))


def _is_asked(text: str, at: int) -> bool:
    """Whether "Python ≥" or the like stands before ``at``."""
    asked = _ASKED.search(text, max(0, at - 30), at)
    return asked is not None and asked[1].lower() in VERSIONED


def _asks_for_version(spec: tuple[str, str], text: str, end: int) -> bool:
    operator, asked = spec
    dots = asked.count(".")
    if dots == 0 or _UNIT.match(text, end):
        return False
    return dots > 1 or not asked.replace(".", "").isdecimal() or operator not in ("~", "<", ">", "=")


def _other_number(written: str, numbers: list[str], context: Context) -> bool:
    """Whether ``written`` is a date, a phone number, or a number with points between its thousands."""
    if written != ".".join(numbers):
        return False
    if "." in context.verbaliser.group_marks and all(len(part) == 3 for part in numbers[1:]):
        return True
    if len(numbers) == 5 and numbers[0][0] == "0" and all(len(part) == 2 for part in numbers):
        return True  # a French phone number
    if len(numbers) != 3 or not all(map(str.isdecimal, numbers)):
        return False
    if [*map(len, numbers)] == [3, 3, 4]:
        return True  # an American one
    day, month, year = numbers
    in_calendar = 1 <= int(day) <= 31 and 1 <= int(month) <= 12
    written_year = len(year) == 4 and year[:2] in ("19", "20")
    return (
        in_calendar
        and (written_year or (len(year) == 2 and (context.verbaliser.decimal_mark == "," or month[0] == "0")))
    ) or (
        len(day) == 4 and day[:2] in ("19", "20") and 1 <= int(month) <= 12 and 1 <= int(year) <= 31 and len(year) == 2
    )

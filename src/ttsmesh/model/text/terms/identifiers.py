"""Identifiers of programs: camelCase, snake_case, kebab-case with digits, calls, members, variables, mentions. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms import acronyms
from ttsmesh.model.text.terms.names import BEGIN, END, LETTERS, called, identifier, spell
from ttsmesh.model.text.terms.tables.names import (
    CURRENCIES,
    DIRECTIVES,
    EXTENSIONS,
    PREFIXES,
    PROPER,
    TOP_LEVEL_DOMAINS,
    WORDS_LIKE_DOMAINS,
)

_NAME = rf"[{LETTERS}_][{LETTERS}0-9_]{{0,119}}"
_IN_GENERIC = rf"[{LETTERS}0-9_:,&*()?'\[\] ]"
_GENERIC = rf"<{_IN_GENERIC}{{1,60}}(?:<{_IN_GENERIC}{{1,60}}>{_IN_GENERIC}{{0,40}}){{0,3}}>"
_CHAIN = re.compile(
    rf"{BEGIN}({_NAME}(?:(?:::|->|\?\.|\.){_NAME}){{0,12}})"
    rf"({_GENERIC}|<>(?=\())?(\(\))?(?:['’](s)(?![{LETTERS}]))?"
)
_ENDS_OF_HOSTS = (TOP_LEVEL_DOMAINS - frozenset(EXTENSIONS)) | WORDS_LIKE_DOMAINS
"""Behind one word and a dot these are a host's, or begin a sentence."""

_TYPES = re.compile(
    r"<(?:[A-Z]|\(\)|&|(?:dyn|impl|int|str|string|bool|float|double|char|number|any|void|[iuf](?:8|16|32|64))\b)"
)
"""How the types in angle brackets behind a name begin. "<b>" behind one is HTML."""

_LINK = re.compile(r"::|->|\?\.|\.")
_PROPER = re.compile(rf"(?<![{LETTERS}0-9])[.A-Za-z][A-Za-z0-9.*+#-]{{0,20}}(?:['’](s)(?![{LETTERS}]))?")
_UNUSUAL = re.compile(
    rf"[a-zß-ÿ][A-Z]|[A-Z]{{2,}}[a-z]{{2}}|[{LETTERS}0-9]_+[{LETTERS}0-9]|^_+[{LETTERS}]|[{LETTERS}][{LETTERS}0-9]*_+$"
    rf"|[{LETTERS}][0-9]"
)
"""What only identifiers have inside: a capital after a small letter, underscores, a digit after a letter."""
_FAMILY_NAME = re.compile(rf"(?:{'|'.join(PREFIXES)})[A-Z][a-z]+$")
_AMOUNT = re.compile(rf"(?:{'|'.join(CURRENCIES)})[0-9]+$")

_KEBAB = re.compile(
    rf"{BEGIN}[{LETTERS}][{LETTERS}0-9_]{{0,40}}(?:-[{LETTERS}0-9_]{{1,40}}){{1,12}}{END}(?!-[{LETTERS}0-9])"
)
_WORD_AND_NUMBER = re.compile(rf"{BEGIN}([{LETTERS}]{{1,30}})-(?=[0-9])")
_NUMBER_BEHIND = re.compile(rf"[0-9][0-9.,/:]*(?:s|st|nd|rd|th)?{END}")
_POD_LETTERS = "[bcdfghjklmnpqrstvwxz2456789]"
_POD = re.compile(rf"([a-z][a-z0-9-]{{0,50}}?)-(?=[a-z]{{0,9}}[0-9]){_POD_LETTERS}{{7,10}}-({_POD_LETTERS}{{5}})")
"""The name of a pod in Kubernetes: that of its deployment, a hash that nobody says, and five letters and digits."""
_CODE_NAME = re.compile(rf"-(?:[0-9_]*[{LETTERS}_][{LETTERS}_]*[0-9]|[0-9]+[{LETTERS}])|[{LETTERS}_][0-9]|-[0-9]")

_PARAMETER = re.compile(r"\$([0-9]|[@?#$*])(?![0-9.])")
_REVISION = re.compile(
    rf"{BEGIN}([{LETTERS}][{LETTERS}0-9_]{{2,60}})((?:[~^][0-9]{{0,3}}){{1,6}})(?![{LETTERS}0-9~^=])"
)
_VARIABLE = re.compile(rf"\$(?:\{{({_NAME})\}}|env:({_NAME})|({_NAME}))|%([A-Z][A-Z0-9_]{{2,30}})%")
_MENTION = re.compile(rf"(?<![{LETTERS}0-9])@({_NAME}(?:[.-]{_NAME}){{0,6}})")
_HASHTAG = re.compile(rf"(?<![{LETTERS}0-9&])#(!?)((?:[0-9]{{1,4}}(?=[A-Z]))?[{LETTERS}][{LETTERS}0-9_]{{0,80}})")
_WEST = re.compile(r"(?<![\w-])(UTC|GMT)-(?=\d{1,2}(?![\w-]|\.\d))")
_LESS = re.compile(r"(?<![\w-])[ijkmnpqtxyz]-[1-9]\d{0,3}(?![\w-]|\.\w)")
"""A letter less a number, rather than a name with a hyphen: n-1."""


def proper(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Names that are written like no other word: GitHub, C#, .NET, Node.js."""
    match = _PROPER.match(text, at)
    if match is None:
        return None
    written = match.group().removesuffix("'s").removesuffix("’s")
    genitive = "'s" if match[1] else ""
    while written not in PROPER and written and written[-1] in ".*+#-":
        written, genitive = written[:-1], ""
    if written not in PROPER or (genitive and not context.language.startswith("en-")):
        return None
    said = PROPER[written] if context.language.startswith("en-") else _foreign(written, context)
    return at + len(written) + (2 if genitive else 0), said + genitive


def _foreign(written: str, context: Context) -> str:
    """A name in another language than English: without its respelling."""
    if written.isalpha():
        return written if not written.isupper() else acronyms.part(written, context)
    return spell(written.replace("#", ""), context) + (f" {_sharp(context)}" if "#" in written else "")


def _sharp(context: Context) -> str:
    return called("sharp", "#", context)


def chain(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """One identifier or several with dots, colons or arrows between: parseJSON, foo(), obj.attr, std::vector<int>."""
    match = _CHAIN.match(text, at)
    if match is None:
        return None
    written, generic, call, genitive = match.groups()
    parts = _LINK.split(written)
    if len(parts) > 1 and not text.startswith("(", match.end(1)) and not _is_chain(written, parts, context):
        written, parts, generic, genitive = parts[0], parts[:1], None, None
    end = match.start() + len(written)
    of_types = generic is not None and match.end(1) == end and _TYPES.match(generic) is not None
    if len(parts) == 1 and not (call and match.end(1) == end) and not of_types and not _is_identifier(written):
        return None
    said = _say_chain(written, context)
    if generic and (of_types or "::" in written or _UNUSUAL.search(written) or context.style == "code"):
        end = match.end(2)
        said += _say_types(generic, context)
    if text.startswith("()", end):
        end += 2
    if genitive and end == match.end() - 2:
        end, said = match.end(), f"{said}'s"
    return end, said


def _say_types(generic: str, context: Context) -> str:
    """ " of string, int" for "<string, int>", with a leading space; nothing for what has no names."""
    said: list[str] = []
    for token in re.findall(rf"{_NAME}(?:::{_NAME})*|[<,]", generic):
        if token == "<":
            said.append(f" {context.term('of')}")
        elif token == ",":
            said.append("," if said[-1:] != [f" {context.term('of')}"] else "")
        else:
            said.append(f" {_say_chain(token, context)}")
    return "".join(said) if len(said) > 1 else ""


def _say_chain(written: str, context: Context) -> str:
    links = [*_LINK.findall(written), ""]
    said = []
    for part, link in zip(_LINK.split(written), links, strict=True):
        if part.startswith("__") and part.endswith("__") and len(part) > 4:
            said.append(called("dunder", "__", context))
        said.append(identifier(part, context) or context.term("underscore"))
        if link in (".", "?."):
            said.append(context.term("dot"))
        elif link == "->":
            said.append(called("arrow", "→", context))
    return " ".join(said)


def _is_chain(written: str, parts: list[str], context: Context) -> bool:
    """Whether dots are those of a program, not of a sentence without a space, an abbreviation or a host."""
    if "::" in written or "->" in written or "?." in written or context.style == "code":
        return True
    if any(_is_identifier(part) for part in parts):
        return True
    if all(len(part) == 1 for part in parts):
        return False
    return (
        all(part[0].islower() for part in parts[1:])
        and (len(parts) > 2 or parts[-1] not in _ENDS_OF_HOSTS)
        and (parts[0][0].islower() or len(parts) > 2)
    )


def _is_identifier(name: str) -> bool:
    return bool(_UNUSUAL.search(name)) and not _FAMILY_NAME.match(name) and not _AMOUNT.match(name)


def family_name(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """McDonald, DiCaprio: one word, whose capitals stay."""
    match = _CHAIN.match(text, at)
    name = _LINK.split(match[1])[0] if match else ""
    return (at + len(name), name) if _FAMILY_NAME.match(name) else None


def kebab(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """my-app-v2, utf-8, CD-ROM; of "mid-1990s" only the word, so that the number is read as one. Not "well-known"."""
    if _LESS.match(text, at):
        return None
    before_number = _WORD_AND_NUMBER.match(text, at)
    if before_number and not before_number[1].isupper():
        word = before_number[1]
        number = _NUMBER_BEHIND.match(text, before_number.end())
        if number and (number[0][-1] in "tdh" or not text.startswith("-", number.end())):
            return before_number.end(), identifier(word, context)
    if zone := _WEST.match(text, at):
        minus = context.verbaliser.symbols.get("−") or context.verbaliser.symbols.get("-", "")
        return zone.end(), f"{spell(zone[1], context)} {minus}"
    match = _KEBAB.match(text, at)
    if match is None:
        return None
    if (pod := _POD.fullmatch(match.group())) is not None:
        return match.end(), f"{identifier(pod[1], context)} {acronyms.spelled(pod[2], context)}"
    parts = match.group().split("-")
    unusual = _CODE_NAME.search(match.group()) or any(_is_identifier(part) for part in parts)
    capitals = any(len(part) > 1 and part.isupper() and part.isascii() for part in parts)
    if not (unusual or capitals):
        return None
    return match.end(), identifier(match.group(), context)


def shell_parameter(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """$1, $@, $?, in code only: in prose it is money."""
    match = _PARAMETER.match(text, at) if context.style == "code" else None
    if match is None:
        return None
    said = spell(match[1], context) or context.verbaliser.symbols.get(match[1], "")
    return match.end(), f"{called('dollar', '$', context)} {said}".rstrip()


def revision(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """HEAD~3, main^: what git counts back from. "x^2" is a power."""
    match = _REVISION.match(text, at)
    if match is None:
        return None
    return match.end(), f"{identifier(match[1], context, constant=True)} {spell(match[2].replace('^', ' ^ '), context)}"


def variable(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """$HOME, ${VAR}, $env:PATH, %APPDATA%."""
    match = _VARIABLE.match(text, at)
    if match is None or _AMOUNT.match(match.group()):
        return None
    name = next(filter(None, match.groups()))
    sign = called("percent", "%", context) if match[4] else called("dollar", "$", context)
    return match.end(), f"{sign} {identifier(name, context, constant=True) or context.term('underscore')}"


def mention(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """@name, @decorator, @app.route."""
    match = _MENTION.match(text, at)
    if match is None:
        return None
    return match.end(), f"{context.term('at')} {spell(match[1], context) or context.term('underscore')}"


def hashtag(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """#build, #define; the number #123 is none."""
    match = _HASHTAG.match(text, at)
    if match is None or match[1]:
        return None
    if match[2] in DIRECTIVES or context.style == "code":
        own = "" if context.language.startswith("en-") else context.verbaliser.symbols.get("#", "")
        word = own or context.term("hash")
    else:
        word = called("hashtag", "#", context)
    return match.end(), f"{word} {identifier(match[2], context)}"


_MIXED = re.compile(rf"{BEGIN}(?:[0-9]{{1,9}}[{LETTERS}_]{{1,9}}){{1,10}}[0-9]{{0,9}}{END}")


def mixed(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Digits and letters that are no number with a unit: 3D, 2FA, 7zip. Tried after the number rules."""
    match = _MIXED.match(text, at)
    return (match.end(), identifier(match.group(), context)) if match else None

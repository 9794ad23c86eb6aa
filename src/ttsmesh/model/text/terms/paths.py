"""Paths and names of files, with the place in them: src/main.py:42:7, ~/x, C:\\Users, *.py, .gitignore. Pure."""

import re

from ttsmesh.model.text.classify.units import SYMBOLS
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.codes import is_hash, is_uuid, say_code
from ttsmesh.model.text.terms.names import BEGIN, END, LETTERS, identifier, number, spell
from ttsmesh.model.text.terms.tables.names import EXTENSIONS

LONGEST = 6
"""Parts of a path that are all said; of a longer one the first and the last ones are."""
KEPT = 3

_IN = rf"{LETTERS}0-9_.+@~*?$%=\-"
_SEGMENT = rf"(?:[{_IN}]|\{{[{_IN},]{{1,60}}\}}|\[[{_IN}]{{1,20}}\]){{1,120}}"
_BODY = rf"{_SEGMENT}(?:/{_SEGMENT}){{0,40}}/?"
_POSIX = re.compile(
    rf"(?<![{LETTERS}0-9_/])(?:~|\.{{1,2}})?/(?:{_BODY})?|{BEGIN}(?=[{LETTERS}0-9_@$*.{{~]){_SEGMENT}/(?:{_BODY})?"
)
_WINDOWS_SEGMENT = rf"[{LETTERS}0-9_.+@~*$%=()\-]{{1,120}}"
_WINDOWS = re.compile(
    rf"{BEGIN}([A-Za-z]):([\\/])(?!/)((?:{_WINDOWS_SEGMENT}(?:[\\/]{_WINDOWS_SEGMENT}){{0,40}})?[\\/]?)"
    rf"|\\\\({_WINDOWS_SEGMENT}(?:\\{_WINDOWS_SEGMENT}){{1,40}}\\?)"
    rf"|{BEGIN}((?:\.{{1,2}}\\)?{_WINDOWS_SEGMENT}(?:\\{_WINDOWS_SEGMENT}){{1,40}})"
)
_FILE = re.compile(
    rf"(?<![{LETTERS}0-9_/\\])[{LETTERS}0-9_*.+\-]{{0,120}}\.([A-Za-z0-9]{{1,11}}|\*)(?![{LETTERS}0-9_])"
)
_HIDDEN = re.compile(
    rf"(?<![{LETTERS}0-9_.)\]])\.[A-Za-z_][{LETTERS}0-9_\-]{{1,40}}(?:\.[A-Za-z0-9_\-]{{1,20}}){{0,4}}{END}"
)
_PLACE = re.compile(
    r":([0-9]{1,7})(?::([0-9]{1,5})|-([0-9]{1,7}))?(?![0-9A-Za-z_])|\(([0-9]{1,7})(?:,[ ]?([0-9]{1,5}))?\)"
    r"|#L([0-9]{1,7})(?:C[0-9]{1,5})?(?:-L?([0-9]{1,7}))?(?![0-9A-Za-z_])"
)
_TEST = re.compile(rf"(?:::[{LETTERS}_][{LETTERS}0-9_]{{0,119}}){{1,4}}")
_LETTER = re.compile(rf"[{LETTERS}]")
_RATE = re.compile(r"[0-9.,]+([^\W\d_]{1,6})[²³23]?/[0-9.,]{0,12}([^\W\d_]{1,6})[²³23]?$")
"""An amount of a unit for each of another one: 80km/h."""

_NUMBERS = re.compile(r"[0-9.,$€£%]+(?:/[0-9.,$€£%]+)*/?$")


def path(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A path with slashes. It has a letter, so that 1/2 and 10/12/2024 stay numbers."""
    match = _POSIX.match(text, at)
    if match is None:
        return None
    written = _trimmed(match.group(), text, match.end())
    if "/" not in written or not (_LETTER.search(written) or written in ("~/", "./", "../", "..") or "*" in written):
        return None
    if written[0].isdecimal() and _NUMBERS.match(written.split("/")[0]) and not _files(written):
        return None
    if (rate := _RATE.match(written)) and rate[1] in SYMBOLS and rate[2] in SYMBOLS:
        return None
    if written[0] == "$" and _NUMBERS.match(written.split("/")[0]):
        return None
    shown, _, asked = written.partition("?")
    said = _say(shown if "=" in asked else written, "/", context)
    return _placed(text, at + len(written), said, context)


def windows_path(text: str, at: int, context: Context) -> tuple[int, str] | None:
    r"""C:\Users\me, C:/x, \\server\share, src\main.c."""
    match = _WINDOWS.match(text, at)
    if match is None:
        return None
    written = _trimmed(match.group(), text, match.end())
    if match[1]:
        drive = f"{context.verbaliser.one_by_one(match[1].upper())} {context.term('colon')}"
        rest = _say(written[2:].replace("/", "\\"), "\\", context)
        return _placed(text, at + len(written), f"{drive} {rest}", context)
    if not _LETTER.search(written):
        return None
    return _placed(text, at + len(written), _say(written, "\\", context), context)


def file(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A file's name by its known extension, or a pattern: main.py, foo.tar.gz, *.md."""
    match = _FILE.match(text, at)
    while match and not _is_file(match, context):
        # "main.py.Then" and "e.g.foo": a shorter name may be one.
        shorter = match.group().rpartition(".")[0]
        match = _FILE.fullmatch(text, at, at + len(shorter)) if "." in shorter[1:] and len(shorter) < 60 else None
        if match and text[match.end() : match.end() + 2] not in (". ", ".", ".\n"):
            match = None
    if match is None:
        return None
    return _placed(text, match.end(), _say_segment(match.group(), context), context)


def hidden(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """.gitignore, .env.local; not ".5"."""
    match = _HIDDEN.match(text, at)
    if match is None:
        return None
    return _placed(text, match.end(), _say_segment(match.group(), context), context)


def _files(written: str) -> bool:
    last = written.rstrip("/").rpartition("/")[2].rpartition(".")
    return bool(last[1]) and last[2].lower() in EXTENSIONS and not last[2].isdecimal()


def _is_file(match: re.Match[str], context: Context) -> bool:
    name, ending = match.group(), match[1]
    if "*" in name:
        return name.count("*") <= 2 and (ending == "*" or _LETTER.match(ending) is not None)
    stem = name[: -len(ending) - 1]
    if ending.lower() not in EXTENSIONS or not _LETTER.search(stem):
        return False
    if ending == "so" and stem.isalpha() and not stem.startswith("lib"):
        return False
    # "It is.so" and "P.S." are none: a short ending, or one with a capital, needs a stem of a program.
    if len(ending) == 1:
        return len(stem) > 1 and (stem.islower() or "_" in stem) and ending.islower() and "." not in stem
    return ending.islower() or ending.isupper()


def _trimmed(written: str, text: str, end: int) -> str:
    """Without the marks of the sentence at its end."""
    while written and written[-1] in ".,;:!?*=" and not written.endswith(("/*", "/**", "/..", "/.")):
        written = written[:-1]
    if (
        written.endswith(("/.", "/.."))
        and not text[end : end + 1].strip()
        and len(written) > 3
        and not written.endswith("../..")
    ):
        written = written.rstrip(".")
    return written


def _say(written: str, separator: str, context: Context) -> str:
    slash = context.term("slash" if separator == "/" else "backslash")
    parts = written.split(separator)
    said = [_say_segment(part, context, first=place == 0) for place, part in enumerate(parts)]
    named = [place for place, words in enumerate(said) if words]
    if len(named) > LONGEST:
        head, tail = said[: named[0] + 1], said[named[-KEPT] :]
        said = [*head, context.term("through"), *tail]
    return " ".join(" ".join(word for item in said for word in (slash, item)).split()[len(slash.split()) :])


def _say_segment(segment: str, context: Context, first: bool = False) -> str:
    if segment == "~" and first:
        return context.term("home")
    if is_hash(segment) or is_uuid(segment):
        return say_code(segment, context)
    return spell(segment, context, file=True)


def _placed(text: str, end: int, said: str, context: Context) -> tuple[int, str]:
    """With the test's name, the line and the column that follow."""
    if test := _TEST.match(text, end):
        say = spell if "_" in context.named else identifier
        names = (say(name, context) for name in test.group().split("::") if name)
        end, said = test.end(), ", ".join([said, *names])
    if match := _PLACE.match(text, end):
        line, column, last = match[1] or match[4] or match[6], match[2] or match[5], match[3] or match[7]
        end = match.end()
        word = context.term("lines" if last else "line")
        said += f", {word} {number(line, context)}"
        if last:
            said += f" {context.term('to')} {number(last, context)}"
        if column:
            said += f", {context.term('column')} {number(column, context)}"
    return end, said

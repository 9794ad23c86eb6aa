"""Program code, read line by line: statements as code, comments as prose. Pure.

Silent are indentation, quotes around strings, the marks of comments (``#``, ``//``, ``/* */``, ``--``, ``;``,
``<!-- -->``, and the three quotes of a docstring) and lines that have neither letter nor digit in a comment. All else
is read. What a comment is, is guessed without knowing the language.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats.by_line.colours import past_colours
from ttsmesh.model.text.formats.by_line.writer import PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage
from ttsmesh.model.text.terms.credentials.keys import is_secret, key_before

LONGEST = 400
"""Characters of a line that are read as one passage."""

_CLOSERS = {"/*": "*/", "<!--": "-->", '"""': '"""', "'''": "'''"}

_STRING_OR_COMMENT = re.compile(
    r"""(?P<docstring>\"{3}|'{3})|(?P<string>"(?:[^"\\]|\\.){0,400}"|`(?:[^`\\]|\\.){0,400}`"""
    r"""|(?:(?<!\w)|(?<=\b[rRbBfFuUL]))'(?:[^'\\]|\\.){0,100}')"""
    r"""|(?P<comment>/\*|<!--|//|--|;|\#)"""
)
_DIRECTIVE = re.compile(r"#(?:!|\[|include|define|undef|if|else|elif|endif|pragma|error|warning|region|endregion)")
_TWO_WORDS = re.compile(r"\W{0,8}[^\W\d_]+[ ,.'-]{1,3}[^\W\d_]{2,}")
_COMMENT_MARKS = re.compile(r"[#/*;!<>\s-]*")

_STATEMENT = re.compile(
    r"\s{0,200}(?:"
    r"(?:from\s[\w.]{1,80}\s)?import\s+(?:[\w.*{}\"'@/-]{1,80})(?:[\s,;].{0,120})?$|\#\s?include\s*[<\"]"
    r"|\#\s?(?:define|ifdef|ifndef|pragma)\b"
    r"|(?:async\s+)?def\s+\w+[?!]?\s*(?:\(|$)|(?:export\s+|public\s+|abstract\s+|final\s+)*class\s+\w+\s*[({:<]"
    r"|(?:export\s+)?(?:default\s+)?(?:async\s+)?function\b\*?\s*\w*\s*\(|(?:export\s+)?(?:const|let|var"
    r"|val)\s+[\w{[][^=]{0,80}=[^=]"
    r"|(?:pub(?:\(\w+\))?\s+)?(?:fn|struct|enum|trait|impl|mod)\s+[\w<][^.]{0,120}[({;<>]"
    r"|func\s+(?:\([^)]{1,60}\)\s*)?\w+\s*\(|package\s+[\w.]+;?$"
    r"|(?:if|for|while|switch|catch)\s*\([^\n]{1,200}\)\s*\{?$|(?:if|elif|for|while|with|except|match"
    r"|case)\s[^\n]{1,200}:$|(?:else|try|finally|do):?\s*\{?$"
    r"|return\b[^\n]{0,200};$|(?:public|private|protected|static)\s[^.\n]{1,160}[;{(]|@\w[\w.]*(?:\(.{0,120}\))?$"
    r"|using\s+[\w.]+;$"
    r"|(?:SELECT|INSERT INTO|UPDATE|CREATE TABLE|DELETE FROM)\s.{1,200}(?:;$|\sFROM\s|\($|\sSET\s|VALUES)"
    r"|SELECT\s[\w*.,(\"' )]{1,200}$"
    r"|(?:FROM|(?:(?:LEFT|RIGHT|INNER|FULL|OUTER|CROSS) ){0,2}JOIN|WHERE|GROUP BY|ORDER BY)\s[\w.\"]{1,60}"
    r"(?:[\s,;(<>=!][^\n]{0,200})?$"
    r")"
)
_SHAPE = re.compile(
    r"\s{0,200}(?:[{}\[\]()]{1,6}[;,]?$|[^\n]{0,200}[)\]}=\w\"']\s?[;{]$|[^\n]{0,200}=>\s*[{(]?"
    r"|(?:[\w.\[\]\"'$*]{1,80}\s*(?::\s?[\w\[\], .|]{1,40}\s*)?[:+*/|&-]?=\s*[^=\s][^\n]{0,200})$"
    r"|[\w.:$>-]{1,80}!?\([^\n]{0,200}\)[;,]?$"
    r"|\"[^\"\n]{1,80}\"\s*:\s*(?:[\"{\[\d-]|true|false|null)|(?i:<!doctype|<html|<\?xml|<script|<style)\b"
    r"|[a-z-]{2,40}:\s[^.\n]{1,80};$)"
)
_MEANT = re.compile(r"[(){}\[\]=<>;\"]")
_PROMPT = re.compile(r"(?:\$|>>>|\S{1,40}@\S{1,40}[:~]\S{0,80}[$#]) [a-z./~][\w./-]{0,80}(?: |$|\()")
_COMMENT_LINE = re.compile(r"\s{0,200}(?://|#|/\*|\*|--|;|<!--)")
_PROSE = re.compile(r"(?:[^\W\d_]+,? +){4}[^\W\d_]+")


def likely(lines: Sequence[str]) -> bool:
    """Whether ``lines`` certainly are code: a shell's prompt, or two lines or more that mostly look like it."""
    first = next(iter(lines), "")
    if _PROMPT.match(first):
        return True
    statements = shapes = prose = comments = 0
    for line in lines:
        line = line[:LONGEST].rstrip()
        if _STATEMENT.match(line):
            statements += 1
        elif _SHAPE.match(line) and _MEANT.search(line):
            shapes += 1
        elif _COMMENT_LINE.match(line):
            comments += 1
        elif _PROSE.search(line):
            prose += 1
    found = statements + shapes
    return (
        found >= 2
        and (statements > 0 or shapes >= 3)
        and 5 * found >= 2 * (len(lines) - comments)
        and 4 * prose < found
    )


@past_colours
def read(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
    """The lines of ``text``. ``carry["comment"]``: the mark that ends the comment which goes on."""
    writer = PassageWriter(text, offset)
    for line in lines_of(text, offset):
        if line.text:
            read_line(writer, line.start, line.end, carry, term)
        else:
            writer.lengthen_pause("paragraph")
    return writer.passages()


def read_line(writer: PassageWriter, start: int, end: int, carry: dict[str, Any], term: Callable[[str], str]) -> None:
    """Write the passages of ``start:end``, a line of code or a part of it."""
    while start < end:
        cut = min(end, start + LONGEST)
        if cut < end:
            space = writer.source(start, cut).rfind(" ")
            cut = start + space + 1 if space > LONGEST // 2 else cut
        _read_part(writer, start, cut, carry, term)
        start = cut


def _read_part(writer: PassageWriter, start: int, end: int, carry: dict[str, Any], term: Callable[[str], str]) -> None:
    while start < end:
        if closer := carry.get("comment"):
            closed = writer.source(start, end).find(closer)
            _comment(writer, start, end if closed < 0 else start + closed)
            if closed < 0:
                return
            del carry["comment"]
            start += closed + len(closer)
            continue
        code = writer.source(start, end)
        strings, opener = _tokens(code)
        at = len(code) if opener is None else opener.start()
        _statement(writer, code[:at], start, strings, term)
        if opener is None:
            return
        start += opener.end()
        if closer := _CLOSERS.get(opener.group()):
            carry["comment"] = closer
        else:
            _comment(writer, start, end)
            return


def _tokens(code: str) -> tuple[list[tuple[int, int]], re.Match[str] | None]:
    """Where the strings of ``code`` stand, up to where a comment or docstring opens, and that opening."""
    strings = []
    for found in _STRING_OR_COMMENT.finditer(code):
        if found["string"]:
            strings.append(found.span())
        elif found["docstring"]:
            if not code[: found.start()].strip(" \trRbBfFuU"):
                return strings, found
            strings.append(found.span())
        elif _opens_comment(code, found.start(), found.group()):
            return strings, found
    return strings, None


def _opens_comment(code: str, at: int, mark: str) -> bool:
    before, after = code[:at].rstrip(), code[at + len(mark) :]
    if mark in _CLOSERS:
        return True
    if before and not code[at - 1].isspace() and not (mark == "//" and before[-1] in ";{},)"):
        return False
    if mark == "#":
        return not _DIRECTIVE.match(code, at) and (after[:1] in " #" or not before) and not code.endswith("{")
    if mark == "//":
        return not before or before[-1] in ";{},)" or bool(_TWO_WORDS.match(after))
    if mark == "--":
        return after[:1] in " -" and (not before or before[-1] in ",;()")
    return not before or bool(after[:1] == " " and _TWO_WORDS.match(after) and not re.search(r"[=<>(){};]", after))


def _comment(writer: PassageWriter, start: int, end: int) -> None:
    """Write ``start:end``, the words of a comment with its marks, as prose."""
    text = writer.source(start, end)
    marks = _COMMENT_MARKS.match(text)
    assert marks is not None
    words = text.rstrip(" \t*/-#=<>")
    if any(character.isalnum() for character in words):
        begin = marks.end()
        if text[begin - 1 : begin + 1].strip(".0123456789") == "-":
            begin -= 1  # a sign
        writer.leave_out(start + begin)
        writer.copy(start + begin, start + len(words))
        writer.close("clause")


def _statement(
    writer: PassageWriter, code: str, start: int, strings: list[tuple[int, int]], term: Callable[[str], str]
) -> None:
    """Write ``code``, which stands at ``start``, without its indentation and the quotes of its ``strings``."""
    if not code.strip():
        return
    at = len(code) - len(code.lstrip())
    end = len(code.rstrip())
    writer.leave_out(start + at)
    for first, last in strings:
        writer.copy(start + at, start + first)
        inside = code[first + 1 : last - 1]
        if code[first:last] in _CLOSERS:
            writer.leave_out(start + last)
        elif not inside.strip("\"'"):
            before = " " if code[first - 1 : first].strip() else ""
            writer.say(before + term("empty string"), start + last)
        elif (key := key_before(code, first)) and is_secret(key, inside):
            writer.copy(start + first, start + last)  # the rules for secrets know it by its quotes
        else:
            writer.say(" " if code[first - 1 : first].isalnum() else "", start + first + 1)
            writer.copy(start + first + 1, start + last - 1)
            writer.say(" " if code[last : last + 1].isalnum() else "", start + last)
        at = last
    writer.copy(start + at, start + end)
    writer.close("clause", "code")

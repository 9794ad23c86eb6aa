"""What tests, compilers, linters and make tell of their run. Pure.

Counts and messages are read in the order in which they stand. A place, ``src/main.c:12:5``, is said as a file and a
line. Tests that passed, one a line, and the dots of a test run are counted: "12 passed".

Silent are lines and ends of lines that are drawn (``====``, ``----``), columns, percentages of progress, source lines
that a message shows with their carets, the source of a failed test but the line that failed, lines that announce a
single test, and the names of tests that passed. Each of them is in the span of the piece after it, or of the count.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats import traces
from ttsmesh.model.text.formats.by_line.colours import past_colours
from ttsmesh.model.text.formats.by_line.writer import Line, PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage

_DIAGNOSTIC = re.compile(
    r"(?:\s{0,8}|In file included from )(?P<path>[\w.@~/\\+-]{1,300}?(?:\.\w{1,8}|file|/\w{1,40}))"
    r"(?:[:](?P<line>\d{1,7})(?:[:.-]\d{1,7}){0,2}|[(](?P<other>\d{1,7})(?:,\d{1,7})?[)])"
    r"\s?(?P<gap>:\s?|\s-\s|,$|$)"
    r"(?=\s?(?:fatal |internal compiler )?(?P<level>[Ee]rror|[Ww]arning|note|info|hint|remark)\b|)"
)
_GUTTER = re.compile(r"\s{0,12}(?:\d{1,7}\s?|\.{3}|>\s?\d{1,7}\s?|)\s?[|│](?:\s|$)")
_ARROW = re.compile(r"\s{0,12}(?:-->|:::|╭─\[|┌─)\s?(?P<path>[^\s:]{1,300}):(?P<line>\d{1,7})(?::\d{1,7})?\]?$")
_CARETS = re.compile(r"\s{0,400}(?:[~^]{1,400}|-{0,200}\^[-~^ ]{0,200})(?:\s[^\n]{0,80})?$")
_RULE = re.compile(r"\s{0,40}[=\-_*─━~#⎯+]{3,400}$")
_TITLE = re.compile(r"\s{0,8}[=_\-─⎯]{2,200}\s+(?P<title>\S[^\n]{0,300}?)\s{1,8}[=_\-─⎯]{2,200}$")
_DOTS = re.compile(
    r"(?P<path>[\w./\\-]{1,200}\.\w{1,6}\s+)?(?P<dots>[.FEsxXuPS]{1,400})(?P<percent>\s{0,200}\[\s?\d{1,3}%\])?$"
)
_PASSED = re.compile(
    r"\s{0,20}(?:ok \d{1,7}(?:\s[^\n]{0,300})?|[✓✔√]\s[^\n]{1,300}|---\sPASS:\s[^\n]{1,200}"
    r"|PASS(?:ED)?:?\s\s?\S{1,200}(?<!\.[jt]s)(?<!\.[jt]sx)"
    r"|test\s[^\n]{1,200}\s\.\.\.\s(?:ok|bench[^\n]{0,100})|\S[^\n]{0,200}\s\.\.\.\sok"
    r"|[^\s:][^\n]{0,300}?\sPASSED(?:\s+\[\s?\d{1,3}%\])?"
    r"|\s?\d{1,6}/\d{1,6}\s[^\n]{1,100}\s(?:Passed|OK)\s[^\n]{0,40})$"
)
_FAILED = re.compile(
    r"\s{0,20}(?:not ok\s\d|[✕✗✘×]\s\S|---\s(?:FAIL|SKIP):\s|(?:FAIL(?:ED)?|ERROR|FAILURES?|SKIPPED|XFAIL)(?::"
    r"|\s)\s?\S|test\s\S{1,200}\s\.\.\.\s(?:FAILED|ignored)"
    r"|[^\s:]{1,200}::[^\n]{1,300}?\s(?:FAILED|ERROR|SKIPPED|XFAIL))"
)
_ANNOUNCED = re.compile(
    r"=== (?:RUN|PAUSE|CONT|NAME)\s|TAP version \d|\d{1,6}\.\.\d{1,6}$|running \d{1,6} tests?$|● Console"
)
_SUMMARY = re.compile(
    r"\s{0,8}(?:=+\s)?(?:\d{1,7}\s(?:failed|passed|skipped|errors?|warnings?|xfailed|deselected|failures?"
    r"|problems?)\b[^\n]{0,200}"
    r"|test result: [^\n]{1,200}|Tests?(?: Suites| Files)?:?\s+(?:run: )?\d[^\n]{1,200}"
    r"|Ran \d{1,7} tests?(?: in [^\n]{1,40})?|OK(?: \([^\n]{1,80}\))?"
    r"|FAILED \([^\n]{1,80}\)|(?:FAIL|ok|PASS)\s*\t\S[^\n]{0,200}|Found \d{1,7} (?:errors?"
    r"|warnings?)\b[^\n]{0,200}|# (?:tests|pass|fail|ok)\s\d{1,7}"
    r"|[✖✗]\s?\d{1,7} problems?[^\n]{0,100}|All checks passed!|Success: no issues found[^\n]{0,100}"
    r"|Time:\s+\d[^\n]{0,60}|\d{1,3}% tests passed[^\n]{0,100}"
    r"|error: aborting due to [^\n]{1,100}|error: could not compile [^\n]{1,200}|BUILD (?:FAILED|SUCCESSFUL"
    r"|SUCCESS)\b[^\n]{0,80}"
    r"|(?:error|warning)(?:\[\w{1,12}\])?: [^\n]{1,600})(?:\s=+)?$"
)
_MAKE = re.compile(
    r"(?P<make>[\w./-]{0,60}make(?:\[\d{1,4}\])?): \*{3} (?:\[(?P<file>[\w./-]{1,200}):(?P<line>\d{1,7}): "
    r"(?P<target>[^\]\n]{1,200})\]|\[)?"
)
_LINT = re.compile(r"\s{1,8}(?P<line>\d{1,7}):\d{1,7}\s+(?P<text>(?:error|warning|info)\s+\S[^\n]{0,600})$")
_PYTEST_HEAD = re.compile(r"platform \w{1,20} -- |rootdir: |plugins: |cachedir: |configfile: |asyncio: |collecting ")
_COULD_BE_PROSE = re.compile(r"(?:ok|PASS|FAIL|OK|ERROR|FAILED|error|warning|Found)\b")
_PERCENT = re.compile(r"\s+\[\s?\d{1,3}%\]$")
_PYTEST_TITLE = re.compile(
    r"=+ (?:test session starts|FAILURES|ERRORS|PASSES|warnings summary|short test summary info"
    r"|slowest \d[^\n]{0,40}) =+$"
)
_EXCEPTION = re.compile(r"E {3,9}\S")
_STRONG = (_MAKE, _ARROW, _SUMMARY, _FAILED, _PASSED, _ANNOUNCED, _LINT, _PYTEST_TITLE, _EXCEPTION)
_MARKED = (_TITLE, _RULE, _GUTTER, _CARETS, _PYTEST_HEAD, re.compile(r">\s{3}"))
_LONGEST = 1000
"""Characters of a line that may tell of a test."""

_MARK = re.compile(r"[E>]?\s{1,200}(?:[✕✗✘×✖●•=]\s{1,9})?|[✕✗✘×✖●•=]\s{1,9}|-{3}\s(?=FAIL|SKIP)")
_OUTCOMES = (
    ("passed", ".P"),
    ("failed", "F"),
    ("errors", "E"),
    ("skipped", "sS"),
    ("expected failures", "xu"),
    ("unexpected passes", "X"),
)


def likely(lines: Sequence[str]) -> bool:
    """Whether ``lines`` certainly tell of tests or of a compiler's run: half of them at least by their shape."""
    marked = strong = 0
    for line in (line.rstrip() for line in lines if len(line) <= _LONGEST):
        diagnostic = _DIAGNOSTIC.match(line)
        if (diagnostic and diagnostic["level"]) or _is_dots(line) or any(shape.match(line) for shape in _STRONG):
            strong += 1
        elif diagnostic or line.startswith("    ") or any(shape.match(line) for shape in _MARKED):
            marked += 1  # a line with an indentation is of the source, most likely
    return strong > 0 and 2 * (marked + strong) >= len(lines) and not _is_prose(lines)


@past_colours
def read(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
    """The results in ``text``. ``carry["test"]``: in the source of a test that failed."""
    writer = PassageWriter(text, offset)
    lines = lines_of(text, offset)
    at = 0
    while at < len(lines):
        if (end := traces.read_run(writer, lines, at, term)) > at:
            at = end
            continue
        if (end := _read_passed(writer, lines, at, term)) > at:
            at = end
            continue
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        _read_line(writer, lines[at], following, carry, term)
        at += 1
    return writer.passages()


def _is_prose(lines: Sequence[str]) -> bool:
    """One line that could be a sentence as well."""
    only = lines[0] if len(lines) == 1 else ""
    return bool(_COULD_BE_PROSE.match(only)) or (_is_dots(only) and not only.rstrip().endswith("%]"))


def _is_dots(line: str, certainly: bool = True) -> bool:
    """Whether ``line`` has the dots of a test run; a line of nothing but full stops is not ``certainly`` one."""
    match = _DOTS.match(line)
    if match is None:
        return False
    mixed = len(match["dots"]) >= 4 and "." in match["dots"]
    return match["percent"] is not None or (mixed and (not certainly or set(match["dots"]) != {"."}))


def _read_passed(writer: PassageWriter, lines: Sequence[Line], at: int, term: Callable[[str], str]) -> int:
    """Write how many tests passed by the lines from ``lines[at]``. Returns the number of the first line after them."""
    count, end = 0, at
    while end < len(lines) and len(lines[end].text) <= _LONGEST:
        text = lines[end].text
        if _PASSED.match(text) and not _SUMMARY.match(text):
            count += 1
        elif not _ANNOUNCED.match(text):
            break
        end += 1
    if count:
        writer.say(f"{count} {term('passed')}", lines[end - 1].end)
        writer.close("sentence")
    return end


def _read_line(
    writer: PassageWriter, line: Line, following: str, carry: dict[str, Any], term: Callable[[str], str]
) -> None:
    text = line.text[:2000]
    if not text:
        writer.lengthen_pause("paragraph")
    elif _RULE.match(text) or _CARETS.match(text) or (_GUTTER.match(text) and not _SUMMARY.match(text)):
        pass
    elif title := _TITLE.match(text):
        carry["test"] = text.lstrip()[0] == "_"
        writer.copy(line.start + title.start("title"), line.start + title.end("title"))
        writer.close("sentence")
    elif _is_dots(text, certainly=False) and (dots := _DOTS.match(text)):
        _dots(writer, line, dots, term)
    elif place := _ARROW.match(text) or _LINT.match(text) or _DIAGNOSTIC.match(text):
        _place(writer, line, place, term)
    elif make := _MAKE.match(text):
        _make(writer, line, make, term)
    elif _CARETS.match(following) and following.strip() and not _SUMMARY.match(text) and not _FAILED.match(text):
        pass  # what the carets below point at
    elif carry.get("test") and (text.startswith("    ") and not text.startswith("E")):
        pass  # the source of a test
    else:
        _plain(writer, line, text, carry)


def _plain(writer: PassageWriter, line: Line, text: str, carry: dict[str, Any]) -> None:
    mark = _MARK.match(text)
    begin = mark.end() if mark else 0
    style = "code" if carry.get("test") and text.startswith(">") else "prose"
    percent = _PERCENT.search(text[-20:])
    end = line.end - (len(percent.group()) if percent else 0)
    writer.copy(line.start + begin, end)
    writer.close("sentence", "code" if style == "code" else "prose")


def _place(writer: PassageWriter, line: Line, place: re.Match[str], term: Callable[[str], str]) -> None:
    """A file and a line, and what is told of them."""
    parts = place.groupdict()
    number = "line" if parts.get("line") else "other"
    if parts.get("path"):
        begin = line.indent if place.re is _DIAGNOSTIC else place.start("path")
        writer.copy(line.start + begin, line.start + place.end("path"))
        writer.say(f", {term('line')} ", line.start + place.start(number))
    else:
        writer.say(f"{term('line')} ", line.start + place.start(number))
    writer.copy(line.start + place.start(number), line.start + place.end(number))
    begin = place.start("text") if parts.get("text") else place.end()
    if begin < len(line.text):
        writer.say(": ", line.start + begin)
        writer.copy(line.start + begin, line.end)
    writer.close("sentence")


def _make(writer: PassageWriter, line: Line, make: re.Match[str], term: Callable[[str], str]) -> None:
    writer.copy(line.start, line.start + make.end("make"))
    writer.say(": ", line.start + (make.start("file") if make["file"] else make.end()))
    begin = make.end()
    if make["file"]:
        writer.copy(line.start + make.start("file"), line.start + make.end("file"))
        writer.say(f", {term('line')} ", line.start + make.start("line"))
        writer.copy(line.start + make.start("line"), line.start + make.end("line"))
        writer.say(": ", line.start + make.start("target"))
        writer.copy(line.start + make.start("target"), line.start + make.end("target"))
    elif make.group().endswith("["):
        begin = line.text.find("]", begin)
        if begin >= 0:
            writer.copy(line.start + make.end(), line.start + begin)
            begin += 1
        else:
            begin = make.end()
    if line.text[begin:].strip():
        if begin > make.end() or make["file"]:
            writer.say(", ", line.start + begin)
        writer.copy(line.start + begin + len(line.text[begin:]) - len(line.text[begin:].lstrip()), line.end)
    writer.close("sentence")


def _dots(writer: PassageWriter, line: Line, dots: re.Match[str], term: Callable[[str], str]) -> None:
    """The file whose tests run, and how many came out in which way."""
    if dots["path"]:
        path = dots["path"].rstrip()
        writer.copy(line.start, line.start + len(path))
        writer.say(": ", line.start + len(path))
    counts = [(sum(map(dots["dots"].count, marks)), outcome) for outcome, marks in _OUTCOMES]
    writer.say(", ".join(f"{count} {term(outcome)}" for count, outcome in counts if count), line.end)
    writer.close("sentence")

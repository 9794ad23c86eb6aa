"""Diffs as git and diff -u write them, logs with diffs, and what git status and diff --stat say. Pure.

First it is said how many files there are and how many lines are added and removed, as far as the text that is given
goes. Then for each file its name and what became of it, for each hunk its line and what it is in, and its lines: all
that are removed (added) in a row follow one word.

Silent are the unchanged lines of a hunk; all of a file's header but the name (hashes, modes, ``---``, ``+++``); the
numbers of a hunk's header but the first line in the new file; a binary patch; the bars of diff --stat; the hints of
git status; all but the first seven digits of a commit's hash. Each of them is in the span of the piece after it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats import code
from ttsmesh.model.text.formats.by_line.colours import past_colours
from ttsmesh.model.text.formats.by_line.writer import Line, PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage

_HUNK = re.compile(r"(@{2,9})(?: -(\d{1,9})(?:,(\d{1,9}))?)+ \+(\d{1,9})(?:,(\d{1,9}))? @{2,9}(?: (.*))?$")
_BARE_HUNK = re.compile(r"@@(?: \.{3} @@)?$")
_GIT = re.compile(r"diff --(?:git|cc|combined) (.+)$")
_HEADER = re.compile(
    r"(?:index [0-9a-f]|(?P<new>new file mode) \d|(?P<deleted>deleted file mode) \d|old mode \d|(?P<mode>new mode) \d"
    r"|(?:dis)?similarity index \d|rename from |copy from |rename to (?P<renamed>.+)|copy to (?P<copied>.+)"
    r"|(?P<binary>Binary files .+ differ|GIT binary patch)|--- (?P<old>\S.*)|\+\+\+ (?P<now>\S.*)|diff -\S{1,40} .+$)"
)
_MOVED = re.compile(r"(?:rename|copy) from (.+)$")
_STAT = re.compile(r"\s(\S[^|]{0,300}?) {1,80}\| {1,12}(\d{1,9}|Bin [^\n]{0,80}?)( [+-]{1,200})?$")
_STAT_SUM = re.compile(r"\s?\d{1,9} files? changed(?:, \d{1,9} (?:insertion|deletion)s?\([+-]\)){0,2}$")
_STATUS = re.compile(r"\t?(?:modified|new file|deleted|renamed|copied|both modified|typechange): +(\S.*)$")
_STATUS_HEAD = re.compile(r"(?:On branch \S+|Changes (?:not staged|to be committed)|Untracked files:|Unmerged paths:)")
_HINT = re.compile(r'\s+\(use "git [^\n]{1,200}\)$')
_COMMIT = re.compile(r"commit ([0-9a-f]{7,64})(?: \([^\n]{1,200}\))?$")
_DATE = re.compile(
    r"(?:Author|Commit)?Date: +([A-Z][a-z]{2}) ([A-Z][a-z]{2} \d{1,2}) (\d\d:\d\d):\d\d (\d{4}) [+-]\d{4}$"
)
"""Of the date of a commit the seconds and the zone are silent."""
_ONELINE = re.compile(
    r"[*|\\/ ]{0,12}(?=[0-9a-f]{0,11}[0-9])(?=[0-9a-f]{0,11}[a-f])[0-9a-f]{7,12} "
    r"(?:\([^)\n]{1,200}\) )?[^\W_][^\n]{0,400}$"
)
"""A commit of git log --oneline."""
_UNKNOWN = 10**9
"""Lines of a hunk whose header has no numbers."""


def likely(lines: Sequence[str]) -> bool:
    """Whether ``lines`` certainly are of a diff, of git log, of git status or of diff --stat."""
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if _HUNK.match(line) or (_GIT.match(line) and (not following or _HEADER.match(following))):
            return True
        if line.startswith("--- ") and following.startswith("+++ "):
            return True
        if _COMMIT.match(line) and following.startswith(("Author:", "Merge:")):
            return True
        if _STAT.match(line) and (_STAT.match(following) or _STAT_SUM.match(following)):
            return True
        if _STATUS_HEAD.match(line) and (_HINT.match(following) or _STATUS_HEAD.match(following)):
            return True
    return bool(lines) and (all(map(_STATUS.match, lines)) or (len(lines) > 1 and all(map(_ONELINE.match, lines))))


@past_colours
def read(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
    """The diff in ``text``.

    ``carry``: "counted" when the counts were said, "file" its name as it was said, "left" the lines left of the hunk
    (in the old and in the new file), "columns" how many marks a line of it begins with, "side" and "comment" for the
    lines removed ("-") or added ("+") that go on, "patch" inside a binary patch.
    """
    reader = _Reader(text, offset, carry, term)
    lines = lines_of(text, offset)
    kinds = _kinds(lines, carry)
    for line, kind in zip(lines, kinds, strict=True):
        if kind == "header" and not carry.get("counted"):
            reader.counts(kinds, lines)
        reader.line(line, kind)
    reader.end_file()
    return reader.writer.passages()


def _kinds(lines: list[Line], carry: dict[str, Any]) -> list[str]:
    """What each line is: "header", "hunk", "+", "-", "context", "no newline", "patch" or "other"."""
    kinds = []
    left, columns, patch = list(carry.get("left", ())), carry.get("columns", 1), bool(carry.get("patch"))
    for number, line in enumerate(lines):
        text = line.text
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        hunk = _HUNK.match(text)
        if hunk or _BARE_HUNK.match(text):
            left = [int(hunk[3] or 1), int(hunk[5] or 1)] if hunk else [_UNKNOWN, _UNKNOWN]
            columns, patch = len(hunk[1]) - 1 if hunk else 1, False
            kind = "hunk"
        elif left and _is_of_hunk(text, following, left):
            marks = text[:columns]
            kind = "+" if "+" in marks else "-" if "-" in marks else "no newline" if marks[:1] == "\\" else "context"
            left = [left[0] - (kind in "- context"), left[1] - (kind in "+ context")]
        elif _GIT.match(text) or _HEADER.match(text):
            left, patch = [], text == "GIT binary patch"
            kind = "header"
        elif patch and text:
            kind = "patch"
        else:
            left, kind = [] if text else left, "other"
        kinds.append(kind)
    carry["left"], carry["columns"], carry["patch"] = left, columns, patch
    return kinds


def _is_of_hunk(text: str, following: str, left: list[int]) -> bool:
    if not text:
        return max(left) > 0
    if text[0] == "\\":
        return True
    if max(left) <= 0 or max(left) > _UNKNOWN // 2:  # it should be over, or may be over
        return (text[0] in "+-" and not (text.startswith("--- ") and following.startswith("+++ "))) or (
            text[0] == " " and max(left) > 0
        )
    return text[0] in "+- \t"


class _Reader:
    """Writes the passages of one text."""

    def __init__(self, text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> None:
        self.writer = PassageWriter(text, offset)
        self._carry, self._term = carry, term
        self._header: list[Line] = []

    def counts(self, kinds: list[str], lines: list[Line]) -> None:
        files = len({_name(line.text) for line, kind in zip(lines, kinds, strict=True) if _names_file(line, kind)})
        files = max(files, 1)
        words = [f"{files} {self._term('file' if files == 1 else 'files')}"]
        words += [f"{kinds.count(mark)} {self._term(word)}" for mark, word in (("+", "added"), ("-", "removed"))]
        self.writer.say(f"{self._term('diff')}: {', '.join(words)}", 0)
        self.writer.close("sentence")
        self._carry["counted"] = True

    def line(self, line: Line, kind: str) -> None:
        if kind != "header" or _GIT.match(line.text):
            self.end_file()
        if kind not in "+-":
            self._carry.pop("side", None)
            self._carry.pop("comment", None)
        if kind == "header":
            self._header.append(line)
        elif kind == "hunk":
            self._hunk(line)
        elif kind in "+-":
            self._changed(line, kind)
        elif kind == "no newline":
            self.writer.say(self._term("no newline at end of file"), line.end)
            self.writer.close("sentence")
        elif kind == "other" and line.text:
            self._other(line)
        elif kind == "other":
            self.writer.lengthen_pause("paragraph")

    def end_file(self) -> None:
        """Say what the header that was gathered tells."""
        if not self._header:
            return
        names, found = [], {}
        for line in self._header:
            if name := _name(line.text):
                names.append(name)
            if match := _HEADER.match(line.text):
                found.update({key: value for key, value in match.groupdict().items() if value})
        known = [name for name in names if name != "/dev/null"]
        renamed = found.get("renamed") or found.get("copied")
        name = renamed or (known[-1] if known else str(self._carry.get("file", "")))
        words = [f"{self._term('file')} {name}"] if name and name != self._carry.get("file") else []
        if renamed:
            moved = f"{self._term('renamed' if 'renamed' in found else 'new')} {self._term('from')}"
            sources = (_MOVED.match(line.text) for line in self._header)
            words += [f"{moved} {source[1]}" for source in sources if source][:1]
        old_is_nothing = found.get("old", "").startswith("/dev/null")
        new_is_nothing = found.get("now", "").startswith("/dev/null")
        for is_so, word in (
            ("new" in found or old_is_nothing, "new"),
            ("deleted" in found or new_is_nothing, "deleted"),
            ("mode" in found, "mode changed"),
            ("binary" in found, "binary"),
        ):
            words += [self._term(word)] if is_so else []
        if words:
            self.writer.say(", ".join(words), self._header[-1].end)
            self.writer.close("sentence")
        self._carry["file"] = name[:1000]
        self._header = []

    def _hunk(self, line: Line) -> None:
        match = _HUNK.match(line.text)
        if match is None:
            return
        if int(match[4]) or not match[5]:
            self.writer.say(f"{self._term('line')} ", line.start + match.start(4))
            self.writer.copy(line.start + match.start(4), line.start + match.end(4))
            self.writer.close("sentence")
        if match[6] and match[6].strip():
            self.writer.leave_out(line.start + match.start(6))
            self.writer.copy(line.start + match.start(6), line.end)
            self.writer.close("sentence", "code")

    def _changed(self, line: Line, side: str) -> None:
        writer = self.writer
        if self._carry.get("side") != side:
            self._carry.pop("comment", None)
            self._carry["side"] = side
            writer.say(self._term("added" if side == "+" else "removed"), line.start + self._carry["columns"])
            writer.close("clause")
        begin = min(line.start + int(self._carry["columns"]), line.end)
        writer.leave_out(begin)
        if writer.source(begin, line.end).strip():
            code.read_line(writer, begin, line.end, self._carry, self._term)
        else:
            writer.lengthen_pause("paragraph")

    def _other(self, line: Line) -> None:
        """A line outside of a file's hunks: of a commit, of git status or of diff --stat."""
        writer, text = self.writer, line.text
        if _HINT.match(text):
            return
        if stat := _STAT.match(text):
            writer.copy(line.start + stat.start(1), line.start + stat.end(1))
            writer.say(", ", line.start + stat.start(2))
            writer.copy(line.start + stat.start(2), line.start + stat.end(2))
            writer.leave_out(line.end)
        elif date := _DATE.match(text):
            writer.copy(line.start, line.start + date.start(1))
            writer.say(f"{date[1]} {date[2]}, {date[4]}, {date[3]}", line.end)
        elif commit := _COMMIT.match(text):
            writer.copy(line.start, line.start + min(commit.end(1), commit.start(1) + 7))
            writer.leave_out(line.start + commit.end(1))
            writer.copy(line.start + commit.end(1), line.end)
        else:
            begin = line.start + line.indent
            for sign in re.finditer(r"\([+-]\)", text) if _STAT_SUM.match(text) else ():
                writer.copy(begin, line.start + sign.start())
                begin = line.start + sign.end()
                writer.leave_out(begin)
            writer.copy(begin, line.end)
        writer.close("sentence")


def _names_file(line: Line, kind: str) -> bool:
    return kind == "header" and not line.text.startswith("--- ") and _name(line.text) not in ("", "/dev/null")


def _name(header: str) -> str:
    """The file that a line of a header names, without ``a/`` or ``b/``, "" if it names none."""
    if git := _GIT.match(header):
        names = git[1]
        middle = max(names.find(" b/"), names.find(' "b/'))
        name = names[middle + 1 :] if middle >= 0 else names
    elif header.startswith(("+++ ", "--- ")):
        name = header[4:].partition("\t")[0]
    elif header.startswith("rename to "):
        name = header[10:]
    else:
        return ""
    name = name.strip().strip('"')
    return name[2:] if name[:2] in ("a/", "b/") else name

"""The frames of stack traces: which function was in which line of which file. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ttsmesh.model.text.formats.by_line.writer import Line

_MARGIN = re.compile(r"[\s|+]{0,40}(?:-\+)?(?:-{3,80}[ \d]{0,8}-{3,80}\s?)?")
_FRAMES = tuple(
    re.compile(pattern)
    for pattern in (
        # Python
        r'File "(?P<path>[^"]{1,400})", line (?P<line>\d{1,9})(?:, in (?P<name>\S.{0,200}))?$',
        # Java
        (
            r"at (?P<name>[\w.$<>/@-]{1,300})\((?P<path>[\w$.-]{1,200}\.\w{1,10}):(?P<line>\d{1,9})\)"
            r"(?: ~?\[.{0,200}\])?$"
        ),
        r"at (?P<name>[\w.$<>/@-]{1,300})\((?P<path>Native Method|Unknown Source)\)$",
        # JavaScript
        (
            r"at (?:async )?(?:new )?(?P<name>[\w.$<>#]{1,200})(?: \[as \w{1,80}\])? \((?P<path>[^()\n]{1,400}?):"
            r"(?P<line>\d{1,9}):\d{1,9}\)$"
        ),
        (
            r"at (?:async )?(?P<path>(?:[\w.-]{1,10}:)?[^\s()]{1,400}?\.\w{1,10}"
            r"|node:[\w/]{1,100}):(?P<line>\d{1,9}):\d{1,9}$"
        ),
        r"at (?P<name>(?:async )?Promise\.\w{1,20}) \(index \d{1,9}\)$",
        r"at (?P<name><anonymous>|[\w.$<> ]{1,200} \(<anonymous>\))$",
        # C#
        r"at (?P<name>[\w.`<>+\[\]]{1,300})\([^\n]{0,400}\)(?: in (?P<path>[^\n]{1,400}):line (?P<line>\d{1,9}))?$",
        # Ruby
        r"from (?P<path>\S[^\n]{0,400}?):(?P<line>\d{1,9})(?::in [`'](?P<name>[^'\n]{1,200})')?$",
        # PHP
        r"#\d{1,4} (?P<path>[^\s()]{1,400}\.\w{1,8})\((?P<line>\d{1,9})\): (?P<name>[\w\\:>{}-]{1,200})\(.{0,400}$",
        r"#\d{1,4} (?P<name>\{main\}|\[internal function\]).{0,400}$",
        # gdb and sanitizers
        (
            r"#\d{1,4} {1,2}(?:0x[\da-f]{1,16} in )?(?P<name>[\w:~<>.@+-]{1,300})(?: \([^\n]{0,600}?\))? (?:at )?"
            r"(?P<path>/?[\w./+-]{1,400}):(?P<line>\d{1,9})(?::\d{1,9})?$"
        ),
        r"#\d{1,4} {1,2}0x[\da-f]{1,16} in (?P<name>\S{1,300})(?: [^\n]{0,400})?$",
    )
)
_GO_CALL = re.compile(r"(?P<name>(?:created by )?[\w./*()\[\]-]{3,500}?)(?:\([^()\n]{0,600}\)| in goroutine \d{1,9})$")
_GO_PLACE = re.compile(r"\s{1,8}(?P<path>\S[^\n:]{0,400}\.(?:go|s)):(?P<line>\d{1,9})(?: \+0x[\da-f]{1,16})?$")
_RUST_CALL = re.compile(r"\s{1,8}\d{1,4}: (?:0x[\da-f]{1,16} - )?(?P<name>[\w:<>{}$.&, #-]{1,300})$")
_RUST_PLACE = re.compile(r"\s{4,24}at (?P<path>\S{1,400}?):(?P<line>\d{1,9})(?::\d{1,9})?$")
RUBY = re.compile(r"(?P<path>[^\s:]{1,400}\.rb):(?P<line>\d{1,9}):in [`'](?P<name>[^'\n]{1,200})': (?P<message>\S.*)$")
_LIBRARY = re.compile(
    r"site-packages|dist-packages|node_modules|/usr/|/lib/python|<frozen|<string>|<anonymous>|node:|/rustc/|/\.cargo/"
    r"|/go/pkg/|/runtime/|/src/(?:runtime|testing|net/http)/|/vendor/|/gems/|<internal:|Native Method"
    r"|Unknown Source|webpack"
)
_LIBRARY_NAME = re.compile(
    r"(?:java|javax|jdk|sun|kotlin|kotlinx|scala|com\.sun|org\.(?:junit|apache|springframework|gradle|hibernate))[./]"
    r"|(?:runtime|testing|panic|reflect|net/http)[.(]|(?:std|core|alloc|tokio|rust_begin_unwind|test)(?:::|$)"
    r"|<(?:std|core|alloc)::"
    r"|(?:System|Microsoft|Xunit|NUnit)\.|Module\._|\{main\}|<anonymous>$|\[internal|__libc|_start$|created by runtime"
    r"|__asan|__interceptor|(?:abort|raise)$"
)
_PACKAGES = re.compile(r"^(?:[a-z_]\w{0,60}\.){1,12}(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Frame:
    name: str
    path: str
    line: str

    @property
    def is_own(self) -> bool:
        return not (_LIBRARY.search(self.path) or _LIBRARY_NAME.match(self.name))

    def words(self, term: Callable[[str], str]) -> str:
        """ "in parse, file parser.py, line 42" """
        path = re.split(r"[/\\]", self.path)[-1].partition("?")[0]
        name = re.sub(r"^.*/|::h[\da-f]{16}$", "", self.name)
        name = name.strip("{}").replace("(*", "").replace(").", ".")  # PHP's {main}, Go's receivers
        name = _PACKAGES.sub("", "" if name.endswith(("<module>", "<main>", "<anonymous>")) else name)
        said = [(term("in"), name), (term("file"), path), (term("line"), self.line)]
        return ", ".join(f"{word} {value}" for word, value in said if value)


def inner(text: str) -> str:
    """``text`` without its indentation and the lines that a group of exceptions draws."""
    margin = _MARGIN.match(text)
    assert margin is not None
    return text[margin.end() :]


def frame_at(lines: Sequence[Line], at: int) -> tuple[Frame | None, int]:
    """The frame at ``lines[at]``, and the number of the first line after it."""
    text = lines[at].text
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    if len(text) <= 1000 and len(following) <= 1000:
        for call, place in ((_GO_CALL, _GO_PLACE), (_RUST_CALL, _RUST_PLACE)):
            if (placed := place.match(following)) and (named := call.match(text)):
                return Frame(named["name"], placed["path"], placed["line"]), at + 2
        bare = inner(text)
        if bare.startswith(("at ", "File ", "from ", "#")):
            for pattern in _FRAMES:
                if match := pattern.match(bare):
                    parts = match.groupdict()
                    frame = Frame(parts.get("name") or "", parts.get("path") or "", parts.get("line") or "")
                    return frame, _after_source(lines, at) if bare.startswith("File ") else at + 1
        if (match := _RUST_CALL.match(text)) and "::" in text:
            return Frame(match["name"], "", ""), at + 1
    return None, at + 1


def _after_source(lines: Sequence[Line], at: int) -> int:
    """The number of the first line after the source lines and carets that are indented below ``lines[at]``."""
    indent = len(lines[at].text) - len(inner(lines[at].text))
    end = at + 1
    while end < len(lines) and end - at < 8:
        text = lines[end].text
        if not text or len(text) - len(inner(text)) <= indent or inner(text).startswith(("File ", "[Previous")):
            break
        end += 1
    return end


def begins_ruby(lines: Sequence[Line], at: int) -> bool:
    """Whether a Ruby trace begins, whose first line has the frame before the message."""
    return len(lines[at].text) <= 1000 and RUBY.match(lines[at].text) is not None

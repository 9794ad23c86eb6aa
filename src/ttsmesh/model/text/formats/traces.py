"""Stack traces of Python, Java and its kin, JavaScript, Go, Rust, C#, Ruby, PHP, gdb and sanitizers. Pure.

The message is read first and then one frame, the last one that is the program's own: its function, file and line, and
how many other frames there are. A Python or Ruby trace, whose message stands after a frame, becomes one piece that
stands for all of it. Elsewhere the message is read as it stands, and one piece stands for its frames. Each exception
of a chain has its message and frame.

Silent, and in the span of the piece that stands for the frames, are all other frames, the folders of the file, source
lines and carets under frames, columns, addresses and arguments, and lines that only announce a trace. Silent too are
the packages before the name of an exception.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats.by_line.colours import past_colours
from ttsmesh.model.text.formats.by_line.frames import RUBY, Frame, begins_ruby, frame_at, inner
from ttsmesh.model.text.formats.by_line.writer import Line, PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage

_MORE = re.compile(r"\.\.\. (\d{1,9}) (?:more|common frames omitted)$|\[Previous line repeated (\d{1,9}) more times\]$")
_ANNOUNCES = re.compile(
    r"Traceback \(most recent call last\):$|Exception Group Traceback \(most recent call last\):$|stack backtrace:$"
    r"|(?:PHP )?Stack trace:$|goroutine \d{1,9} \[[^\]\n]{1,100}\]:$|\[signal SIG[^\n]{1,200}\]$"
    r"|During handling of the above exception, another exception occurred:$|note: (?:run with `RUST"
    r"|[Ss]ome details are)"
    r"|The above exception was the direct cause of the following exception:$"
    r"|--- End of (?:inner exception )?stack trace"
    r"|thrown in \S{1,400} on line \d{1,9}$|-{3,}$"
)
_PYTHON = ("Traceback (most", "Exception Group Traceback")
_CARETS = re.compile(r"[\s~^|]{1,400}$")
_PACKAGE = re.compile(
    r"(?:[a-z_]\w{0,60}\.){1,12}(?=[A-Z]\w{0,80}(?:Error|Exception|Warning|Throwable|Fault|Interrupt)?\b(?:: |$))"
)
_ERROR = re.compile(
    r"(?:Caused by: |Suppressed: |Exception in |Unhandled exception|Uncaught |panic: |thread '"
    r"|[\w.$:]{1,200}(?:Error|Exception)\b)"
)


def likely(lines: Sequence[str]) -> bool:
    """Whether ``lines`` certainly are of a trace: frames, or the beginning of one, in most lines."""
    found = [Line(line.rstrip(), 0) for line in lines[:200]]
    if not found:
        return False
    frames = known = at = 0
    while at < len(found):
        frame, end = frame_at(found, at)
        text = inner(found[at].text)
        frames += frame is not None
        known += (end - at) if frame else bool(_ANNOUNCES.match(text) or _ERROR.match(text) or _MORE.match(text))
        at = end
    head = inner(found[0].text)
    announced = head.startswith((*_PYTHON, "goroutine ", "stack backtrace:")) or begins_ruby(found, 0)
    panics = (head.startswith("thread '") and " panicked at " in head) or head.startswith("panic: runtime error")
    return (
        (announced and (frames > 0 or len(found) == 1))
        or panics
        or (frames > 0 and known >= 2 and 2 * known >= len(found))
    )


@past_colours
def read(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
    """The traces in ``text`` and what stands around them. Nothing is carried: a part of a trace is read as one."""
    writer = PassageWriter(text, offset)
    lines = lines_of(text, offset)
    at = 0
    while at < len(lines):
        if (end := read_run(writer, lines, at, term)) > at:
            at = end
            continue
        line = lines[at]
        if not line.text:
            writer.lengthen_pause("paragraph")
        elif not _CARETS.match(line.text) and (bare := inner(line.text)):
            begin = line.end - len(bare)
            if package := re.search(r"(?:^|: |\" )" + _PACKAGE.pattern, line.text[:600]):
                first = package.group().find(next(c for c in package.group() if c.islower() or c == "_"))
                writer.copy(begin, line.start + package.start() + first)
                begin = line.start + package.end()
                writer.leave_out(begin)
            writer.copy(begin, line.end)
            writer.close("sentence")
        at += 1
    return writer.passages()


def begins(lines: Sequence[Line], at: int) -> bool:
    """Whether ``read_run`` would write the frames of a trace at ``lines[at]``, unless no frame follows."""
    text = inner(lines[at].text)
    return bool(frame_at(lines, at)[0] or _ANNOUNCES.match(text) or _MORE.match(text) or begins_ruby(lines, at))


def read_run(writer: PassageWriter, lines: Sequence[Line], at: int, term: Callable[[str], str]) -> int:
    """Write the frames that begin at ``lines[at]``, with their message where that stands after them.

    Returns the number of the first line after them, ``at`` if no frames are there.
    """
    if not lines[at].text:
        return at
    first, text = at, inner(lines[at].text)
    python, message = text.startswith(_PYTHON), ""
    frames: list[Frame] = []
    others = 0
    if begins_ruby(lines, at) and (match := RUBY.match(text)):
        frames.append(Frame(match["name"], match["path"], match["line"]))
        message = match["message"]
        at += 1
    while at < len(lines):
        text = inner(lines[at].text)
        frame, end = frame_at(lines, at)
        if frame:
            frames.append(frame)
            python = python or text.startswith('File "')
            at = end
        elif match := _MORE.match(text):
            others += int(match[1] or match[2])
            at += 1
        elif _ANNOUNCES.match(text) and (at == first or not text.startswith(_PYTHON)):
            python = python or text.startswith(_PYTHON)
            at += 1
        else:
            break
    if python and frames and at < len(lines) and lines[at].text and not text.startswith(_PYTHON):
        message = _PACKAGE.sub("", text, count=1) if _PACKAGE.match(text) else text
        at += 1
    if frames:
        ordered = frames[::-1] if python else frames
        frame = next((frame for frame in ordered if frame.is_own), ordered[0])
        others += len(frames) - 1
        rest = f"{term('and')} {others} {term('more')}" if others else ""
        words = ", ".join(part for part in (frame.words(term), rest) if part)
        writer.say(f"{message}{'' if message[-1:] in '.!?' else '.'} {words}" if message else words, lines[at - 1].end)
        writer.close("sentence")
    elif others:
        writer.say(f"{term('and')} {others} {term('more')}", lines[at - 1].end)
        writer.close("sentence")
    return at

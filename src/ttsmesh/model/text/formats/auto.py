"""Tells which format a text is in, and a block of it. Pure.

In doubt it is prose: a single odd line makes no format.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats import code, diff, log, results, traces
from ttsmesh.model.text.passages import Passage

Reader = Callable[[str, int, dict[str, Any], Callable[[str], str]], list[Passage]]

READERS: dict[str, Reader] = {
    "diff": diff.read,
    "traces": traces.read,
    "results": results.read,
    "log": log.read,
    "code": code.read,
}
"""Formats that are read line by line, in the order in which they are tried: a trace may stand in a log."""

HEAD = 8192
"""Characters at the beginning of a text that tell its format."""

_LIKELY: dict[str, Callable[[Sequence[str]], bool]] = {
    "diff": diff.likely,
    "traces": traces.likely,
    "results": results.likely,
    "log": log.likely,
    "code": lambda lines: _is_code(lines),
}
_ESCAPES = re.compile(r"\x1b\[[0-?]{0,30}[ -/]{0,5}[@-~]")
_FENCE = re.compile(r"[ \t>]{0,20}(?:```|~~~(?!~{0,200}\^))")
_CERTAIN = re.compile(
    r"\*\*[^\s*][^*\n]{0,300}\*\*|\[[^\[\]\n]{1,200}\]\((?:https?:|[./#]|mailto:|\w)[^()\s]{0,500}\)"
    r"|\[[^\[\]\n]{1,200}\]\(/[^/()\n]{1,200}/\)|^\$\$|</?(?:a|b|br|details|div|h[1-6]|i|img|kbd|p|sub|summary|sup)\b[^<>]{0,500}>"
    r"|^[ \t]{0,12}[-*+][ \t]+\[[ xX]\][ \t]|^[ \t]{0,3}\|?[ \t]{0,9}:?-{3,}:?[ \t]{0,9}\|[-:| \t]*$"
    r"|^#{2,6}[ \t]+[^\W_]|^\[\^[^\]\s]{1,40}\]:|^[ \t]{0,3}<!--"
)
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_REMARK = re.compile(r"[^\W\d_][^(){}\[\]=;<>#\"\n]{1,600}\s*")
_TITLE = re.compile(r"#[ \t]+[^\W_]")
_WEAK = re.compile(
    r"(?<![\w`])`[^`\s](?:[^`\n]{0,200}[^`\s])?`(?![\w`])|(?<![\w*])\*[^\s*](?:[^*\n]{0,200}[^\s*])?\*(?![\w*])"
    r"|(?<![\w_])_[^\s_](?:[^_\n]{0,200}[^\s_])?_(?![\w_])|^[ \t]{0,3}>[ \t]"
)

_MARKUP = frozenset("*[<$|#`_>~")
"""Characters without which a line has no markup: most lines of prose have none of them."""


def format_of_text(head: str) -> str:
    """The format of the text that begins with ``head``: "markdown", "text", "code", "diff" or "log"."""
    lines = [line for line in _ESCAPES.sub("", head).splitlines() if line.strip()]
    if not lines:
        return "text"
    for name in ("diff", "log"):
        if _LIKELY[name](lines):
            return name
    if any(_FENCE.match(line) for line in lines):
        return "markdown"
    blocks = _EMPTY_LINE.split(head.strip())
    framed = _is_remark(blocks[0]) or (len(head) < HEAD and _is_remark(blocks[-1]))
    if not framed and not results.likely(lines) and not traces.likely(lines) and _is_code(lines):
        return "code"
    return "markdown" if is_markdown(head.splitlines()) else "text"


def format_of_block(lines: Sequence[str]) -> str:
    """Which of ``READERS`` reads the block ``lines``, or "" for prose."""
    if not lines:
        return ""
    plain = [_ESCAPES.sub("", line) for line in lines]
    return next((name for name, likely in _LIKELY.items() if likely(plain)), "")


def _is_remark(block: str) -> bool:
    """Whether ``block`` is what people write before or after a piece of code."""
    return not block[:1].islower() and all(
        " " in line.strip() and _REMARK.fullmatch(line) for line in block.splitlines()
    )


def _is_code(lines: Sequence[str]) -> bool:
    """Whether ``lines`` are code, not only a command's line and what the command answered."""
    return code.likely(lines) and (len(lines) == 1 or not is_command(lines[0]) or code.likely(lines[1:]))


def is_command(line: str) -> bool:
    """Whether ``line`` is a command behind a prompt."""
    return code.likely([line])


def goes_on(name: str, lines: Sequence[str], carry: dict[str, Any]) -> bool:
    """Whether ``lines``, behind an empty line, belong to what the format ``name`` was reading before."""
    if name == "diff":
        return any(carry.get("left") or ())
    return name in ("code", "traces") and all(line[:1].isspace() for line in lines)


def is_markdown(lines: Sequence[str]) -> bool:
    """Whether ``lines`` have markup: one thing that is hardly anything else, or two that could be."""
    weak = 0
    for number, line in enumerate(lines):
        if _MARKUP.isdisjoint(line):
            continue
        if _FENCE.match(line) or _CERTAIN.search(line):
            return True
        alone = (
            not (lines[number - 1].strip() if number else "") and not "".join(lines[number + 1 : number + 2]).strip()
        )
        weak += 2 * (bool(_TITLE.match(line)) and alone and len(lines) > 1) + bool(_WEAK.search(line))
        if weak >= 2:
            return True
    return False

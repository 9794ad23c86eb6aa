"""What of a text is said from a place on. Pure.

The mesh reads a text from its beginning, which takes seconds for a book. So it gets the paragraph with the place and
what is behind it, and before that what the rest cannot be understood without.
"""

import re
from dataclasses import dataclass

from ttsmesh.wire.client_messages import Progress, WordHeard
from ttsmesh.wire.schema import Message

NEAR = 2000
"""Characters before a place that are read again without a delay that anybody would notice."""

_PARAGRAPH = re.compile(r"(?:\r\n|[\r\n])[ \t]*(?:\r\n|[\r\n])")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\r\n]*)", re.MULTILINE)
_VOICE = re.compile(r"\[voice:[^\]\n]*\]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A ``text`` to say from its character ``start`` on.

    What is at ``place`` in it is at ``place + offset`` in the whole text, except in its first characters: so many of
    them stand ``before`` what is an excerpt.
    """

    text: str
    start: int
    offset: int = 0
    before: int = 0

    def moved(self, message: Message) -> Message:
        """``message`` about the excerpt, with places in the whole text."""
        match message:
            case WordHeard(start=start, end=end, start_s=start_s, end_s=end_s):
                return WordHeard(start=self._in_whole(start), end=self._in_whole(end), start_s=start_s, end_s=end_s)
            case Progress(heard=heard, characters=characters) if characters is not None:
                return Progress(heard=heard, characters=self._in_whole(characters))
        return message

    def _in_whole(self, place: int) -> int:
        return max(place, self.before) + self.offset


def excerpt(text: str, place: int, read_as: str | None = None, *, tags: bool = False) -> Excerpt:
    """What to say from ``place`` on of a text that is read as ``read_as``, and has ``tags``."""
    if place <= NEAR or read_as == "ssml":
        return Excerpt(text, place)
    cut = _cut(text, place)
    before = _voice(text, cut) if tags else ""
    if read_as in (None, "auto", "markdown"):
        before += _fence(text, cut)
    return Excerpt(before + text[cut:], len(before) + place - cut, cut - len(before), len(before))


def _cut(text: str, place: int) -> int:
    """Where the paragraph at ``place`` begins, or its line if it is a long one, or the place itself."""
    least = place - NEAR
    ends = [found.end() for found in _PARAGRAPH.finditer(text, least, place)]
    return ends[-1] if ends else text.rfind("\n", least, place) + 1 or place


def _voice(text: str, cut: int) -> str:
    """The tag of the voice that speaks at ``cut``, if one was named before."""
    last = None
    for last in _VOICE.finditer(text, 0, cut):  # noqa: B007  # reason: the last one is wanted
        pass
    return "" if last is None else last[0]


def _fence(text: str, cut: int) -> str:
    """The line that began the code in which ``cut`` is, in Markdown, if it is in some."""
    opened = ""
    fence = ""
    for found in _FENCE.finditer(text, 0, cut):
        mark, rest = found[1], found[2]
        if not fence:
            if mark[0] == "~" or "`" not in rest:
                fence, opened = mark, found[0] + "\n"
        elif mark.startswith(fence) and not rest.strip():
            fence = opened = ""
    return opened

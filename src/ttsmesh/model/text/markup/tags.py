"""Reads the tags ``[voice:NAME]`` and ``[pause:1.5s]`` in a text of any format. Pure."""

import re
from collections.abc import Iterator

from ttsmesh.errors import Code, RejectedError, quoted
from ttsmesh.limits import MAX_NAME
from ttsmesh.model.text.markup.markup import Cast, Wish
from ttsmesh.model.text.markup.notes import BREAK_MAX_MS, Break, Manner
from ttsmesh.model.text.markup.plain import Plain
from ttsmesh.model.text.markup.values import milliseconds
from ttsmesh.model.text.segments import Delivery

FEED = 8 * 1024
"""Characters of the source that are read at once."""

_TAG = re.compile(rf"\[(voice|pause):([^\[\]\n]{{0,{MAX_NAME}}})\]")
_OWN = frozenset({"", "default"})
"""What stands for the voice of the utterance."""


class Tags:
    """Reads ``source`` into ``plain``. The arguments and ``wishes`` are those of ``Ssml``."""

    root_language = ""

    def __init__(self, source: str, plain: Plain, cast: Cast, language: str, *, detect: bool) -> None:
        self.wishes: set[Wish] = set()
        self._source = source
        self._plain = plain
        self._cast = cast
        self._detect = detect

    def steps(self) -> Iterator[None]:
        """Read a part of the source with each step.

        Raises:
            RejectedError: a tag has a value that it cannot have.
        """
        at = 0
        for tag in _TAG.finditer(self._source):
            yield from self._copy(at, tag.start())
            self._tag(tag)
            at = self._behind(tag.end())
        yield from self._copy(at, len(self._source))

    def _copy(self, start: int, end: int) -> Iterator[None]:
        for at in range(start, end, FEED):
            self._plain.copy(self._source[at : min(at + FEED, end)], at)
            yield

    def _behind(self, end: int) -> int:
        """Where the text goes on. A tag leaves neither two spaces nor an empty line where it stood."""
        before, behind = self._plain.last, self._source[end : end + 1]
        if (behind == " " and not before.strip()) or (behind == "\n" and before in ("", "\n")):
            return end + 1
        return end

    def _tag(self, tag: re.Match[str]) -> None:
        kind, value = tag[1], tag[2].strip()
        if kind == "pause":
            asked = milliseconds(value)
            if asked is None or asked > BREAK_MAX_MS:
                most = round(BREAK_MAX_MS / 1000)
                raise RejectedError(f"{quoted(tag[0])}: a pause is like 1.5s or 300ms, at most {most}s", Code.TEXT)
            self._plain.note(Break(self._plain.length, asked))
        elif value in _OWN:
            self._plain.note(Manner(self._plain.length))
        else:
            wish = Wish((value,))
            self.wishes.add(wish)
            voice, language = self._cast.get(wish, (None, ""))
            self._plain.note(Manner(self._plain.length, "" if self._detect else language, Delivery(voice)))


def written(part: str) -> str:
    """``part`` of a source without its tags. It neither begins nor ends inside one."""
    return _TAG.sub("", part)

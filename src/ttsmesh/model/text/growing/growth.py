"""A text that is still being written, and how far it was read. Pure: the clock is an argument, in seconds.

It is read like any other text, block by block with the state that the reader left. Sentences of a block that has not
ended are read before, and again with the rest of the block, so the reader never sees a block in parts. What was certain
the first time is not given again.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ttsmesh.model.text.formats.lines import LOOKAHEAD
from ttsmesh.model.text.growing.open_block import Certain, Quiet, certain
from ttsmesh.model.text.reading import WINDOW, Block, Reading
from ttsmesh.model.text.segments import Segment

SETTLE = 0.5
"""Seconds without more text after which a whole line, or a sentence at the end of what has come, is taken for ended."""

MANY = 4 * LOOKAHEAD
"""Characters that are only counted, at most, before they are read though there is nothing to hear in them."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What is to be read now: ``text``, from character ``at`` of all that came. ``until``: see ``Certain``. ``final``:
    the text ends with it."""

    text: str
    at: int
    final: bool = False
    until: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """How far it was read: up to character ``at``, with the reader's ``state`` there. What ends before ``given`` was
    given to be said, and what ends before ``tried`` was certain."""

    at: int = 0
    given: int = 0
    tried: int = 0
    state: Mapping[str, Any] = field(default_factory=dict)


class Growth:
    """All places are characters of all that has come, from its beginning on. What was said is not kept.

    It is read in parts: ``begin`` begins one, and ``again`` goes back to its beginning. ``waiting`` counts the bytes of
    what is not said by now.
    """

    def __init__(self, reading: Reading, stall: float) -> None:
        """``stall``: seconds without more text after which all that waits is said."""
        self.reading = reading
        self.ended = False
        self.length = 0
        self.waiting = 0
        self._stall = stall
        self._text = ""  # from the beginning of the part on, as much as was needed
        self._from = 0
        self._more: deque[str] = deque()  # behind that
        self._grew = 0.0
        self._place = self._begin = _Place()
        self._base = 0

    # --- it grows ----------------------------------------------------------------------------------------------------

    def add(self, text: str, now: float) -> None:
        """Append ``text``."""
        if text:
            self._more.append(text)
            self.length += len(text)
            self.waiting += len(text.encode())
            self._grew = now

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True

    def drop(self) -> int:
        """Leave out what waits; how many characters that is."""
        dropped = self.length - self._given
        self._more.clear()
        self._text, self._from = "", self.length
        self._place = self._begin = _Place(self.length, self.length, self.length)
        self._base, self.waiting = self.length, 0
        return dropped

    # --- the part that is read ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """What is read from now on is another part. The one before is not kept."""
        self._begin = self._place
        self._text = self._text[self._begin.at - self._from :]
        self._from = self._begin.at
        self._base = self._given
        self._load(WINDOW)
        text = self._text[self._base - self._from :]
        self._base += len(text) - len(text.lstrip())

    def again(self) -> None:
        """The part is read once more."""
        self.waiting += self._size(self._begin.given, self._given)
        self._place = self._begin

    @property
    def part(self) -> str:
        """The text of the part, as far as it was given to be said, without white space around it."""
        return self._text[self._base - self._from : max(self._base, self._given) - self._from].rstrip()

    def in_part(self, at: int) -> int:
        """The place of character ``at`` in the text of the part."""
        return max(0, at - self._base)

    # --- it is read --------------------------------------------------------------------------------------------------

    @property
    def state(self) -> Mapping[str, Any]:
        """What the reader left at the place up to which it has read."""
        return self._place.state

    @property
    def done(self) -> bool:
        """Whether nothing more is to be read, now and later."""
        return self.ended and self._next(Quiet.STALLED) is None

    @property
    def pending(self) -> bool:
        """Whether the reader has something left to say at the text's end."""
        state = self._format_state
        return state.get("counting") in ("code", "fence") or bool(state.get("table"))

    def portion(self, now: float, *, audible: bool = False) -> Portion | None:
        """What is to be read now; None if that depends on what comes. ``audible``: only what may be heard."""
        found = self._next(self._quiet(now))
        if found is None:
            return None
        text, known, final = found
        if audible and known.counted and len(text) < MANY:
            return None
        until = None if known.until is None else self._place.at + known.until
        return Portion(text[: known.end], self._place.at, final, until)

    def deadline(self, now: float) -> float | None:
        """When there may be something to read even if nothing comes; None if never."""
        if self.ended or self.length == self._place.at:
            return None
        times = (self._grew + SETTLE, self._grew + self._stall)
        return next((time for time in sorted(times) if time > now), None)

    def took(self, portion: Portion, block: Block) -> list[Segment]:
        """The segments that are certain, of the ``block`` that was made of ``portion``."""
        given = self._given
        if portion.until is None:
            segments = [part for segment in block.segments if (part := _behind(segment, given)) is not None]
            if segments and not portion.final and not _ends_line(portion.text[: block.used]):
                segments[-1] = _goes_on(segments[-1])
            at = portion.at + block.used
            self._place = _Place(at, at, at, block.state)
        else:
            segments = []
            for number, segment in enumerate(block.segments, 1):
                if segment.end > portion.until:
                    break
                if (part := _behind(segment, given)) is not None:
                    if number == len(block.segments):
                        part = replace(_goes_on(part), unsayable=0)  # they are counted with the rest of the block
                    segments.append(part)
            end = max(given, segments[-1].end if segments else 0)
            self._place = replace(self._place, given=end, tried=portion.until)
        self.waiting -= self._size(given, self._given)
        return segments

    # --- its parts ---------------------------------------------------------------------------------------------------

    @property
    def _given(self) -> int:
        return max(self._place.at, self._place.given)

    @property
    def _format_state(self) -> Mapping[str, Any]:
        state: Mapping[str, Any] = self._place.state.get("format", {})
        return state

    def _quiet(self, now: float) -> Quiet:
        if self.ended or now >= self._grew + self._stall:
            return Quiet.STALLED
        return Quiet.SETTLED if now >= self._grew + SETTLE else Quiet.NO

    def _next(self, quiet: Quiet) -> tuple[str, Certain, bool] | None:
        """A window, what of it may be read, and whether the text ends with it."""
        self._load(WINDOW)
        begin = self._place.at - self._from
        text = self._text[begin : begin + WINDOW]
        whole = self._place.at + len(text) == self.length
        final = self.ended and whole
        if not text or (text.isspace() and whole and not self.reading.spell):
            return (text, Certain(len(text)), True) if final and self.pending else None
        if final or len(text) > LOOKAHEAD or self.reading.spell:
            return text, Certain(len(text)), final
        known = certain(text, self._format_state, max(self._given, self._place.tried) - self._place.at, quiet)
        return None if known is None else (text, known, False)

    def _load(self, size: int) -> None:
        """Have ``size`` characters behind the place that was read up to, if so many have come."""
        missing = size - (self._from + len(self._text) - self._place.at)
        found = [self._text]
        while missing > 0 and self._more:
            found.append(self._more.popleft())
            missing -= len(found[-1])
        if len(found) > 1:
            self._text = "".join(found)

    def _size(self, start: int, end: int) -> int:
        """Bytes of ``start:end``, which is loaded."""
        return len(self._text[start - self._from : end - self._from].encode())


def _behind(segment: Segment, given: int) -> Segment | None:
    """What of ``segment`` stands behind the place up to which all was given."""
    words = tuple(word for word in segment.words if word.end > given)
    if len(words) == len(segment.words) and (words or segment.start >= given):
        return segment
    return replace(segment, words=words, marks=()) if words else None


def _ends_line(text: str) -> bool:
    return text.rstrip(" \t\r").endswith("\n")


def _goes_on(segment: Segment) -> Segment:
    """``segment`` without the pause at the end of a paragraph, which may go on."""
    return replace(segment, pause="") if segment.pause in ("item", "paragraph") else segment

"""What of a session was said already, so that each answer is heard once, however its pieces and its end come. Pure.

No text is kept, because this goes to a file: of lines and pieces only their checksums are.
"""

import re
from typing import Any, NamedTuple
from zlib import crc32

from ttsmesh.cli.commands.agent.events import Answer, Notice, Piece

_MESSAGES = 20
"""Messages of a session that are remembered, the last ones."""

_LINES = 5000
"""Lines that were shown, of which the checksums are kept."""

_AT_ONCE = 100
"""Ticks, of which Linux has 100 a second, within which an agent calls all hooks of one event."""

_SOLID = re.compile(r"\S")


class Step(NamedTuple):
    """Append ``text``, if there is one, as piece ``number`` to what is said of ``message``. ``end``: no more comes."""

    message: str
    number: int
    text: str | None
    end: bool


class _Message:
    """An answer that comes in pieces. ``pieces``: how many characters each has, with blanks and without, and its sum.

    ``old``: of before the last prompt, so that no more of it is said. ``ended``: its last piece has come. ``whole``:
    all of it was taken. ``length``: characters that were taken of a text that is told as a whole each time.
    """

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        kept = kept or {}
        self.pieces = {int(i): (int(all_), int(solid), int(sum_)) for i, all_, solid, sum_ in kept.get("pieces", ())}
        self.length = int(kept.get("length", 0))
        self.old = bool(kept.get("old", False))
        self.ended = bool(kept.get("ended", False))
        self.whole = bool(kept.get("whole", False))

    def kept(self) -> dict[str, Any]:
        pieces = [(index, *piece) for index, piece in self.pieces.items()]
        return {"pieces": pieces, **{name: getattr(self, name) for name in ("length", "old", "ended", "whole")}}

    @property
    def in_order(self) -> int:
        """How many pieces have come before the first that is missing."""
        count = 0
        while count in self.pieces:
            count += 1
        return count

    @property
    def waits(self) -> bool:
        """Whether a piece has come, and one before it has not."""
        return self.in_order < len(self.pieces) and not self.old

    def taken(self, text: str, index: int) -> None:
        solid = _solid(text)
        self.pieces[index] = len(text), len(solid), _checksum(solid)

    def begins(self, solid: str) -> int | None:
        """How many characters of ``solid``, which has no blanks, are in its pieces, up to the first that is missing.

        None if it is another text.
        """
        place = 0
        for index in range(self.in_order):
            _, length, checksum = self.pieces[index]
            if _checksum(solid[place : place + length]) != checksum:
                return None
            place += length
        complete = self.ended and self.in_order == len(self.pieces)
        return None if place == 0 or (complete and place < len(solid)) else place


class Turn:
    """What was said since the last prompt, and what of before may still come.

    Times are those at which a hook's process began, in ticks: a piece whose process is older than the last prompt's is
    of before, even if it comes later.
    """

    def __init__(self, kept: Any = None) -> None:
        """``kept``: what ``kept`` gave. Anything else is as good as nothing."""
        self._hushed = -1
        self._messages: dict[str, _Message] = {}
        self._shown: dict[int, None] = {}  # checksums of lines, oldest first
        self._told: set[int] = set()  # of those that were said with the answer as a whole
        self._answered = ""
        self._noticed = (0, -_AT_ONCE)  # the checksum of the last notification, and when its hook began
        try:
            messages = {str(name): _Message(message) for name, message in kept["messages"]}
            shown = {int(line): None for line in kept["shown"]}
            told = {int(line) for line in kept["told"]}
            checksum, at = kept["noticed"]
            noticed = int(checksum), int(at)
            self._hushed, self._answered = int(kept["hushed"]), str(kept["answered"])
        except (AttributeError, KeyError, TypeError, ValueError):
            return
        self._messages, self._shown, self._told, self._noticed = messages, shown, told, noticed

    def kept(self) -> dict[str, Any]:
        """The same in plain values, for a file."""
        return {
            "hushed": self._hushed,
            "messages": [(name, message.kept()) for name, message in list(self._messages.items())[-_MESSAGES:]],
            "shown": list(self._shown)[-_LINES:],
            "told": list(self._told),
            "answered": self._answered,
            "noticed": self._noticed,
        }

    @property
    def hushed(self) -> int:
        """When the process of the last prompt began; -1 if there was none."""
        return self._hushed

    def hush(self, began: int) -> None:
        """There is a new prompt: nothing more is said of what was before."""
        self._hushed = max(self._hushed, began)
        for message in self._messages.values():
            message.old = True
        self._told.clear()

    def piece(self, piece: Piece, began: int) -> Step | None:
        """What is to be said of a piece."""
        message = self._messages.get(piece.message)
        if message is None:
            message = self._messages[piece.message] = _Message()
            message.old = began <= self._hushed  # and so are the pieces that come after it
        if message.whole:
            return None
        number, text = piece.number, piece.text
        if number is None:
            number, text = len(message.pieces), piece.text[message.length :]
            message.length = max(message.length, len(piece.text))
            message.whole = piece.final
            if not text and not (piece.final and message.pieces):
                return None
        if number in message.pieces:
            return None
        message.taken(text, number)
        message.ended |= piece.final
        if message.old:  # it is known all the same, because the whole of it may still be told
            return None
        lines = _lines(text)
        if lines and lines <= self._told:  # the answer as a whole has overtaken it
            return None
        self._shown.update(dict.fromkeys(lines))
        return Step(piece.message, number, text, piece.final)

    def answer(self, answer: Answer, began: int) -> Step | str | None:
        """What is to be said of the whole answer: it, or the rest of it, or nothing."""
        if began <= self._hushed:
            return None
        solid, lines = _solid(answer.text), _lines(answer.text)
        for name, message in reversed(self._messages.items()):
            place = message.begins(solid)
            if place is not None:
                return self._rest(name, message, answer.text, place)
        known = len(lines & self._shown.keys())
        if 2 * known > len(lines) or (known and any(message.waits for message in self._messages.values())):
            return None  # it is reported in part or in other words, or pieces are on their way
        identity = f"{answer.turn} {_checksum(solid)}"
        if self._told and identity == self._answered:
            return None
        self._told, self._answered = set(sorted(lines)[:_LINES]), identity
        return answer.text

    def notice(self, notice: Notice, began: int) -> bool:
        """Whether a notification is to be said. It is told twice where hooks of the user and of the project are."""
        if began <= self._hushed:
            return False
        checksum, at = self._noticed
        self._noticed = _checksum(notice.text), began
        return checksum != self._noticed[0] or abs(began - at) >= _AT_ONCE

    @staticmethod
    def _rest(name: str, message: _Message, text: str, place: int) -> Step | None:
        """What was not said yet of ``message``, whose whole text is ``text``. ``place`` characters and blanks were."""
        if message.old or message.whole or message.ended or message.waits:
            return None
        count = message.in_order
        message.whole = message.ended = True
        shown = sum(length for length, _, _ in message.pieces.values())
        rest = text[shown if len(_solid(text[:shown])) == place else _behind(text, place) :]
        return Step(name, count, rest, True) if rest.strip() else Step(name, count - 1, None, True)


def _solid(text: str) -> str:
    """``text`` without blanks, which differ from one report to the next."""
    return "".join(text.split())


def _lines(text: str) -> set[int]:
    return {_checksum(solid) for line in text.splitlines() if (solid := _solid(line))}


def _checksum(text: str) -> int:
    return crc32(text.encode())


def _behind(text: str, solid: int) -> int:
    """The place in ``text`` behind its first so many characters that are no blanks."""
    if solid == 0:
        return 0
    for number, found in enumerate(_SOLID.finditer(text), start=1):
        if number == solid:
            return found.end()
    return len(text)

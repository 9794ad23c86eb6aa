"""The two lines below the text, and the keys. Pure."""

from collections.abc import Iterable

from ttsmesh.cli.commands.reader.layout import columns
from ttsmesh.cli.commands.reader.session import Session, State

_SIGNS = {State.ASKED: "…", State.SPEAKING: "▶", State.PAUSED: "‖", State.ENDED: "■"}

_KEYS = (
    ("Space", "pause, and go on; at the end, begin again"),
    ("←  h", "a sentence back"),
    ("→  l", "a sentence on"),
    ("+  -", "faster, slower"),
    ("Enter", "speak from the cursor on, which is at a hit or a row"),
    ("↑ ↓  k j", "a row up, down"),
    ("PgUp PgDn  b f", "a page up, down"),
    ("Home End  g G", "to the beginning, the end"),
    ("Esc", "back to what is spoken"),
    ("/", "search; capitals count if you type one"),
    ("n N", "the next hit, the one before"),
    ("Ctrl-Z", "pause, and suspend the reader"),
    ("Ctrl-L", "draw everything again"),
    ("q", "quit; what it was saying falls silent"),
)

HELP = [f"  {keys:<16}{what}" for keys, what in _KEYS]
"""All keys, a line each."""

_SPACE = {State.ASKED: "stop", State.SPEAKING: "pause", State.PAUSED: "go on", State.ENDED: "speak"}

_FOOTER = ("←→ sentence", "+- speed", "Enter from here", "/ search", "? keys", "q quit")


def bar(session: Session, following: bool, said: str, line: tuple[int, int], name: str, width: int) -> str:
    """What the text does, or why it does nothing, and where and how fast, as far as ``width`` columns have room.

    ``said`` is what the last key has led to; ``line`` the number of the cursor's line, and how many there are.
    """
    left = f" {_SIGNS[session.state]} {said or session.note or session.state}"
    if not following:
        left += " (Esc: back to the word)"
    pieces = [f"{int(100 * session.fraction)}%"]
    if session.speed is not None:
        pieces.append(f"{session.speed:g}×")
    pieces.append(f"line {line[0]}/{line[1]}")
    pieces.append(_clock(session.heard_s))
    if session.left_s is not None and session.state is not State.ENDED:
        pieces.append(f"{_duration(session.left_s)} left")
    pieces.append(name)
    right = _joined((piece for piece in pieces if piece), "  ", width - _wide(left) - 3)
    return _clipped(left, width - _wide(right) - 1) + right + " "


def footer(state: State, width: int) -> str:
    """The most useful keys, as many as there is room for."""
    return _joined((f" Space {_SPACE[state]}", *_FOOTER), "  ", width)


def _joined(pieces: Iterable[str], between: str, width: int) -> str:
    """The first of the ``pieces`` that have room in ``width`` columns."""
    joined = ""
    for piece in pieces:
        longer = joined + between + piece if joined else piece
        if _wide(longer) > width:
            break
        joined = longer
    return joined


def _clipped(text: str, width: int) -> str:
    """``text`` in exactly ``width`` columns."""
    while text and _wide(text) > width:
        text = text[:-1]
    return text + " " * (width - _wide(text))


def _wide(text: str) -> int:
    return sum(map(columns, text))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"

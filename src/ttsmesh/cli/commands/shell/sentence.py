"""How a command ended and how long it took, in a sentence, as a colleague would say it."""

import os
import re
import signal
from collections.abc import Sequence

_PLAIN = re.compile(r"[\w./:@+-]{1,40}")
"""A word of a command line that can be said as it is. One with a = may hold what is nobody's business."""

_WORDS = 3
"""Words of the command that are said, at most."""

_BY_SIGNAL = {
    signal.SIGHUP: "lost its terminal",
    signal.SIGINT: "was interrupted",
    signal.SIGKILL: "was killed",
    signal.SIGTERM: "was terminated",
    **dict.fromkeys((signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV), "crashed"),
}


def sentence(command: Sequence[str], status: int, by_signal: int | None, seconds: float) -> str:
    """What to say of a ``command`` that ended with ``status``, or ``by_signal``, after so many ``seconds``."""
    if by_signal is not None:
        end = _BY_SIGNAL.get(by_signal, f"was ended by signal {by_signal}")  # type: ignore[call-overload]
    elif status:
        end = f"failed with status {status}"
    else:
        end = "finished"
    after = duration(seconds)
    return f"{name(command)} {end} after {after}." if after else f"{name(command)} {end}."


def name(command: Sequence[str]) -> str:
    """The program and its first words, up to an option: ``npm run build`` of ``/usr/bin/npm run build --silent``."""
    program = os.path.basename(command[0])
    words = [program] if _PLAIN.fullmatch(program) else ["the command"]
    for word in command[1:_WORDS]:
        if word.startswith("-") or not _PLAIN.fullmatch(word):
            break
        words.append(word)
    return " ".join(words)


def duration(seconds: float) -> str:
    """``seconds`` to the second, from ten minutes on to the minute, and from two days on to the hour; empty if there is
    not even one."""
    whole = round(seconds)
    if whole < 600:
        return _parts((whole // 60, "minute"), (whole % 60, "second"))
    minutes = round(seconds / 60)
    if minutes < 48 * 60:
        return _parts((minutes // 60, "hour"), (minutes % 60, "minute"))
    hours = round(seconds / 3600)
    return _parts((hours // 24, "day"), (hours % 24, "hour"))


def _parts(*parts: tuple[int, str]) -> str:
    return " and ".join(_count(number, unit) for number, unit in parts if number)


def _count(number: int, unit: str) -> str:
    if number > 1:
        return f"{number} {unit}s"
    return f"{'an' if unit == 'hour' else 'a'} {unit}"

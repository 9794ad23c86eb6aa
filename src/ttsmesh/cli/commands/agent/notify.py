"""The command in `notify` of Codex's settings: put in and taken out again, without a change to anything else. Pure.

It is a line of its own at the very beginning, before all tables. A file that we make has no end of line behind it.
"""

import tomllib
from collections.abc import Sequence

import tomlkit

from ttsmesh.cli.commands.agent.hooks import NotSettings

_KEY = "notify"


def command(text: str) -> list[str] | None:
    """The command that is there; None if there is none. Raises ``tomllib.TOMLDecodeError`` and ``NotSettings``."""
    found = tomllib.loads(text).get(_KEY)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise NotSettings("notify is no list of words")
    return found


def added(text: str | None, words: Sequence[str]) -> str:
    """``text``, settings without such a command, with it. Without a text: settings with nothing else."""
    line = f"{_KEY} = {tomlkit.item(list(words)).as_string()}"
    if text is None:
        return line
    return line + ("\r\n" if "\r\n" in text else "\n") + text


def removed(text: str) -> str | None:
    """``text`` without the command; None if it had nothing else from the beginning."""
    wanted = tomllib.loads(text)
    del wanted[_KEY]
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith(_KEY):
            rest = "".join(lines[:number] + lines[number + 1 :])
            if _says(rest, wanted):
                return rest if rest or line.endswith("\n") else None
    document = tomlkit.parse(text)  # somebody has written it on several lines
    document.remove(_KEY)
    return tomlkit.dumps(document)


def _says(text: str, wanted: dict[str, object]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False

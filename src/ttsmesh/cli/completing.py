"""What a shell completes: the values of options and arguments. Only a completion imports this module.

Nothing is started. What only the mesh knows is asked of it if it runs, and else there is nothing to offer. A value that
would have to be quoted is not offered.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ttsmesh.errors import TtsmeshError, printable
from ttsmesh.wire.schema import Message, Request

Items = list["CompletionItem[str]"]

_PATIENCE = 0.5
"""Seconds within which the mesh must answer: somebody has pressed a key, and waits."""

_SAID = 20
"""Texts of which the ids are offered."""

_SHOWN = 50
"""Characters of a text that are shown beside its id."""

_BARE = re.compile(r"[\w./:@%+,-]+")
"""What needs no quotes in any shell."""


def languages(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The codes of languages, with their names."""
    from ttsmesh.languages import AUTO, LANGUAGES, language_name

    known = {code: language_name(code) for code in LANGUAGES} | {AUTO: "sentence by sentence"}
    return _beginning(incomplete, known.items())


def living(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The ids of what sounds or waits."""
    return _beginning(incomplete, _living())


def said(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The ids of what sounds, waits or was said, the newest first, with the beginning of the text where it is kept."""
    from ttsmesh.wire.messages import History, HistoryEntry, TextPart

    found: dict[str, str] = {}
    for message in _asked(History(last=_SAID, text=True)):
        if isinstance(message, HistoryEntry):
            id = message.id
            found[id] = f"{message.voice}, {message.outcome}"
        elif isinstance(message, TextPart) and ": " not in found[id]:
            found[id] += f": {message.text.strip()[:_SHOWN]}"
    return _beginning(incomplete, [*_living(), *reversed(found.items())])


def callers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The names that callers have given themselves, the one heard last first, and of those who are muted."""
    from ttsmesh.wire.messages import History, HistoryEntry, Muted, Status, UtteranceState

    answers = [*reversed(_asked(History())), *_asked(Status())]
    names = [answer.caller for answer in answers if isinstance(answer, HistoryEntry | UtteranceState | Muted)]
    return _beginning(incomplete, ((name, "") for name in dict.fromkeys(filter(None, names))))


def words(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The words of the project's lexicon and of the user's."""
    from ttsmesh.cli.client import directory
    from ttsmesh.lexicon.files import content, user_lexicon
    from ttsmesh.lexicon.project import project_lexicon

    here = directory()
    paths = [path for path in (project_lexicon(here) if here else None, user_lexicon()) if path]
    sayings = {saying.word: saying.said for path in paths for saying in content(Path(path)).sayings}
    return _beginning(incomplete, sayings.items())


def commands(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The programs that can be run, or else files: the arguments of a program, or a program's path."""
    if ctx.params.get("command") or not incomplete or "/" in incomplete:
        return files(ctx, param, incomplete)
    return _beginning(incomplete, ((name, "") for name in sorted(set(_programs(incomplete)))))


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The names of files, which the shell knows best."""
    return [CompletionItem(incomplete, type="file")]


def folders(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """The names of directories."""
    return [CompletionItem(incomplete, type="dir")]


def _beginning(incomplete: str, values: Iterable[tuple[str, str]]) -> Items:
    """Those ``values`` that begin with what is typed, each with its help."""
    return [
        CompletionItem(value, help=printable(help) or None)
        for value, help in values
        if value.startswith(incomplete) and _BARE.fullmatch(value)
    ]


def _living() -> list[tuple[str, str]]:
    from ttsmesh.wire.messages import Status, UtteranceState

    found = [message for message in _asked(Status()) if isinstance(message, UtteranceState)]
    return [(one.id, f"{one.voice}, {one.state}") for one in found]


def _asked(request: Request) -> list[Message]:
    """The answer of the mesh; nothing if it does not run, or does not answer soon."""
    from ttsmesh.cli.client import ask
    from ttsmesh.host import locks
    from ttsmesh.wire import sockets

    try:
        # To connect would wait for a server that starts, or have systemd start one.
        if locks.server_pid(sockets.runtime_dir()) is None:
            return []
        with ask(request, may_start=False, patience=_PATIENCE) as client:
            return [client.first, *client]
    except TtsmeshError:
        return []


def _programs(incomplete: str) -> Iterator[str]:
    for folder in os.get_exec_path():
        try:
            with os.scandir(folder) as entries:
                yield from (
                    entry.name
                    for entry in entries
                    if entry.name.startswith(incomplete) and entry.is_file() and os.access(entry.path, os.X_OK)
                )
        except OSError:
            continue

"""Puts our commands into the settings of agents, finds them there, and takes them out again. Blocking."""

import os
import shlex
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ttsmesh.cli.commands.agent import hooks, notify, settings
from ttsmesh.cli.commands.agent.agents import AGENTS, ANSWERED, STREAMED
from ttsmesh.errors import Code, RejectedError, TtsmeshError

_TIMEOUT = 5
"""Seconds that an agent gives a hook, which takes a tenth of one."""

Words = Sequence[str]


class Found(NamedTuple):
    """Our command in a file. ``words``: the command. None: the file cannot be understood, for the reason ``fault``."""

    file: str
    words: Words | None
    fault: str = ""


class _File(Protocol):
    """A file of an agent's settings, and what can be done to its text."""

    path: str

    def commands(self, text: str) -> list[Words]: ...

    def removed(self, text: str) -> str | None: ...


class _Hooks:
    """A file that has hooks."""

    def __init__(self, name: str, path: str) -> None:
        self.path = path
        self._name = name

    def commands(self, text: str) -> list[Words]:
        return [_words(command) for command in hooks.commands(text)]

    def removed(self, text: str) -> str | None:
        return hooks.removed(text, lambda command: _is_ours(self._name, _words(command)))

    def added(self, words: Words, events: Sequence[str]) -> None:
        """Have ``words`` called at each of ``events``, and no longer what we have put there before."""
        timeout = _TIMEOUT * AGENTS[self._name].second
        handler = {"type": "command", "command": shlex.join(words), "timeout": timeout}

        def edited(text: str | None) -> str:
            return hooks.added(text if text is None else self.removed(text), dict.fromkeys(events, handler))

        settings.change(self.path, edited)


class _Notify:
    """A file that has `notify`."""

    def __init__(self, name: str, path: str) -> None:
        self.path = path
        self._name = name

    def commands(self, text: str) -> list[Words]:
        command = notify.command(text)
        return [] if command is None else [command]

    def removed(self, text: str) -> str | None:
        return notify.removed(text) if any(_is_ours(self._name, words) for words in self.commands(text)) else text

    def taken(self) -> bool:
        """Whether another command is called there."""
        commands = settings.look(self.path, self.commands) or []
        return not all(_is_ours(self._name, words) for words in commands)

    def added(self, words: Words) -> None:
        """Have ``words`` called, where no other command is."""
        settings.change(self.path, lambda text: notify.added(text if text is None else self.removed(text), words))


def install(name: str, words: Words, *, brief: bool, project: bool) -> tuple[list[str], str | None]:
    """Have the agent called ``name`` call ``words``. Which files call them, and which one calls another program.

    Raises:
        RejectedError: the agent has no hooks of one project.
        ConfigError: its settings cannot be understood.
        TtsmeshError: they cannot be read or written.
    """
    known = AGENTS[name]
    events = [event for event in known.events if not (brief and event == STREAMED)]
    hooking = _Hooks(name, _path(name, project=project))
    noting = _Notify(name, known.file(known.notify)) if known.notify else None
    other = noting.path if noting is not None and noting.taken() else None
    if noting is None or other is not None:
        hooking.added(words, events if other is None else [*events, ANSWERED])
        return [hooking.path], other
    settings.look(hooking.path, hooking.removed)  # if it cannot be understood, the other file stays as it is
    noting.added(words)
    hooking.added(words, events)
    return [noting.path, hooking.path], None


def uninstall(name: str, *, project: bool) -> list[str]:
    """Take our commands out of the agent's settings. Raises as ``install``. Returns the files in which some were."""

    def change(file: _File) -> bool:
        return settings.change(file.path, lambda text: text if text is None else file.removed(text))

    files = _files(name, project=project)
    for file in files:  # one that cannot be understood is left alone, and so are the others
        settings.look(file.path, file.removed)
    return [file.path for file in files if change(file)]


def installed(name: str) -> list[Found]:
    """The files that call us, those of the project in this directory as well."""
    found = []
    files = [*_files(name, project=False), *(_files(name, project=True) if AGENTS[name].project else [])]
    for file in {file.path: file for file in files}.values():  # the project may be the home directory
        try:
            commands = settings.look(file.path, file.commands)
        except TtsmeshError as error:
            found.append(Found(file.path, None, error.message))
            continue
        ours = [words for words in commands or () if _is_ours(name, words)]
        found += [Found(file.path, words) for words in ours[:1]]
    return found


def _files(name: str, *, project: bool) -> list[_File]:
    known = AGENTS[name]
    files: list[_File] = [_Hooks(name, _path(name, project=project))]
    return [_Notify(name, known.file(known.notify)), *files] if known.notify and not project else files


def _path(name: str, *, project: bool) -> str:
    known = AGENTS[name]
    if not project:
        return known.file(known.hooks)
    if not known.project:
        raise RejectedError(f"{known.title} has no settings for one project that would do", Code.USAGE)
    from ttsmesh.cli.output_path import current_directory

    return os.path.join(current_directory(known.project), known.project)


def _words(command: str) -> Words:
    """The words of a shell's command; none if it is not one, or if a shell would do more than run it."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    return words if shlex.join(words) == command else []  # somebody has added to it, as with `;` or `>`


def _is_ours(name: str, words: Words) -> bool:
    return len(words) >= 4 and os.path.basename(words[0]) == "ttsmesh" and list(words[1:4]) == ["agent", "hook", name]

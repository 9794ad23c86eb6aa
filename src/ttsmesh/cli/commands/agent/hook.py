"""``ttsmesh agent hook``: what the settings of an agent call.

It says or stops what the agent's input asks for, and is gone again. It never disturbs the agent: it prints nothing on
the standard output, which agents read, exits with 0 whatever happens, and waits for nothing that may take long.
"""

import json
import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import click

from ttsmesh.cli import options
from ttsmesh.cli.client import NotRunning, ask
from ttsmesh.cli.commands.agent import events, sessions
from ttsmesh.cli.commands.agent.agents import AGENTS
from ttsmesh.cli.commands.agent.events import Answer, Event, Hush, Notice, Piece
from ttsmesh.cli.commands.agent.turn import Step, Turn
from ttsmesh.errors import Code, RejectedError, TtsmeshError, clipped, system_faults
from ttsmesh.host import locks
from ttsmesh.limits import MAX_NAME, MAX_TEXT
from ttsmesh.text_input import without_controls
from ttsmesh.wire.client_messages import Append, EndGroup, Say, Stop
from ttsmesh.wire.schema import Request
from ttsmesh.wire.sockets import runtime_dir

_PATIENCE = 2.0
"""Seconds to wait for the agent's input, and then for the mesh and the hooks before this one together."""

_UNNAMED = "agent hook"
"""What an error of the system is about that names no file."""

_LONGEST = 6 * MAX_TEXT + 65536
"""Bytes of an agent's input, at most: JSON may write a character with six."""


class _Command(click.Command):
    """Exits with 0 even if it is called wrongly. Settings may be older than the program, and 2 would block a prompt."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _failed("an agent", error.format_message())
            raise click.exceptions.Exit(0) from None


@click.command(cls=_Command)
@click.argument("agent", type=click.Choice(tuple(AGENTS)))
@click.argument("input", required=False)
@options.some("voice", "language", "speed", "volume")
@click.option("--voices", metavar="NAME,...", help="Voices, one of which speaks for each session.")
@click.option("--brief", is_flag=True, help="Only the last paragraph of each answer, and notifications.")
def hook(agent: str, input: str | None, voices: str | None, brief: bool, **speech: Any) -> None:
    """What an agent calls: say what INPUT is about, or what comes through a pipe. It always exits with 0."""
    try:
        with system_faults(_UNNAMED):
            _hook(agent, input, voices.split(",") if voices else (), speech, brief=brief)
    except TtsmeshError as error:
        _failed(agent, error.message)
    except Exception as error:  # reason: an agent shows a traceback to the person
        _failed(agent, f"internal error: {type(error).__name__}")


def _hook(agent: str, given: str | None, voices: Sequence[str], speech: dict[str, Any], *, brief: bool) -> None:
    began = sessions.began()
    event = events.read(_read(given), AGENTS[agent].title, brief=brief)
    if event is None:
        return
    if voices:
        speech["voice"] = voices[crc32(event.session.encode()) % len(voices)]
    caller = clipped(f"{agent}-{event.session}", MAX_NAME)
    speech |= {"caller": caller, "directory": event.directory, "queue": True}

    def act() -> None:
        _act(event, caller, speech, began)

    try:
        act()
    except NotRunning:
        if not isinstance(event.action, Hush) and not _muted(caller):
            _behind(agent, lambda: _start(act))


def _act(event: Event, caller: str, speech: dict[str, Any], began: int) -> None:
    """Have the mesh do what ``event`` asks for. Nothing else is done for its session meanwhile.

    Raises ``NotRunning`` if there is no mesh, and ``TtsmeshError``.
    """
    deadline = time.monotonic() + _PATIENCE
    with sessions.session(caller) as session:
        if isinstance(event.action, Hush):
            if session is not None:
                session.turn.hush(began)
                session.keep()
            _send(Stop(caller=caller), deadline)
            return
        if session is None:
            raise RejectedError("busy: too many hooks of one session at once", Code.BUSY)
        for request in _requests(event.action, session.turn, speech, began):
            _send(request, deadline)
        session.keep()


def _send(request: Request, deadline: float) -> None:
    if locks.server_pid(runtime_dir()) is None:  # it may listen already, and answer when it has started
        raise NotRunning("the mesh is not running")
    ask(request, may_start=False, patience=max(0.1, deadline - time.monotonic())).close()


def _requests(action: Piece | Answer | Notice, turn: Turn, speech: dict[str, Any], began: int) -> list[Request]:
    """What the mesh is to be asked for."""
    match action:
        case Notice(text=text, urgent=urgent):
            if not turn.notice(action, began):
                return []
            return [Say(text=without_controls(text), priority="important" if urgent else "notification", **speech)]
        case Piece():
            step: Step | str | None = turn.piece(action, began)
        case Answer():
            step = turn.answer(action, began)
    if step is None:
        return []
    speech = {"read_as": "markdown", **speech}
    if isinstance(step, str):
        return [Say(text=without_controls(step), **speech)]
    requests: list[Request] = []
    group = clipped(step.message, MAX_NAME)
    if step.text is not None:
        requests.append(Append(group=group, index=step.number, text=step.text, **speech))
    if step.end:
        requests.append(EndGroup(group=group, index=step.number, caller=speech["caller"]))
    return requests


def _read(given: str | None) -> Any:
    """The object that the agent has written, as an argument or through a pipe."""
    data = _piped() if given is None else given.encode("utf-8", "surrogateescape")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise RejectedError("the agent's input is not JSON", Code.TEXT) from None


def _piped() -> bytes:
    if os.isatty(0):
        raise RejectedError("an agent calls this, with its input in a pipe", Code.USAGE)
    data = bytearray()
    while select.select([0], [], [], _PATIENCE)[0]:
        found = os.read(0, 1 << 20)
        if not found:
            return bytes(data)
        data += found
        if len(data) > _LONGEST:
            raise RejectedError("the agent's input is too long", Code.TEXT)
    raise RejectedError("the agent's input does not end", Code.IO)


def _muted(caller: str) -> bool:
    """Whether a mesh would say nothing, so that none need be started."""
    from ttsmesh.host import mutes
    from ttsmesh.paths import state_dir

    try:
        return mutes.look(state_dir() / mutes.FILE).silence(caller)
    except (OSError, ValueError):
        return False


def _start(act: Callable[[], None]) -> None:
    """Start the mesh, and ``act`` then."""
    from ttsmesh.cli.start import check_voices
    from ttsmesh.wire.messages import Status

    check_voices()
    ask(Status(), may_start=True).close()
    act()


def _behind(agent: str, act: Callable[[], None]) -> None:
    """Let a process of its own ``act``, for which nobody waits, and which keeps nothing of the agent's open."""
    if os.fork():
        return
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)
        with system_faults(_UNNAMED):
            act()
    except TtsmeshError as error:
        _failed(agent, error.message)
    except BaseException as error:  # reason: nothing may return to the caller, who is in the other process
        _failed(agent, f"internal error: {type(error).__name__}")
    finally:
        os._exit(0)


def _failed(agent: str, message: str) -> None:
    from ttsmesh.cli.commands.agent import failures  # reason: a hook must be quick, and needs it when it fails

    failures.keep(agent, message)

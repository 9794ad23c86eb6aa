"""``ttsmesh status`` and ``kill``, neither of which starts anything, and ``restart``."""

import contextlib
import json
import os
import signal
import time
from typing import Any

import click

from ttsmesh import locks, sockets
from ttsmesh.cli.client import NotRunning, ask
from ttsmesh.errors import TtsmeshError
from ttsmesh.limits import DRAIN_TIMEOUT, DRAIN_TIMEOUT_AGAIN
from ttsmesh.messages import End, ServerState, Shutdown, Status, UtteranceState, VoiceState

KILL_PATIENCE = 3.0
"""Seconds until a server that was asked to end now is ended by the kernel."""

_POLL = 0.01


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Show the servers, the voices and what waits."""
    try:
        with ask(Status(), may_start=False) as client:
            messages = [client.first, *client]
    except NotRunning:
        click.echo(json.dumps({"running": False}) if as_json else "not running")
        return
    server = next(message for message in messages if isinstance(message, ServerState))
    voices = [message for message in messages if isinstance(message, VoiceState)]
    queue = [message for message in messages if isinstance(message, UtteranceState)]
    assert isinstance(messages[-1], End)
    if as_json:
        click.echo(json.dumps(_as_json(server, voices, queue), indent=2))
    else:
        click.echo("\n".join(_as_lines(server, voices, queue)))


def _as_json(server: ServerState, voices: list[VoiceState], queue: list[UtteranceState]) -> dict[str, Any]:
    def fields(message: ServerState | VoiceState | UtteranceState) -> dict[str, Any]:
        return {name: getattr(message, name) for name in message.rules}

    return {
        "running": True,
        **fields(server),
        "voices": [fields(voice) for voice in voices],
        "queue": [fields(utterance) for utterance in queue],
    }


def _as_lines(server: ServerState, voices: list[VoiceState], queue: list[UtteranceState]) -> list[str]:
    lines = []
    if server.last_failure is not None:
        lines.append(f"last failure: {server.last_failure}")
    lines.append(
        f"model server {server.pid}, version {server.release}, up {server.uptime_s:.0f} s, "
        f"model {server.model} ({server.engine})"
    )
    lines.append(f"utterances: {server.finished} finished, {server.interrupted} interrupted, {server.failed} failed")
    for voice in voices:
        pid = f"pid {voice.pid}" if voice.pid is not None else "no process"
        lines.append(f"voice {voice.voice} ({voice.language}): {voice.state}, {pid}, {voice.utterances} utterances")
    lines += [
        f"utterance {utterance.id}: {utterance.state}, {utterance.voice}, {utterance.age_s:.1f} s old"
        for utterance in queue
    ]
    return lines


@click.command()
def kill() -> None:
    """End the mesh at once: speech stops, files being saved vanish. Returns when its processes are gone."""
    kill_mesh()


def kill_mesh() -> None:
    """Ask the model server to end now; one that does not is killed, and its children follow it."""
    directory = sockets.runtime_dir()
    pid = locks.server_pid(directory)
    if pid is None:
        return
    # One that is leaving already, or deaf, is waited for below, and then killed.
    with contextlib.suppress(TtsmeshError):
        ask(Shutdown(drain=False), may_start=False).close()
    _until_gone(directory, pid, KILL_PATIENCE)


@click.command()
def restart() -> None:
    """Start the mesh afresh: speech stops, files being saved get some seconds. Returns when the new one answers."""
    directory = sockets.runtime_dir()
    pid = locks.server_pid(directory)
    if pid is not None:
        try:
            ask(Shutdown(drain=True), may_start=False).close()
        except TtsmeshError:
            # It does not answer, or speaks another version's language; a signal means the same in all of them.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        _until_gone(directory, pid, DRAIN_TIMEOUT + DRAIN_TIMEOUT_AGAIN + KILL_PATIENCE)
    with ask(Status(), may_start=True) as client:
        for _ in client:
            pass


def _until_gone(directory: str, pid: int, patience: float) -> None:
    """Wait until server ``pid`` is gone; the kernel ends it when patience does."""
    deadline = time.monotonic() + patience
    while locks.server_pid(directory) == pid:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            deadline += KILL_PATIENCE
        time.sleep(_POLL)

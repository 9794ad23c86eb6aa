"""``ttsmesh kill``, which starts nothing, and ``restart``."""

import contextlib
import os
import signal
import time

import click

from ttsmesh.cli.client import ask
from ttsmesh.errors import TtsmeshError
from ttsmesh.host import locks
from ttsmesh.limits import DRAIN_TIMEOUT, DRAIN_TIMEOUT_AGAIN, START_TIMEOUT
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import Shutdown, Status

KILL_PATIENCE = 3.0
"""Seconds until a server that was asked to end now is ended by the kernel."""

_POLL = 0.01


@click.command()
def kill() -> None:
    """End the mesh at once: speech stops, files being saved vanish. Returns when its processes are gone."""
    kill_mesh()


def kill_mesh() -> None:
    """Ask the model server to end now; one that does not is killed, and its children follow it."""
    directory = sockets.runtime_dir()
    # One that is only starting listens already, and answers when it has come so far. One that is leaving, or deaf, is
    # waited for below, and then killed.
    patience = START_TIMEOUT if locks.server_pid(directory) is None else KILL_PATIENCE
    with contextlib.suppress(TtsmeshError):
        ask(Shutdown(drain=False), may_start=False, patience=patience).close()
    pid = locks.server_pid(directory)
    if pid is not None:
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
            _signal(pid, signal.SIGTERM)
        _until_gone(directory, pid, DRAIN_TIMEOUT + DRAIN_TIMEOUT_AGAIN + KILL_PATIENCE)
    with ask(Status(), may_start=True) as client:
        for _ in client:
            pass


def _until_gone(directory: str, pid: int, patience: float) -> None:
    """Wait until server ``pid`` is gone; the kernel ends it when patience does."""
    deadline = time.monotonic() + patience
    while locks.server_pid(directory) == pid:
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
            deadline += KILL_PATIENCE
        time.sleep(_POLL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just gone
        os.kill(pid, number)

"""``ttsmesh kill``, which starts nothing, and ``ttsmesh restart``."""

import contextlib
import os
import signal
import time

import click

from ttsmesh import config
from ttsmesh.cli.client import ask
from ttsmesh.errors import TtsmeshError
from ttsmesh.host import locks
from ttsmesh.limits import DRAIN_TIMEOUT, DRAIN_TIMEOUT_AGAIN, START_TIMEOUT
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import Shutdown, Status

KILL_PATIENCE = 3.0
"""Seconds that a server gets to end when it is asked to, before the kernel ends it."""

_POLL = 0.01
"""Seconds between two looks at whether the server is gone."""


@click.command()
def kill() -> None:
    """End the mesh at once: speech stops, files being saved vanish. Returns when its processes are gone."""
    kill_mesh()


def kill_mesh() -> None:
    """Ask the model server to end now, or kill it if it does not. Its children end with it."""
    directory = sockets.runtime_dir()
    # A server that starts listens already, and answers when it can. One that leaves, or does not answer, is waited for
    # below, and then killed.
    patience = START_TIMEOUT if locks.server_pid(directory) is None else KILL_PATIENCE
    with contextlib.suppress(TtsmeshError):
        ask(Shutdown(drain=False), may_start=False, patience=patience).close()
    pid = locks.server_pid(directory)
    if pid is not None:
        _until_gone(directory, pid, KILL_PATIENCE)


@click.command()
def restart() -> None:
    """Start the mesh afresh: speech stops, files being saved get some seconds. Returns when the new one answers."""
    config.load()  # one that speaks is better than none that starts
    directory = sockets.runtime_dir()
    pid = locks.server_pid(directory)
    if pid is not None:
        try:
            ask(Shutdown(drain=True), may_start=False).close()
        except TtsmeshError:
            # It does not answer, or is of another version. A signal means the same to all versions.
            _signal(pid, signal.SIGTERM)
        _until_gone(directory, pid, DRAIN_TIMEOUT + DRAIN_TIMEOUT_AGAIN + KILL_PATIENCE)
    with ask(Status(), may_start=True) as client:
        for _ in client:
            pass


def _until_gone(directory: str, pid: int, patience: float) -> None:
    """Wait until server ``pid`` is gone, and have the kernel end it after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while locks.server_pid(directory) == pid:
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
            deadline += KILL_PATIENCE
        time.sleep(_POLL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just gone
        os.kill(pid, number)

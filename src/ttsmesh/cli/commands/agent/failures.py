"""What failed last in a hook. Nobody sees what a hook prints, so it is kept for `ttsmesh agent status`. Blocking."""

import contextlib
import json
import time
from typing import NamedTuple

import click

from ttsmesh.errors import TtsmeshError, printable
from ttsmesh.host import files
from ttsmesh.limits import KIB
from ttsmesh.paths import state_dir

FILE = "agent-failure.json"
"""The file's name in the state directory."""


class Failure(NamedTuple):
    """What failed for which agent, and the seconds since 1970 at which it did."""

    at: float
    agent: str
    message: str


def keep(agent: str, message: str) -> None:
    """Say that the hook of ``agent`` has failed, and keep it."""
    with contextlib.suppress(OSError):
        click.echo(f"ttsmesh: {printable(message)}", err=True)
    with contextlib.suppress(OSError, TtsmeshError):
        path = state_dir() / FILE
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = json.dumps(Failure(time.time(), agent, message)._asdict()).encode()
        files.write(path, data, mode=0o600, durable=False)


def last() -> Failure | None:
    """What failed last, if anything has."""
    try:
        return Failure(**json.loads(files.text(state_dir() / FILE, 16 * KIB)))
    except (OSError, ValueError, TypeError):
        return None

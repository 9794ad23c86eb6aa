"""``ttsmesh``: the command line. To add a command, add its module to ``commands`` and its name to ``_COMMANDS``.

A command's module is imported only when the command is called.
"""

import gc

# Imports make many objects and no garbage. Not to look for any saves a twentieth of a `say`: the median of 150 was
# 53.2 ms instead of 55.9 ms, taken in turn on two virtual CPUs.
gc.disable()

import contextlib
import importlib
import os

import click

from ttsmesh import __version__
from ttsmesh.errors import (
    EX_INTERRUPTED,
    EXIT_STATUS,
    Code,
    InvalidField,
    OutputClosed,
    TtsmeshError,
    printable,
    system_faults,
)

gc.freeze()
gc.enable()

_COMMANDS = {
    "again": "again",
    "agent": "agent.agent",
    "back": "playing",
    "completion": "shell.completion",
    "desktop": "desktop.entry",
    "doctor": "doctor",
    "history": "history",
    "kill": "kill",
    "last": "history",
    "lexicon": "lexicon",
    "mute": "muting",
    "pause": "playing",
    "pipe": "pipe",
    "read": "reader.read",
    "render": "books.render",
    "restart": "kill",
    "resume": "playing",
    "run": "shell.run",
    "save-last": "again",
    "say": "say",
    "selection": "desktop.selection",
    "serve": "programs",
    "service": "service",
    "setup": "programs",
    "skip": "playing",
    "speed": "playing",
    "status": "status",
    "stop": "playing",
    "unmute": "muting",
    "voices": "voices",
}
"""The module of each command. The command is the function of its name in there, with _ for -."""

_PRINTING = "cannot write to the standard output"
"""What an error of the system is about that names no file. Commands name what else they do."""


class _Commands(click.Group):
    # Both methods may print. click would end a closed pipe with a status of its own.

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with system_faults(_PRINTING):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with system_faults(_PRINTING):
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ttsmesh.cli.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """A natural voice for the Linux desktop, spoken by your own CPU."""


def main() -> None:
    """Run a command, and leave."""
    status = run()
    # click.echo has flushed all output, and the kernel closes what is open. Python's own tidying up takes a sixth of a
    # `say`.
    os._exit(status)


def run() -> int:
    """Run a command and return its exit status. Whatever goes wrong is told in one line on stderr."""
    try:
        # The completion of a shell prints before click calls any method of ours.
        with system_faults(_PRINTING):
            if "_TTSMESH_COMPLETE" in os.environ:
                from ttsmesh.cli import shells

                shells.register()
            return cli.main(standalone_mode=False) or 0
    except OutputClosed as error:
        return error.exit_status
    except InvalidField as error:
        return _fail(error.message, EXIT_STATUS[Code.USAGE])  # the request was made of what the user gave
    except TtsmeshError as error:
        return _fail(error.message, error.exit_status)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # help, so more than one line
        return error.exit_code
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return EX_INTERRUPTED
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)


def _fail(message: str, status: int) -> int:
    with contextlib.suppress(OSError):  # a full disk may be behind standard error too
        click.echo(f"ttsmesh: {printable(message)}", err=True)
    return status

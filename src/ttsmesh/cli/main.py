"""``ttsmesh``: the command line. Each command's module is imported only when it is called."""

from ttsmesh.cli import fast  # isort: skip  # before all that it makes faster
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

fast.imported()

_COMMANDS = {
    "doctor": "doctor",
    "history": "status",
    "kill": "kill",
    "restart": "kill",
    "pause": "playing",
    "pipe": "pipe",
    "resume": "playing",
    "say": "say",
    "serve": "programs",
    "service": "service",
    "setup": "programs",
    "skip": "playing",
    "speed": "playing",
    "status": "status",
    "stop": "playing",
    "voices": "voices",
}


_PRINTING = "cannot write to the standard output"
"""What a fault is about that has no file's name: commands give a name to what else they do."""


class _Commands(click.Group):
    # Both may print; click would end a closed pipe with a status of its own, and any other fault with a traceback.

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
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """A natural voice for the Linux desktop, spoken by your own CPU."""


def main() -> None:
    """Run a command, and leave."""
    status = run()
    # Nothing is left to flush, as click.echo has done so, and what is open the kernel closes. Python's own tidying up
    # takes a sixth of a `say`.
    os._exit(status)


def run() -> int:
    """Run a command; whatever goes wrong is one line on stderr and a documented exit status, which is returned."""
    try:
        return cli.main(standalone_mode=False) or 0
    except OutputClosed as error:
        return error.exit_status
    except InvalidField as error:
        return _fail(error.message, EXIT_STATUS[Code.USAGE])  # of a request we made of what the user gave
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

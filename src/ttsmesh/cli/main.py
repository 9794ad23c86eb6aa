"""``ttsmesh``: the command line. Each command's module is imported only when it is called."""

import contextlib
import importlib
import sys
from collections.abc import Iterator

import click

from ttsmesh import __version__
from ttsmesh.errors import EXIT_STATUS, Code, InvalidField, TtsmeshError

_COMMANDS = {
    "doctor": "doctor",
    "history": "status",
    "kill": "control",
    "restart": "control",
    "pause": "floor",
    "resume": "floor",
    "say": "say",
    "serve": "servers",
    "service": "service",
    "setup": "servers",
    "skip": "floor",
    "speed": "floor",
    "status": "status",
    "stop": "floor",
    "voices": "voices",
}


class _SystemFault(TtsmeshError):
    """The operating system refused something no command expected: our output, most likely."""

    code = Code.IO


class _OutputClosed(_SystemFault):
    """Whoever read our output has had enough."""


@contextlib.contextmanager
def _system_faults() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise _OutputClosed("") from None
    except OSError as error:
        raise _SystemFault(str(error)) from None


class _Commands(click.Group):
    # Both may print; click would end a closed pipe with a status of its own, and any other fault with a traceback.

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _system_faults():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with _system_faults():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ttsmesh.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """A natural voice for the Linux desktop, spoken by your own CPU."""


def main() -> None:
    """Run a command; whatever goes wrong is one line on stderr and a documented exit status."""
    try:
        status = cli.main(standalone_mode=False)
    except _OutputClosed as error:
        # Python would complain once more when it flushes at exit.
        sys.stdout = None
        sys.exit(error.exit_status)
    except InvalidField as error:
        _fail(error.message, EXIT_STATUS[Code.USAGE])  # of a request we made of what the user gave
    except TtsmeshError as error:
        _fail(error.message, error.exit_status)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # help, so more than one line
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    sys.exit(status)


def _fail(message: str, status: int) -> None:
    # One line, whatever the message quotes, and nothing in it that a terminal would obey.
    line = "".join(c if c.isprintable() else " " for c in message)
    click.echo(f"ttsmesh: {line}", err=True)
    sys.exit(status)

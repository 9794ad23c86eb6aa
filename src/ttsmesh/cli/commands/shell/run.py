"""``ttsmesh run``: run a command, and say how it ended."""

import contextlib
import errno
import re
import signal
import sys
from typing import Any

import click

from ttsmesh.cli import options
from ttsmesh.cli.client import ask, directory, start_early
from ttsmesh.cli.commands.shell import child
from ttsmesh.cli.commands.shell.sentence import sentence
from ttsmesh.errors import ConfigError, TtsmeshError, os_reason, printable
from ttsmesh.text_input import check_text
from ttsmesh.wire.client_messages import PRIORITIES, Say

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""The exit statuses that shells have for a command that there is not, and for one that cannot be run."""

_DAY = 86_400

_VOICE = re.compile(r"([a-z])[fm]_")
"""The beginning of the name of a voice that has the letter of its language."""


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument(
    "command", nargs=-1, type=click.UNPROCESSED, metavar="[--] CMD [ARGS]...", shell_complete=options.complete_command
)
@click.option(
    "--min",
    "least",
    type=options.Number(0, _DAY, "s"),
    default=0,
    metavar="SECONDS",
    help="Say nothing of a command that took less.",
)
@options.some("voice", "language", "speed", "volume")
@click.option(
    "--priority",
    type=click.Choice(PRIORITIES),
    default="notification",
    help="As that of `say`; notification, the default, waits for its turn.",
)
@options.some("caller", "device")
@click.option("--say-success", metavar="TEXT", help="Say TEXT when CMD has succeeded; nothing if TEXT is empty.")
@click.option("--say-failure", metavar="TEXT", help="Say TEXT when CMD has failed; nothing if TEXT is empty.")
def run(
    command: tuple[str, ...], least: float, say_success: str | None, say_failure: str | None, **speech: Any
) -> None:
    """Run CMD, and say how it ended and how long it took.

    CMD has the terminal, and all input and output, to itself. The exit status is that of CMD: 128 and the number of the
    signal that ended it, 127 if CMD is not found, 126 if it cannot be run. Whether the end could be said changes
    nothing of that.
    """
    if "?" in (speech["voice"], speech["device"]):
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=speech["voice"] != "?")
        return
    if not command:
        raise click.UsageError("Missing argument 'CMD'.")
    for given in filter(None, (say_success, say_failure)):
        check_text(given)
    if not least:
        with contextlib.suppress(TtsmeshError):  # it is told when there is something to say
            start_early()
    try:
        ended = child.run(command)
    except OSError as error:
        raise _CannotRun(command[0], error) from None
    text = say_failure if ended.status else say_success
    if text is None:
        text = sentence(command, *ended)
        speech["language"] = speech["language"] or _language(speech["voice"])
    if text and ended.seconds >= least:
        _say(text, speech)
    if ended.by_signal == signal.SIGINT:
        child.end_by(signal.SIGINT)  # else a loop or a script would go on after Ctrl-C
    sys.exit(ended.status)


class _CannotRun(TtsmeshError):
    """The command cannot be started, and the exit status is what a shell has for that."""

    def __init__(self, command: str, error: OSError) -> None:
        self._missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        unknown = self._missing and "/" not in command
        super().__init__(f"{command}: {'command not found' if unknown else os_reason(error)}")

    @property
    def exit_status(self) -> int:
        return NOT_FOUND if self._missing else NOT_EXECUTABLE


def _say(text: str, speech: dict[str, Any]) -> None:
    """Have ``text`` said. If that is not possible, a line on standard error says why."""
    try:
        ask(Say(text=check_text(text), directory=directory(), **speech), may_start=True).close()
    except KeyboardInterrupt:
        pass  # the command has ended, and its status is what is wanted
    except TtsmeshError as error:
        with contextlib.suppress(OSError):
            click.echo(f"ttsmesh: {printable(error.message)}", err=True)


def _language(voice: str | None) -> str | None:
    """The language of a sentence of ours; None where the ``voice``, or the default one, speaks a kind of English."""
    from ttsmesh import config
    from ttsmesh.languages import BY_LETTER

    if voice is None:
        try:
            voice = config.load().default_voice
        except ConfigError:
            return None
    found = _VOICE.match(voice)
    return "en-us" if found and not BY_LETTER.get(found[1], "en").startswith("en") else None

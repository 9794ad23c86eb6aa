"""``ttsmesh read``: read along while a text is spoken."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import click

from ttsmesh.cli import options
from ttsmesh.cli.client import directory
from ttsmesh.cli.commands.say import read_file
from ttsmesh.errors import EX_INTERRUPTED, Code, TtsmeshError
from ttsmesh.text_input import check_text, names_blanks
from ttsmesh.wire.client_messages import Failed, Interrupted

_MARKDOWN = (".md", ".markdown")


@click.command()
@click.argument("file", required=False, shell_complete=options.complete_file)
@click.option("--from", "line", type=click.IntRange(1), default=1, metavar="LINE", help="Begin with this line.")
@click.option("--plain", is_flag=True, help="Print each sentence or line as it is spoken; no keys, no colours.")
@options.speech
def read(file: str | None, line: int, plain: bool, **speech: Any) -> None:
    """Speak FILE, or what comes through a pipe, and show it with the word that is spoken.

    Space pauses and goes on, the arrow keys go a sentence back and on, + and - change the speed, / searches, Enter
    speaks from the cursor on, ? shows all keys and q quits. Without a terminal it prints each sentence or line as it is
    spoken, and waits to the end.
    """
    if "?" in (speech["voice"], speech["device"]):
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=speech["voice"] != "?")
        return
    source = read_file(file, "give FILE, or the text through a pipe")
    text = check_text(source, blank=names_blanks(speech["spell"], speech["read_as"]))
    if speech["read_as"] is None and file is not None and file.lower().endswith(_MARKDOWN):
        speech["read_as"] = "markdown"  # also where its middle does not look like it
    fields = {**speech, "directory": directory()}
    place = _place(text, line)
    with _keys() if not plain else contextlib.nullcontext(None) as keys:
        if keys is None:
            _print(text, place, fields)
        else:
            _show(text, place, file if file not in (None, "-") else "", fields, keys)


def _place(text: str, line: int) -> int:
    """The place of the first character of a line."""
    lines = text.splitlines(keepends=True)
    if line > len(lines):
        raise click.BadParameter(f"there are {len(lines)} lines", param_hint="--from")
    return sum(map(len, lines[: line - 1]))


@contextlib.contextmanager
def _keys() -> Iterator[TextIO | None]:
    """Where keys are pressed; None if there is no terminal that can show more than lines."""
    if sys.stdout is None or not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in ("dumb", ""):
        yield None
    elif sys.stdin is not None and sys.stdin.isatty():
        yield sys.stdin
    else:
        try:
            terminal = open("/dev/tty")  # noqa: SIM115  # reason: what is done with it raises OSError too
        except OSError:
            yield None
            return
        with terminal:
            yield terminal


def _show(text: str, place: int, name: str, fields: dict[str, Any], keys: TextIO) -> None:
    import asyncio

    from ttsmesh.cli.commands.reader.screen import Reader

    status = asyncio.run(Reader(text, place, os.path.basename(name), fields).run(keys, sys.stdout))
    if status:
        sys.exit(status)


def _print(text: str, place: int, fields: dict[str, Any]) -> None:
    from ttsmesh.cli.commands.reader.plain import read_out

    for message in read_out(text, place, fields, lambda part: click.echo(part, nl=False)):
        match message:
            case Interrupted():
                sys.exit(EX_INTERRUPTED)
            case Failed(code=code, message=reason):
                raise TtsmeshError(reason, Code(code))

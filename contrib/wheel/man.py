"""Manual pages of ttsmesh, made of what its commands say of themselves: ttsmesh(1), and one for each command.

Not by click-man: it looks for commands where a group that loads them when they are needed has none, and writes a text
as it comes, although to roff a line that begins with a dot is an order.
"""

import re
from collections.abc import Iterator, Mapping

import click

from ttsmesh import __version__
from ttsmesh.errors import EX_INTERRUPTED
from ttsmesh.wire import sockets

STATUSES = {
    0: "The request was acknowledged; with --wait: the text was heard or saved to the end.",
    2: "Wrong usage: an unknown option, or a value out of range.",
    65: "The text cannot be spoken: it is empty, too long, not UTF-8, or its markup is broken; of a save also: nothing "
    "in it has a sound.",
    66: "The voice or the language is unknown.",
    69: "The mesh cannot be reached or started, or there is no audio.",
    70: "A fault inside.",
    73: "The output file cannot be made, or exists.",
    74: "Reading or writing failed.",
    75: "Busy: too many texts wait, or another server runs already.",
    76: "Client and server are of different versions.",
    77: "The server belongs to another user.",
    78: "Settings, model or voices are missing, damaged or unsafe.",
    EX_INTERRUPTED: "Interrupted: superseded, stopped, or Ctrl-C.",
}

ENVIRONMENT = {
    "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CACHE_HOME, XDG_STATE_HOME": "Where the files below are, if not in the usual "
    "directories.",
    "XDG_RUNTIME_DIR": "Where the sockets are, in the directory ttsmesh.",
    "HOME": "Below this directory are those that are not named by the variables above.",
    "TTSMESH_ENGINE": "What renders, in place of the setting engine.",
    "PULSE_SERVER": "The audio server, as other programs have it.",
}

FILES = {
    "~/.config/ttsmesh/config.toml": "The settings, all of which are optional.",
    "~/.config/ttsmesh/lexicon.toml": "How single words are said. See ttsmesh-lexicon(1).",
    ".ttsmesh-lexicon.toml": "The same for a project, in its directory.",
    "~/.local/share/ttsmesh/voices/": "The voices.",
    "~/.cache/ttsmesh/": "The prepared model, which can be made again.",
    "~/.local/state/ttsmesh/": "The log, and what is kept from one day to the next.",
    f"$XDG_RUNTIME_DIR/ttsmesh/{sockets.MODEL_SOCKET}": "The socket of the mesh.",
}

EXAMPLES = {
    'ttsmesh say "The build is green."': "Speak a text.",
    "git log -1 --format=%s | ttsmesh say": "Speak what comes through a pipe.",
    "ttsmesh say -o chapter.mp3 -f chapter.txt": "Save a text as an audio file.",
    "ttsmesh run -- make test": "Say how a command ended.",
    "ttsmesh stop": "Be silent.",
}


def pages(cli: click.Group) -> Iterator[tuple[str, str]]:
    """The name and the content of the file of each page."""
    context = click.Context(cli, info_name="ttsmesh", **cli.context_settings)
    yield "ttsmesh.1", _main_page(context)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield f"ttsmesh-{name}.1", _page(click.Context(command, info_name=name, parent=context))


def _main_page(context: click.Context) -> str:
    cli = context.command
    assert isinstance(cli, click.Group)
    lines = [*_head(context), *_synopsis(context), *_description(context), ".SH OPTIONS", *_options(context)]
    lines.append(".SH COMMANDS")
    names = cli.list_commands(context)
    for name in names:
        command = cli.get_command(context, name)
        assert command is not None
        lines += [".TP", rf"\fB{_escaped(f'ttsmesh-{name}')}\fP(1)", _text(_summary(command))]
    for title, entries in (("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES), ("EXAMPLES", EXAMPLES)):
        lines += [f".SH {title}", *_definitions(entries)]
    lines += [".SH EXIT STATUS", "An error is one line on standard error.", *_definitions(STATUSES)]
    lines += [".SH SEE ALSO", ", ".join(rf"\fB{_escaped(f'ttsmesh-{name}')}\fP(1)" for name in sorted(names))]
    return _joined(lines)


def _page(context: click.Context) -> str:
    lines = [*_head(context), *_synopsis(context), *_description(context), ".SH OPTIONS", *_options(context)]
    if isinstance(context.command, click.Group):
        lines.append(".SH COMMANDS")
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            inner = click.Context(command, info_name=name, parent=context)
            lines += [f".SS {_usage(inner)}", *_paragraphs(command), *_options(inner)]
    lines += [".SH EXIT STATUS", r"See \fBttsmesh\fP(1).", ".SH SEE ALSO", r"\fBttsmesh\fP(1)"]
    return _joined(lines)


def _head(context: click.Context) -> list[str]:
    page = context.command_path.replace(" ", "-")
    name = _escaped(page)
    title = f'.TH "{name.upper()}" 1 "" "ttsmesh {__version__}" "User Commands"'
    return [title, ".SH NAME", rf"{name} \- {_text(_summary(context.command))}"]


def _synopsis(context: click.Context) -> list[str]:
    return [".SH SYNOPSIS", _usage(context)]


def _description(context: click.Context) -> list[str]:
    return [".SH DESCRIPTION", *_paragraphs(context.command)]


def _usage(context: click.Context) -> str:
    pieces = " ".join(_escaped(piece) for piece in context.command.collect_usage_pieces(context))
    return rf"\fB{_escaped(context.command_path)}\fP {pieces}".rstrip()


def _summary(command: click.Command) -> str:
    """The first sentence of what a command says of itself."""
    first = " ".join((command.help or "").split("\n\n")[0].split())
    return re.split(r"(?<=\w)\. ", first)[0].rstrip(".")


def _paragraphs(command: click.Command) -> Iterator[str]:
    for number, paragraph in enumerate((command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        yield _text(" ".join(paragraph.split()))


def _options(context: click.Context) -> Iterator[str]:
    for param in context.command.get_params(context):
        record = param.get_help_record(context)
        if record is not None and record[1]:  # of an argument nothing is said here
            yield from (".TP", _option(record[0]), _text(record[1]))


def _option(record: str) -> str:
    """``-v, --voice NAME`` with its names in bold, and what they take in italics."""
    return re.sub(r"--?[\w-]+|[^\s,/]+", _styled, record)


def _styled(found: re.Match[str]) -> str:
    return rf"\f{'B' if found[0].startswith('-') else 'I'}{_escaped(found[0])}\fP"


def _definitions(entries: Mapping[str, str] | Mapping[int, str]) -> Iterator[str]:
    for term, meaning in entries.items():
        yield from (".TP", rf"\fB{_escaped(str(term))}\fP", _text(meaning))


def _text(text: str) -> str:
    """Text for people, in which what is in backticks is bold."""
    parts = [_escaped(part) for part in text.split("`")]
    line = "".join(rf"\fB{part}\fP" if number % 2 else part for number, part in enumerate(parts))
    # At the beginning of a line these would be orders to roff.
    return rf"\&{line}" if line.startswith((".", "'")) else line


def _escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")


def _joined(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line) + "\n"

"""``ttsmesh say``: hand a text over and be free again."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import click

from ttsmesh.cli import options
from ttsmesh.cli.client import Client, ask, directory
from ttsmesh.errors import EX_INTERRUPTED, Code, RejectedError, TtsmeshError, os_reason, printable
from ttsmesh.limits import MAX_TEXT
from ttsmesh.text_input import check_text, names_blanks
from ttsmesh.wire.client_messages import (
    FORMATS,
    Accepted,
    Failed,
    Finished,
    Interrupted,
    MarkHeard,
    Output,
    Say,
    WordHeard,
)
from ttsmesh.wire.schema import Message

_READ_SIZE = 64 * 1024
"""Bytes that are read at once from what comes in pieces, at most."""


class _Command(click.Command):
    """Takes a text that begins with - for an option, as all commands do, and says what to do about it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.possibilities:
                raise
            message = error.format_message().removesuffix(".")
            raise click.UsageError(f"{message}; a text that begins with - goes after --", ctx) from None


@click.command(cls=_Command)
@click.argument("text", nargs=-1)
@options.speech
@click.option(
    *("-o", "--output"),
    metavar="FILE",
    shell_complete=options.complete_file,
    help="Save instead of speaking, in the format of FILE's extension; - is standard output.",
)
@click.option("--format", type=click.Choice(FORMATS), help="Save in this format; ogg is Vorbis, raw has no header.")
@options.samples
@click.option(
    "--captions",
    metavar="FILE",
    shell_complete=options.complete_file,
    help="Write when each word is heard to FILE: .srt, .vtt or .json.",
)
@click.option("--force", is_flag=True, help="Replace the output file if it exists.")
@click.option(
    *("-f", "--input-file"),
    metavar="FILE",
    shell_complete=options.complete_file,
    help="Read the text from FILE; - is standard input.",
)
@click.option("-w", "--wait", is_flag=True, help="Wait until it was heard or saved; the exit status says how it ended.")
@click.option("--words", is_flag=True, help="With --wait: one JSON object a line for each word and mark that is heard.")
@click.option("--group", metavar="NAME", help="The text is a piece of one with this NAME; needs --append or --end.")
@click.option("--append", is_flag=True, help="With --group: append the text to it. It is said as its sentences end.")
@click.option("--index", type=click.IntRange(0), metavar="N", help="With --append: which piece it is, from 0 on.")
@click.option("--end", is_flag=True, help="With --group: no more is appended.")
@click.option("--follow", is_flag=True, help="Speak what comes through a pipe while it comes, sentence by sentence.")
@click.option("--explain", is_flag=True, help="Print what would be said, and say nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --explain: one JSON object a line for each chunk.")
@click.option("--print-id", is_flag=True, help="Print the utterance's id.")
@click.option("--list", "list_", is_flag=True, help="List languages and voices.")
@click.option("--kill", is_flag=True, help="End the mesh at once, like `ttsmesh kill`.")
def say(
    text: tuple[str, ...],
    output: str | None,
    format: str | None,
    sample_rate: int | None,
    bits: int | None,
    captions: str | None,
    force: bool,
    input_file: str | None,
    wait: bool,
    words: bool,
    group: str | None,
    append: bool,
    index: int | None,
    end: bool,
    follow: bool,
    explain: bool,
    as_json: bool,
    print_id: bool,
    list_: bool,
    kill: bool,
    **speech: Any,
) -> None:
    """Speak TEXT, or what comes through a pipe; a newer text interrupts an older one.

    Starts the mesh if it is not running, prints nothing, and is done as soon as the text is acknowledged.
    """
    if kill:
        from ttsmesh.cli.commands.kill import kill_mesh

        kill_mesh()
        return
    if list_ or "?" in (speech["voice"], speech["device"]):
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=not list_ and speech["voice"] != "?")
        return
    blank = names_blanks(speech["spell"], speech["read_as"])
    if group is not None or append or index is not None or end or follow:
        for option, given in (
            *(("--output", output), ("--format", format), ("--sample-rate", sample_rate), ("--bits", bits)),
            *(("--captions", captions), ("--force", force), ("--words", words), ("--print-id", print_id)),
            *(("--explain", explain), ("--json", as_json), ("--tags", speech["tags"])),
        ):
            if given:
                raise click.UsageError(f"what comes in pieces is only spoken, and as it comes: there is no {option}")
        if speech["read_as"] in ("ssml", "key"):
            raise click.UsageError(f"what comes in pieces cannot be read as {speech['read_as']}")
        if follow:
            if group is not None or append or index is not None or end:
                raise click.UsageError(
                    "--follow makes a group of its own: there is no --group, --append, --index, --end"
                )
            _follow(text, input_file, speech, wait=wait)
        else:
            _say_piece(text, input_file, speech, group, index, append=append, end=end, wait=wait)
        return
    if explain:
        for option, given in (
            *(("--output", output), ("--format", format), ("--sample-rate", sample_rate), ("--bits", bits)),
            *(
                ("--captions", captions),
                ("--force", force),
                ("--wait", wait),
                ("--words", words),
                ("--print-id", print_id),
            ),
        ):
            if given:
                raise click.UsageError(f"--explain says and saves nothing, so there is no {option}")
        from ttsmesh.cli.commands.explain import explain as explain_text

        explain_text(check_text(_read(text, input_file), blank=blank), speech, as_json=as_json)
        return
    if as_json:
        raise click.UsageError("--json needs --explain")
    if words and not wait:
        raise click.UsageError("--words needs --wait")
    if words and sys.stdout is None:
        raise RejectedError("there is no standard output", Code.OUTPUT)
    target: dict[str, Any] = {}
    if (output, format, sample_rate, bits) != (None, None, None, None):
        from ttsmesh.cli import saving

        if output == "-":
            for option, given in (("--print-id", print_id), ("--words", words)):
                if given:
                    raise click.UsageError(f"with -o - the standard output is the sound, so there is no {option}")
            target = saving.stream_fields(format, sample_rate, bits)
        else:
            target = saving.fields(output, format, sample_rate, bits)
    if captions is not None:
        from ttsmesh.cli import saving

        target |= saving.captions_fields(captions)
    request = Say(
        text=check_text(_read(text, input_file), blank=blank),
        directory=directory(),
        **speech,
        **{"wait": wait, **target},
        force=force,
        words=words,
        terminal=sys.stderr is not None and sys.stderr.isatty(),
        began_at=time.monotonic() - time.process_time(),  # too late by the time it waited for a CPU or a disk
        sent_at=time.monotonic(),
    )
    hand_over(request, print_id=print_id)


def hand_over(request: Say, *, print_id: bool) -> None:
    """Have ``request`` accepted, and wait for its outcome if it says so, as ``wait_for_outcome`` does."""
    with ask(request, may_start=True) as client:
        accepted = client.first
        assert isinstance(accepted, Accepted)
        if accepted.notice is not None:
            click.echo(f"ttsmesh: last utterance failed: {printable(accepted.notice)}", err=True)
        if print_id:
            click.echo(accepted.id)
        if request.wait:
            wait_for_outcome(client, request.text if request.words else None)


def _follow(text: tuple[str, ...], input_file: str | None, speech: dict[str, Any], *, wait: bool) -> None:
    from ttsmesh.cli import following

    if text:
        raise click.UsageError("--follow reads what comes through a pipe, or --input-file, and no TEXT")
    following.follow(_pieces(input_file), speech, wait=wait)


def _say_piece(
    text: tuple[str, ...],
    input_file: str | None,
    speech: dict[str, Any],
    group: str | None,
    index: int | None,
    *,
    append: bool,
    end: bool,
    wait: bool,
) -> None:
    from ttsmesh.cli import following

    if not group:
        raise click.UsageError("--append and --end need --group NAME")
    if not append and not end:
        raise click.UsageError("--group needs --append or --end")
    if wait and not end:
        raise click.UsageError("--wait needs --end: a group is heard when it has ended")
    if text and not append:
        raise click.UsageError("a TEXT needs --append")
    if append:
        raw = _read(text, input_file)
        following.append(check_text(raw, blank=True) if raw else "", group, index, speech)
    if end:
        following.end(group, index, speech["caller"], wait=wait)


def _pieces(input_file: str | None) -> Iterator[bytes]:
    """What comes from the input, as it comes."""
    if input_file is None and sys.stdin is None:
        return
    name = "the standard input" if input_file in (None, "-") else input_file
    with reading(str(name)), contextlib.ExitStack() as opened:
        if input_file in (None, "-"):
            fd = sys.stdin.fileno()
        else:
            fd = opened.enter_context(open(str(input_file), "rb", buffering=0)).fileno()
        while data := os.read(fd, _READ_SIZE):
            yield data


def wait_for_outcome(client: Client, text: str | None = None) -> None:
    """Wait until the utterance has ended. Raises ``TtsmeshError`` if it failed, and exits if it was interrupted.

    ``text``: what it says, if each word and mark of it is to be printed when it is heard.
    """
    for message in client:
        if text is not None:
            _print_place(message, text)
        match message:
            case Output(data=data):
                from ttsmesh.cli.saving import write_out

                write_out(data)
            case Finished():
                return
            case Interrupted():
                sys.exit(EX_INTERRUPTED)
            case Failed(code=code, message=reason):
                raise TtsmeshError(reason, Code(code))


def _print_place(message: Message, text: str) -> None:
    import json  # it takes milliseconds, and hardly any `say` needs it

    if (place := place_heard(message, text)) is not None:
        click.echo(json.dumps(place))


def place_heard(message: Message, text: str) -> dict[str, object] | None:
    """The JSON object about a word or a mark of ``text`` that was heard, if ``message`` tells of one."""
    match message:
        case WordHeard(start=start, end=end):
            times = {"start_s": message.start_s, "end_s": message.end_s}
            return {"event": "word", "word": text[start:end], **times, "from": start, "to": end}
        case MarkHeard(name=name):
            return {"event": "mark", "name": name}
    return None


def _read(words: tuple[str, ...], input_file: str | None) -> bytes | str:
    """The text as the user gave it. At most one byte more than is allowed is read, which shows that it is too long."""
    if words:
        if input_file is not None:
            raise click.UsageError("give TEXT or --input-file, not both")
        if words == ("-",):
            raise click.UsageError("- is no text; -f - reads standard input")
        return " ".join(words)
    return read_file(input_file, "give it as arguments, with --input-file, or through a pipe")


def read_file(file: str | None, advice: str) -> bytes:
    """The text of ``file``, or of the standard input, and at most one byte more than is allowed.

    ``advice``: what to do where no file is given and the standard input is a terminal.
    """
    if file is not None and file != "-":
        with reading(file), open(file, "rb") as source:
            return source.read(MAX_TEXT + 1)
    if file is None and sys.stdin is not None and sys.stdin.isatty():
        raise click.UsageError(f"no text: {advice}")
    if sys.stdin is None:
        raise RejectedError("no text", Code.TEXT)
    with reading("the standard input"):
        return sys.stdin.buffer.read(MAX_TEXT + 1)


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Within it, errors of the system say that ``name`` could not be read."""
    try:
        yield
    except OSError as error:
        raise RejectedError(f"cannot read {name}: {os_reason(error)}", Code.IO) from None

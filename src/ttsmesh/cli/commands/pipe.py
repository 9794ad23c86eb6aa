"""``ttsmesh pipe``: one process for many texts, for editors and agents. Each line is a text or a command."""

import contextlib
import json
import os
import selectors
import signal
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli import options, pipe_lines
from ttsmesh.cli.client import Client, NotRunning, ask, directory, tell
from ttsmesh.cli.commands.say import place_heard, reading
from ttsmesh.errors import EX_INTERRUPTED, Code, RejectedError, TtsmeshError
from ttsmesh.wire.client_messages import (
    Accepted,
    Again,
    Append,
    EndGroup,
    Failed,
    Finished,
    Interrupted,
    Mute,
    Say,
    Started,
)
from ttsmesh.wire.schema import Message, Request

_READ_SIZE = 64 * 1024
"""Bytes that are read at once, at most."""

Ref = str | int
"""The line that an answer belongs to: its own ``ref``, or its number."""


@click.command()
@options.speech
@click.option("--text", "text_only", is_flag=True, help="Every line is a text, also one that begins with {.")
@click.option("--words", is_flag=True, help="Also answer when a word begins to be heard.")
@click.option("--no-wait", is_flag=True, help="Answer with ids only, and leave at the end of the input.")
def pipe(text_only: bool, words: bool, no_wait: bool, **speech: Any) -> None:
    """Speak each line of the input, and answer with ids and outcomes: one JSON object a line.

    A line is a text, or a JSON object: {"text": "..."}, in which voice, lang, as, ssml, tags, punctuation, spell,
    capitals, speed, volume, pitch, output, format, sample_rate, bits, captions, force, mode ("now" or "queue"),
    priority, caller, device and words go before the options here; or {"stop": true}, {"stop": "ID"}, {"pause": true},
    {"resume": true}, {"skip": true}, {"skip": "sentence"}, {"back": true}, {"back": 2}, {"speed_now": 1.5},
    {"again": true}, {"again": "ID"}, {"mute": true}, {"unmute": true}, {"group": "NAME", "append": "..."} or
    {"group": "NAME", "end": true}. Its "ref" comes back with each answer, or else its number.

    At the end of the input it waits for the outcomes of what was said. Interrupted, it takes that back.
    """
    if "?" in (speech["voice"], speech["device"]):
        from ttsmesh.cli.commands.voices import print_list

        print_list(speech["language"], devices=speech["voice"] != "?")
        return
    if words and no_wait:
        raise click.UsageError("with --no-wait nothing is told of what is heard, so there are no --words")
    defaults = Say(text="", wait=not no_wait, words=words, directory=directory(), **speech)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _leave)
    if sys.stdin is not None:
        _Pipe(sys.stdin.fileno(), defaults, text_only).run()


def _leave(*_: object) -> NoReturn:
    # It also ends a write to a reader that does not read. The model server ends the texts of connections that close.
    sys.exit(EX_INTERRUPTED)


class _Pipe:
    """Takes a line when the one before is acknowledged, so that texts keep their order and at most one waits here.

    The server limits how many texts are in flight, and refuses those that it has no room for.
    """

    def __init__(self, fd: int, defaults: Say, text_only: bool) -> None:
        self._fd = fd
        self._defaults = defaults
        self._text_only = text_only
        self._lines = pipe_lines.Lines()
        self._number = 0
        self._in_flight: dict[Client, tuple[Ref, Mapping[str, str], str]] = {}  # with its id, or group, and the text
        # Not epoll, because it takes no plain files.
        self._selector = selectors.PollSelector()
        self._selector.register(fd, selectors.EVENT_READ)

    def run(self) -> None:
        while True:
            taken = self._lines.next()
            if taken is not None:
                self._number += 1
                self._take(*taken)
            elif self._lines.ended and not self._in_flight:
                return
            # What else has happened is heard between two lines, so that many lines do not hold up an outcome.
            for key, _ in self._selector.select(0 if taken is not None else None):
                if isinstance(key.fileobj, Client):
                    self._hear(key.fileobj, read=True)
                elif taken is None:
                    self._read()

    def _read(self) -> None:
        with reading("the standard input"):
            data = os.read(self._fd, _READ_SIZE)
        self._lines.feed(data)
        if not data:
            self._selector.unregister(self._fd)

    # --- a line, and its first answer ---------------------------------------------------------------------------------

    def _take(self, line: bytes | None) -> None:
        ref: Ref = self._number
        try:
            if line is None:
                raise RejectedError(f"a line of more than {pipe_lines.MAX_LINE} bytes", Code.TEXT)
            body = pipe_lines.parse(line, text_only=self._text_only)
            if not body:
                return
            own = pipe_lines.reference(body)
            ref = self._number if own is None else own
            self._ask(ref, pipe_lines.request(body, self._defaults))
        except TtsmeshError as error:
            # Refused, or not answered: there is no id.
            _print(ref, "rejected", code=error.code, message=error.message)

    def _ask(self, ref: Ref, request: Request) -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)  # reap a server that we started and that has ended
        if isinstance(request, Mute):
            from ttsmesh.cli.commands.muting import change

            _print(ref, "accepted", count=change(request).count)
            return
        if not isinstance(request, Say | Again | Append | EndGroup):
            _print(ref, "accepted", count=tell(request))
            return
        try:
            client = ask(request, may_start=isinstance(request, Say | Append))
        except NotRunning:
            if not isinstance(request, EndGroup):
                raise
            _print(ref, "accepted", group=request.group, count=0)
            return
        assert isinstance(client.first, Accepted)
        what: Mapping[str, str]
        if isinstance(request, Append | EndGroup):
            what = {"group": request.group}
            _print(ref, "accepted", **what, count=client.first.count)
        else:
            what = {"id": client.first.id or ""}
            _print(ref, "accepted", **what)
        if client.ended:
            client.close()
            return
        self._in_flight[client] = (ref, what, request.text if isinstance(request, Say) else "")
        self._selector.register(client, selectors.EVENT_READ)
        self._hear(client)

    # --- what becomes of it -------------------------------------------------------------------------------------------

    def _hear(self, client: Client, *, read: bool = False) -> None:
        ref, what, text = self._in_flight[client]
        try:
            if read:
                client.read()
            for message in client.here():
                _report(ref, what, text, message)
        except TtsmeshError as error:
            _print(ref, "failed", **what, code=error.code, message=error.message)
        else:
            if not client.ended:
                return
        del self._in_flight[client]
        self._selector.unregister(client)
        client.close()


def _report(ref: Ref, what: Mapping[str, str], text: str, message: Message) -> None:
    if (place := place_heard(message, text)) is not None:
        _print(ref, **what, **place)
    match message:
        case Started():
            _print(ref, "started", **what)
        case Finished(heard=heard, reason=None):
            _print(ref, "finished", **what, heard_s=_seconds(heard))
        case Finished(heard=heard, reason=reason):
            _print(ref, "finished", **what, reason=reason, heard_s=_seconds(heard))
        case Interrupted(heard=heard, characters=characters, reason=reason):
            _print(ref, "interrupted", **what, reason=reason, characters=characters or 0, heard_s=_seconds(heard))
        case Failed(code=code, message=reason):
            _print(ref, "failed", **what, code=code, message=reason)


def _seconds(frames: int) -> float:
    return round(frames / SAMPLE_RATE, 3)


def _print(ref: Ref, event: object, **details: object) -> None:
    # ASCII only, so a terminal obeys nothing of it. A reader that does not read holds us up, one that has gone ends us.
    click.echo(json.dumps({"ref": ref, "event": event, **details}))

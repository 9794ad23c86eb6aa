"""Texts that come in pieces: `say --group` and `say --follow`."""

import codecs
import os
import select
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Self

from ttsmesh.cli.client import Client, NotRunning, ask, directory
from ttsmesh.errors import EX_INTERRUPTED, Code, RejectedError, TtsmeshError, printable
from ttsmesh.wire.client_messages import Accepted, Append, EndGroup, Failed, Interrupted
from ttsmesh.wire.schema import Message


def append(text: str, group: str, index: int | None, speech: dict[str, Any]) -> None:
    """Append ``text`` to ``group``, and be free again."""
    with ask(_first(group, text, speech, index=index), may_start=True) as client:
        _show_notice(client)


def end(group: str, index: int | None, caller: str | None, *, wait: bool) -> None:
    """End ``group``; with ``wait``, wait until it was heard. What does not run has no groups."""
    try:
        with ask(EndGroup(group=group, index=index, caller=caller, wait=wait), may_start=False) as client:
            for message in client:
                _check(message)
    except NotRunning:
        return


def follow(pieces: Iterable[bytes], speech: dict[str, Any], *, wait: bool) -> None:
    """Have the text in ``pieces`` said while it comes; with ``wait``, wait until it was heard.

    If it is stopped, the pieces are taken to their end nevertheless, since whoever makes them should not notice.
    """
    with _Follower(f"follow {os.getpid()} {time.monotonic_ns()}", speech) as follower:
        for text in _decoded(pieces):
            follower.add(text)
        follower.end(wait=wait)


def _decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """``pieces`` as text. A character may be in two of them. Raises ``RejectedError`` for what is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    taken = 0  # bytes, of which the decoder keeps the last ones until their character is whole
    for data in chain(pieces, (b"",)):
        kept = len(decoder.getstate()[0])
        try:
            yield decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise RejectedError(f"not valid UTF-8 (byte {taken - kept + error.start})", Code.TEXT) from None
        taken += len(data)


class _Follower:
    """Feeds one group over one exchange. The server reads when it has room, so sending waits until it has. What was not
    ended before the context ends is taken back."""

    def __init__(self, name: str, speech: dict[str, Any]) -> None:
        self._name = name
        self._speech = speech
        self._client: Client | None = None
        self._over: Message | TtsmeshError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def add(self, text: str) -> None:
        """Send ``text``, unless the group is over."""
        if self._over is not None or not text:
            return
        if self._client is None:
            self._client = ask(_first(self._name, text, self._speech, hold=True), may_start=True)
            _show_notice(self._client)
            return
        self._client.send(Append(group=self._name, text=text))
        self._look(self._client)

    def end(self, *, wait: bool) -> None:
        """Nothing more comes. Raises ``TtsmeshError`` if it has failed, and exits if it was interrupted."""
        if self._client is None:
            raise RejectedError("no text", Code.TEXT)
        if self._over is None:
            self._client.send(EndGroup(group=self._name, wait=wait))
            for message in self._client:
                if isinstance(message, Accepted) and message.count and not wait:
                    return
                self._over = message
        if isinstance(self._over, TtsmeshError):
            raise self._over
        if self._over is not None:
            _check(self._over)

    def _look(self, client: Client) -> None:
        """Take note of an outcome that is here."""
        try:
            if select.select([client], [], [], 0)[0]:
                client.read()
            for message in client.here():
                self._over = message
        except TtsmeshError as error:
            self._over = error


def _first(group: str, text: str, speech: dict[str, Any], **more: Any) -> Append:
    fields = {name: value for name, value in speech.items() if name in Append.rules}
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return Append(group=group, text=text, directory=directory(), terminal=terminal, **fields, **more)


def _show_notice(client: Client) -> None:
    if isinstance(client.first, Accepted) and client.first.notice is not None and sys.stderr is not None:
        print(f"ttsmesh: last utterance failed: {printable(client.first.notice)}", file=sys.stderr)


def _check(message: Message) -> None:
    match message:
        case Interrupted():
            sys.exit(EX_INTERRUPTED)
        case Failed(code=code, message=reason):
            raise TtsmeshError(reason, Code(code))

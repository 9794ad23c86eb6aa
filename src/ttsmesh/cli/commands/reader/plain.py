"""The reader without a terminal: sentences and lines are printed as they are spoken, and nothing else."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ttsmesh.cli.client import ask
from ttsmesh.cli.commands.reader.excerpt import excerpt
from ttsmesh.cli.commands.reader.sentences import next_sentence
from ttsmesh.wire.client_messages import Finished, Say, WordHeard
from ttsmesh.wire.schema import Message

_CONTROLS = re.compile(r"[\x08\x1b\x9b]")


class Printing:
    """Prints ``text`` from ``place`` on with ``write``: each sentence or line when its first word is heard."""

    def __init__(self, text: str, place: int, write: Callable[[str], None]) -> None:
        self._text = text
        self._at = place
        self._write = write

    def heard(self, message: Message) -> None:
        """A message about the text, with places in it."""
        match message:
            case WordHeard(start=start) if start >= self._at:
                self._print(next_sentence(self._text, start))
            case Finished(reason=None):
                self._print(len(self._text))
                if not self._text.endswith("\n"):
                    self._write("\n")

    def _print(self, end: int) -> None:
        self._write(_CONTROLS.sub(" ", self._text[self._at : end]))
        self._at = end


def read_out(text: str, place: int, fields: Mapping[str, Any], write: Callable[[str], None]) -> Iterator[Message]:
    """Speak ``text`` from ``place`` on, and print it meanwhile; the messages about that. ``fields`` are those of Say.

    Raises:
        TtsmeshError: the text is refused, or the mesh goes away.
    """
    part = excerpt(text, place, fields["read_as"], tags=fields["tags"])
    printing = Printing(text, place, write)
    with ask(Say(text=part.text, start=part.start, wait=True, words=True, **fields), may_start=True) as client:
        for message in client:
            printing.heard(part.moved(message))
            yield message

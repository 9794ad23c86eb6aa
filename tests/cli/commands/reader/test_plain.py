"""What is printed where there is no terminal."""

import pytest

from tests.cli.commands.reader.telling import word
from ttsmesh.cli.commands.reader.plain import Printing
from ttsmesh.wire.client_messages import Finished, Interrupted
from ttsmesh.wire.schema import Message

TEXT = "# Title\n\nOne sentence. Another.\nA line\x1b[1m"


def printed(*messages: Message, place: int = 0) -> list[str]:
    parts: list[str] = []
    printing = Printing(TEXT, place, parts.append)
    for message in messages:
        printing.heard(message)
    return parts


def heard(said: str) -> Message:
    return word(TEXT.index(said), TEXT.index(said) + len(said))


def test_each_sentence_and_line_is_printed_when_its_first_word_is_heard() -> None:
    assert printed(heard("Title"), heard("One"), heard("sentence"), heard("Another")) == [
        "# Title\n\n",
        "One sentence. ",
        "Another.\n",
    ]


def test_the_rest_is_printed_at_the_end_without_control_characters() -> None:
    assert printed(heard("Title"), Finished(heard=1)) == ["# Title\n\n", "One sentence. Another.\nA line [1m", "\n"]


@pytest.mark.parametrize("outcome", [Interrupted(reason="stopped"), Finished(reason="muted")])
def test_what_was_not_heard_is_not_printed(outcome: Message) -> None:
    assert printed(heard("Title"), outcome) == ["# Title\n\n"]


def test_it_begins_where_the_text_does() -> None:
    assert printed(heard("Another"), place=TEXT.index("One")) == ["One sentence. Another.\n"]

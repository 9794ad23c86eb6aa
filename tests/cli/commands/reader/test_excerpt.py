"""What is said from a place on: little before it, and what that is needed for."""

import pytest

from tests.cli.commands.reader.telling import word
from ttsmesh.cli.commands.reader.excerpt import NEAR, excerpt
from ttsmesh.wire.client_messages import Finished, Progress

FILLING = "Some words of filling. " * (NEAR // 10) + "\n\n"


def said(text: str, here: str, read_as: str | None = None, *, tags: bool = False) -> str:
    """What is said from the place of ``here`` on, which must begin with it; and words must be found at their places."""
    place = text.index(here)
    part = excerpt(text, place, read_as, tags=tags)
    assert part.text[part.start :].startswith(here)
    assert part.start <= NEAR
    told = part.moved(word(part.start, part.start + len(here)))
    assert told == word(place, place + len(here))
    assert part.text[part.start :] == text[place:]
    return part.text


def test_a_text_is_said_whole_near_its_beginning() -> None:
    text = "One. Two. Three."
    assert said(text, "Two") == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_far_from_it_the_paragraph_comes_first(newline: str) -> None:
    text = (FILLING + "Before. Here it is.\n\nAfter.").replace("\n", newline)
    assert said(text, "Here") == f"Before. Here it is.{newline}{newline}After."


def test_of_a_paragraph_that_is_too_long_the_line_comes_first_or_else_nothing() -> None:
    assert said(FILLING.strip() + "\nBefore. Here", "Here") == "Before. Here"
    assert said(FILLING.strip() + " Here", "Here") == "Here"


@pytest.mark.parametrize("fence", ["```", "~~~~"])
@pytest.mark.parametrize("read_as", [None, "auto", "markdown"])
def test_code_in_markdown_stays_code(fence: str, read_as: str | None) -> None:
    text = f"{fence}python\nx = 1\n\n{FILLING}here = 2\n{fence}\n\n{FILLING}There"
    assert said(text, "here", read_as).startswith(f"{fence}python\nhere = 2")
    assert said(text, "There", read_as) == "There"


def test_fences_count_in_markdown_only() -> None:
    assert said(f"```\n{FILLING}here", "here", "text") == "here"


def test_the_voice_goes_on_speaking() -> None:
    text = f"[voice:a]One. [voice:b]Two. {FILLING}here [voice:c]Three."
    assert said(text, "here", tags=True) == "[voice:b]here [voice:c]Three."
    assert said(text, "here") == "here [voice:c]Three."


def test_ssml_is_said_whole_because_no_part_of_it_is_ssml() -> None:
    text = f"<speak>{FILLING}here</speak>"
    part = excerpt(text, text.index("here"), "ssml")
    assert (part.text, part.start, part.offset) == (text, text.index("here"), 0)


def test_what_stands_before_an_excerpt_has_no_place_in_the_text() -> None:
    text = f"```\n{FILLING}here"
    part = excerpt(text, text.index("here"))
    assert part.moved(word(0, 3)) == word(len(text) - 4, len(text) - 4)
    assert part.moved(Progress(heard=5, characters=8)) == Progress(heard=5, characters=len(text))
    assert part.moved(Progress(heard=5)) == Progress(heard=5)
    assert part.moved(Finished(heard=1)) == Finished(heard=1)

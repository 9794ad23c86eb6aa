"""A kept text as it is shown: without its secrets, and parted where its hearing ended."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from tests.model.fake_voice import order
from ttsmesh.errors import SynthesisError
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.speech.kept.shown import Masks, shown, without
from ttsmesh.model.text.reading import Reading


def told(text: str, heard: int = 0, **reading: Any) -> tuple[str, str]:
    async def main() -> tuple[str, str]:
        g2p = G2P()
        try:
            it = replace(order(text=text), reading=Reading(**{"language": "en-us", **reading}))
            return await shown(g2p, it, heard)
        finally:
            await g2p.close()

    return asyncio.run(main())


TABLE = "| user | password |\n|---|---|\n| ann | hunter22 |\n| bob | swordfish |\n"


@pytest.mark.parametrize("language", ["en-us", "pt-br", "ja"])
def test_c16_a_secret_that_only_the_format_tells_is_not_shown(language: str) -> None:
    _, rest = told(TABLE, language=language)
    assert rest == "| user | password |\n|---|---|\n| ann | [a secret] |\n| bob | [a secret] |\n"


def test_c16_a_secret_in_what_is_not_said_is_not_shown() -> None:
    """Of a stack trace the last frames are said."""
    frames = "".join(f'  File "a.py", line {n}, in f\n    connect(password="hunter2")\n' for n in range(20))
    _, rest = told(f"Traceback (most recent call last):\n{frames}ValueError: no\n")
    assert "hunter2" not in rest
    assert rest.count("[password equals a secret]") == 20


def test_what_is_no_secret_is_shown_as_it_is() -> None:
    text = "I have a secret.\n\n* It costs $5,  see `main.py`.\n"
    assert told(text) == ("", text)
    assert told(text, heard=len(text)) == (text, "")


def test_the_heard_part_ends_with_the_last_character_that_was_heard() -> None:
    assert told("The build is green. Two warnings.", heard=9) == ("The build", " is green. Two warnings.")


def test_c14_where_the_reader_fails_nothing_is_shown() -> None:
    class Failing:
        async def read(self, *_: object, **__: object) -> None:
            raise SynthesisError("closed")

    it = order(text="My diary, without a key.")
    assert asyncio.run(shown(cast(G2P, Failing()), it, 4)) == ("[not shown]", "")


def test_a_plain_text_without_the_name_of_a_secret_need_not_be_read() -> None:
    unread = cast(G2P, None)
    it = order(text="See sk-proj-Zq7XwKv9RtYpLmN3bHj now.")
    assert asyncio.run(shown(unread, it, 0)) == ("", "See [a secret] now.")


def test_c16_a_secret_that_a_terminal_would_colour_is_not_shown() -> None:
    _, rest = told("Look: \x1b[31mghp_Zq7XwKv9RtYpLmN3bHj\x1b[0m.")
    assert "Zq7" not in rest


@pytest.mark.parametrize(
    ("masks", "heard", "parts"),
    [
        ([], 4, ("0123", "456789")),
        ([(2, 5, "x")], 0, ("", "01[x]56789")),
        ([(2, 5, "x")], 2, ("01", "[x]56789")),
        ([(2, 5, "x")], 3, ("01[x]", "56789")),
        ([(2, 5, "x")], 10, ("01[x]56789", "")),
        ([(2, 5, "x"), (2, 5, "longer")], 0, ("", "01[longer]56789")),
        ([(2, 6, "x"), (4, 7, "longer"), (7, 8, "z")], 0, ("", "01[x][z]89")),
        ([(1, 9, "all"), (2, 3, "x"), (4, 5, "y")], 5, ("0[all]", "9")),
        ([(5, 6, "y"), (0, 1, "x"), (9, 10, "z")], 7, ("[x]1234[y]6", "78[z]")),
    ],
)
def test_each_hidden_place_is_told_once(masks: Masks, heard: int, parts: tuple[str, str]) -> None:
    assert without(masks, "0123456789", heard) == parts

"""What is said of a corpus of texts: each case is an input, what it is read as, and what a colleague would say.

The cases are in ``corpus``, a file for each area. Each of its tables is one kind of text: ``cases`` is pairs of a text
and what is said; ``language`` and ``as`` are those of all of them; ``unsayable`` is how many characters each
leaves out.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reading import say

CORPUS = Path(__file__).parent / "corpus"
KINDS = [
    (f"{path.stem}.{kind}", table)
    for path in sorted(CORPUS.glob("*.toml"))
    for kind, table in tomllib.loads(path.read_text(encoding="utf-8")).items()
]
LEAST = 500
LEAST_OF_A_KIND = 5


def cases() -> Iterator[Any]:
    for kind, table in KINDS:
        for number, (text, said) in enumerate(table["cases"]):
            yield pytest.param(table, text, said, id=f"{kind}-{number}")


@pytest.mark.parametrize(("table", "text", "said"), list(cases()))
def test_it_is_read_as_a_colleague_would_read_it(table: dict[str, Any], text: str, said: str) -> None:
    found, unsayable = say(text, table.get("language", "en-us"), table.get("as", "auto"))
    assert found == said
    assert unsayable == table.get("unsayable", 0)


def test_the_corpus_is_large_and_has_some_of_every_kind() -> None:
    assert sum(len(table["cases"]) for _, table in KINDS) >= LEAST
    assert {kind: len(table["cases"]) for kind, table in KINDS if len(table["cases"]) < LEAST_OF_A_KIND} == {}


def test_no_text_is_in_the_corpus_twice() -> None:
    seen = [(text, table.get("language"), table.get("as")) for _, table in KINDS for text, _ in table["cases"]]
    assert len(seen) == len(set(seen))

"""docs/troubleshooting.md quotes messages as the program has them."""

import re

import pytest

import ttsmesh
from tests.documents import ROOT, code, read

LEAST = 6
"""Characters of a quotation between two holes, from which on it must be in the program. Shorter ones tell nothing."""

OTHERS = {
    "PortAudio library not found",
    "No such option",
    "Could not find a version that satisfies the requirement misaki",
}
"""What libraries say."""

_HOLE = re.compile(r"\.\.\.|'[^']*'|; |\b(?:npm|pip|ttsmesh\.socket)\b")
"""What a message says differently each time, or puts together."""


def quotations() -> list[str]:
    """What the first column of a table has between backticks, if it is a message: it has a space."""
    cells = re.findall(r"^\| ([^|]*) \|", read("docs/troubleshooting.md"), re.MULTILINE)
    return [quotation for cell in cells for quotation in code(cell) if " " in quotation]


def sources() -> str:
    """All of the program, in which a message is one string also where its line was broken."""
    folder = (ROOT / "src" / ttsmesh.__name__).rglob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder))
    return re.sub(r'"\s*\n\s*f?"', "", text)


SOURCES = sources()


def test_there_are_messages() -> None:
    assert len(quotations()) > 20


@pytest.mark.parametrize("quotation", quotations())
def test_each_message_is_one_of_the_program(quotation: str) -> None:
    for part in _HOLE.split(quotation):
        if len(part.strip()) >= LEAST and part.strip() not in OTHERS:
            assert part.strip() in SOURCES, part

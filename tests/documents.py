"""The documents, for the tests that compare them with the program."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tracked() -> list[str]:
    """The files of the project that git knows, and that are there."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.decode().split("\0") if (ROOT / name).is_file()]


def documents() -> list[str]:
    """Every document, by its path from the root of the project."""
    places = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contrib/**/README.md")]
    names = [path.relative_to(ROOT) for path in places]
    return sorted(str(name) for name in names if "node_modules" not in name.parts)


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def rows(document: str, heading: str) -> Iterator[list[str]]:
    """The cells of the first table below ``## heading``, without its own heading."""
    _, found, section = read(document).partition(f"\n## {heading}\n")
    assert found, heading
    lines = section.partition("\n## ")[0].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def sample(document: str, kind: str, beginning: str) -> str:
    """The one block of code in ``document`` that is marked as ``kind`` and has this ``beginning``."""
    (found,) = re.findall(
        rf"^```{kind}\n({re.escape(beginning)}.*?)^```$", read(document), flags=re.MULTILINE | re.DOTALL
    )
    return str(found)


def code(cell: str) -> list[str]:
    """What ``cell`` has between backticks."""
    return re.findall(r"`([^`]*)`", cell)

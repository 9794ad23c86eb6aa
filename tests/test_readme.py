"""The README says what there is: its tables against the program, and nothing in the tree that belongs elsewhere."""

import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click
import pytest

from ttsmesh.cli.main import cli
from ttsmesh.config import Settings
from ttsmesh.errors import EX_INTERRUPTED, EXIT_STATUS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the first table below ``## heading``, without its own heading."""
    _, found, section = README.partition(f"\n## {heading}\n")
    assert found, heading
    lines = section.partition("\n## ")[0].splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    assert table, heading
    for line in table:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def code(cell: str) -> list[str]:
    """What ``cell`` has between backticks."""
    return re.findall(r"`([^`]*)`", cell)


def tracked() -> list[str]:
    """The files of the project that git knows, and that are there."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.decode().split("\0") if (ROOT / name).is_file()]


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def test_the_option_table_of_say_is_complete() -> None:
    listed = {name.split()[0] for option, _ in rows("`ttsmesh say [TEXT...]`") for name in code(option)}
    say = command("say")
    context = click.Context(say, parent=click.Context(cli, **cli.context_settings))
    options = [option for option in say.get_params(context) if isinstance(option, click.Option)]
    assert listed == {name for option in options for name in option.opts}


def test_the_command_table_is_complete() -> None:
    listed = {code(name)[0].split()[1] for name, _ in rows("Other commands")}
    assert listed | {"say"} == set(cli.list_commands(click.Context(cli)))


def test_the_exit_status_table_is_that_of_the_errors() -> None:
    expected: defaultdict[int, set[str]] = defaultdict(set)
    for error, status in EXIT_STATUS.items():
        expected[status].add(error.value)
    expected |= {0: set(), EX_INTERRUPTED: set()}
    assert {int(status): set(code(codes)) for status, _, codes in rows("Exit status")} == expected


def _settings(cls: type[Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    hints = get_type_hints(cls)
    for field in fields(cls):
        inner = get_args(hints[field.name])
        if inner and is_dataclass(inner[-1]):
            yield from _settings(inner[-1], f"{prefix}{field.name}.NAME.")  # type: ignore[arg-type]
        else:
            yield prefix + field.name, field.default


def test_the_settings_table_has_every_setting_and_its_default() -> None:
    listed: dict[str, object] = {}
    for key, default, _ in rows("Settings"):
        listed[code(key)[0]] = tomllib.loads(f"value = {code(default)[0]}")["value"] if default else None
    assert listed == dict(_settings(Settings))


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/following.md",
        "docs/promises.md",
        "docs/reading.md",
        "docs/spelling.md",
        "docs/markup.md",
        "docs/books.md",
        "docs/engines.md",
        "docs/reader.md",
    ],
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = ROOT / document
    # In code, "[word](/phonemes/)" is an example and no link.
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_layout_has_every_module() -> None:
    _, _, section = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("\n## Layout\n")
    listed, package = set(), ""
    for line in section.split("```")[1].splitlines():
        if line.startswith("src/ttsmesh/"):
            package = line.split()[0]
        elif line.startswith("  "):
            listed.add(package + line.split()[0])
    modules = {name for name in tracked() if name.startswith("src/") and name.endswith(".py")}
    assert listed == {module for module in modules if not module.endswith("/__init__.py")}


# In parts, because the test below reads this file as well.
PACKAGE_INDEXES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian"),
        ("proxy", "golang"),
    )
]


def test_no_package_index_is_hard_coded() -> None:
    """Users choose where packages come from, in the settings of pip, npm and apt: a mirror, a proxy, a local folder.

    A script that names a public index goes around that choice, and fails where only the mirror can be reached.
    """
    for name in tracked():
        content = (ROOT / name).read_bytes()
        assert not [host for host in PACKAGE_INDEXES if host.encode() in content], name

"""docs/promises.md against the tests and the limits: each promise has a test, each id in a test's name is a promise."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ttsmesh import limits

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")

PROMISE = re.compile(r"^\*\*([A-E]\d+)\.\*\* .*?(?=^\*\*|^## )", re.MULTILINE | re.DOTALL)
NAMED_TEST = re.compile(r"^- `(.*)`$", re.MULTILINE)
DEFINED_TEST = re.compile(r"^ *def (test_\w+)\(", re.MULTILINE)
PROMISES = {found[1]: NAMED_TEST.findall(found[0]) for found in PROMISE.finditer(DOCUMENT)}
TESTS = {name for path in ROOT.glob("tests/**/*.py") for name in DEFINED_TEST.findall(path.read_text(encoding="utf-8"))}


def ids(test: str) -> list[str]:
    """The promises that a test's name carries: B4 and B5 for ``test_b4_b5_...``."""
    return [id.upper() for id in re.findall(r"_([a-e]\d+)(?=_|$)", test)]


def test_every_promise_names_tests_of_its_own() -> None:
    assert PROMISES
    for promise, tests in PROMISES.items():
        assert tests, promise
        assert not [test for test in tests if promise not in ids(test)], promise


def test_every_test_that_the_document_names_exists() -> None:
    assert set(NAMED_TEST.findall(DOCUMENT)) <= TESTS


def test_every_id_in_a_tests_name_is_a_promise_and_comes_first() -> None:
    for test in TESTS:
        assert set(ids(test)) <= PROMISES.keys(), test
        assert f"{test}_".startswith("_".join(["test", *map(str.lower, ids(test)), ""])), test


def limit_rows() -> Iterator[str]:
    """The table of limits as limits.py has them: each constant with its value and its docstring."""
    source = ast.parse(Path(limits.__file__).read_text(encoding="utf-8")).body
    for assignment, after in zip(source, [*source[1:], None], strict=True):
        match assignment, after:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(docstring))):
                reason = " ".join(docstring.replace("``", "`").split())
                yield f"| `{name}` | {shown(getattr(limits, name), docstring)} | {reason} |"
            case ast.Assign(targets=[ast.Name(id=name)]), _:
                assert name in ("KIB", "MIB"), f"{name} has no docstring"


def shown(value: float, docstring: str) -> str:
    """``value``, in KiB or MiB where these are bytes."""
    if docstring.startswith("Bytes"):
        for unit, name in ((limits.MIB, "MiB"), (limits.KIB, "KiB")):
            if value % unit == 0:
                return f"{value // unit} {name}"
    return f"{value:g}"


def test_the_table_of_limits_is_that_of_the_code() -> None:
    """The expected rows are what the document should have."""
    rows = [line for line in DOCUMENT.splitlines() if re.match(r"\| `[A-Z0-9_]+` \|", line)]
    assert rows == list(limit_rows())


def test_every_limit_that_a_promise_names_exists() -> None:
    assert {name for name in re.findall(r"`([A-Z0-9_]+)`", DOCUMENT) if name != "SIGTERM"} <= vars(limits).keys()

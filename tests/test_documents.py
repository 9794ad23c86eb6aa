"""Documents lead to one another, the layout has every module, and nothing in the tree belongs elsewhere."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.documents import ROOT, documents, read, tracked

README = "README.md"


def prose(document: str) -> str:
    """A document without its code, in which "[word](/phonemes/)" is an example and no link."""
    text = re.sub(r"^(`{3,}).*?^\1", "", read(document), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "``", text)


def anchors(document: str) -> set[str]:
    """The fragments that lead to headings of a document, as GitHub makes them."""
    found: Counter[str] = Counter()
    result = set()
    text = re.sub(r"^(`{3,}).*?^\1", "", read(document), flags=re.DOTALL | re.MULTILINE)
    for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        anchor = re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        result.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
        found[anchor] += 1
    return result


def links(document: str) -> list[str]:
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)) if "://" not in target]


@pytest.mark.parametrize("document", documents())
def test_links_between_documents_lead_somewhere(document: str) -> None:
    for target in links(document):
        path, _, anchor = target.partition("#")
        there = ((ROOT / document).parent / path).resolve() if path else ROOT / document
        assert there.exists(), target
        assert not anchor or anchor in anchors(str(there.relative_to(ROOT))), target


def test_the_readme_leads_to_each_document_of_docs() -> None:
    named = {target.partition("#")[0] for target in links(README)}
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")} <= named


def test_the_architecture_leads_to_each_document_of_internals() -> None:
    named = {target.partition("#")[0] for target in links("ARCHITECTURE.md")}
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "docs/internals").glob("*.md")} <= named


def test_the_readme_is_short_enough_to_read() -> None:
    assert len(read(README).splitlines()) <= 200


def test_the_layout_has_every_module() -> None:
    listed, package = set(), ""
    for line in read("docs/internals/layout.md").split("```")[1].splitlines():
        if line.startswith("src/ttsmesh/"):
            package = line.split()[0]
        elif line.startswith("  "):
            listed.add(package + line.split()[0])
    modules = {name for name in tracked() if name.startswith("src/") and name.endswith(".py")}
    assert listed == {module for module in modules if Path(module).name != "__init__.py"}


def test_the_layout_has_all_that_is_contributed() -> None:
    listed = {line.split()[0] for line in read("docs/internals/layout.md").splitlines() if line.startswith("contrib/")}
    assert {name.split("/")[1] for name in tracked() if name.startswith("contrib/")} == {
        entry.split("/")[1] for entry in listed
    }


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

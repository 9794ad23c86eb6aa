"""What a wheel brings besides the program: manual pages and the completion of shells, made of the commands."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from contrib.wheel import man
from hatchling.builders.wheel import WheelBuilder

from ttsmesh.cli.main import cli
from ttsmesh.cli.shells import PLACES
from ttsmesh.errors import EX_INTERRUPTED, EXIT_STATUS

ROOT = Path(__file__).parents[1]
PAGES = dict(man.pages(cli))


@pytest.fixture(scope="module", params=["standard", "editable"])
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=[request.param])
    with zipfile.ZipFile(path) as archive:
        yield archive


def shared(wheel: zipfile.ZipFile) -> dict[str, str]:
    """The content of each file that is installed below ``share``."""
    found = {name.partition(".data/data/share/")[2]: name for name in wheel.namelist()}
    return {place: wheel.read(name).decode() for place, name in found.items() if place}


def test_a_wheel_has_a_manual_page_for_each_command_and_completion_for_each_shell(
    wheel: zipfile.ZipFile,
) -> None:
    found = shared(wheel)
    assert {f"man/man1/{name}": page for name, page in PAGES.items()}.items() <= found.items()
    completion = {"/".join(place) for place in PLACES.values()}
    assert found.keys() == {f"man/man1/{name}" for name in PAGES} | completion | {"applications/ttsmesh.desktop"}


def test_a_wheel_has_its_licences_and_nothing_that_was_made_by_running_it(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert not [name for name in names if re.search(r"__pycache__|\.pyc$|(^|/)(tests|bench|contrib)/", name)]


def test_each_page_is_rendered_without_a_warning(tmp_path: Path) -> None:
    for name, page in PAGES.items():
        (tmp_path / name).write_text(page, encoding="utf-8")
    lint = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", *sorted(PAGES)], cwd=tmp_path, capture_output=True, timeout=60
    )
    told = [line for line in lint.stdout.decode().splitlines() if 'missing date, using ""' not in line]
    assert told == []


def test_a_page_says_what_the_command_says_of_itself(tmp_path: Path) -> None:
    say = rendered(PAGES["ttsmesh-say.1"], tmp_path)
    assert "ttsmesh-say - Speak TEXT, or what comes through a pipe" in say
    assert "ttsmesh say [OPTIONS] [TEXT]..." in say
    assert "-v, --voice NAME" in say
    assert "'?' lists." in say
    lexicon = rendered(PAGES["ttsmesh-lexicon.1"], tmp_path)
    assert "ttsmesh lexicon add [OPTIONS] WORD SAYING" in lexicon
    assert '"/wˈɪn/"' in lexicon


def test_the_first_page_has_every_command_and_every_exit_status(tmp_path: Path) -> None:
    page = rendered(PAGES["ttsmesh.1"], tmp_path)
    for name in PAGES.keys() - {"ttsmesh.1"}:
        assert page.count(name.replace(".1", "(1)")) >= 2, name
    assert set(man.STATUSES) == {0, EX_INTERRUPTED, *EXIT_STATUS.values()}


def rendered(page: str, folder: Path) -> str:
    """The page as text, with blanks and line breaks made one blank."""
    (folder / "page.1").write_text(page, encoding="utf-8")
    run = subprocess.run(
        ["mandoc", "-T", "utf8", "-O", "width=200", "page.1"], cwd=folder, capture_output=True, timeout=60, check=True
    )
    return " ".join(re.sub(".\b", "", run.stdout.decode()).split())

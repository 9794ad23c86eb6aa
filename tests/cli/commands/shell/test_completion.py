"""``ttsmesh completion``: the script is printed, or written to where the shell looks for it, and removed again."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_main import assert_one_line, ttsmesh
from ttsmesh.cli.shells import PLACES


@pytest.fixture(autouse=True)
def home(private: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SHELL", raising=False)
    return private


@pytest.mark.parametrize("shell", PLACES)
def test_the_script_is_the_shells_own_language(shell: str) -> None:
    script = ttsmesh("completion", shell)
    assert (script.returncode, script.stderr) == (0, b"")
    checked = subprocess.run([shell, "-n"], input=script.stdout, capture_output=True, timeout=60)
    assert (checked.returncode, checked.stderr) == (0, b"")


@pytest.mark.parametrize("shell", PLACES)
def test_install_says_what_it_has_written_and_uninstall_removes_it(shell: str, home: Path) -> None:
    path = home.joinpath("data", *PLACES[shell])
    first = ttsmesh("completion", "install", shell)
    assert first.stdout.decode().splitlines()[0] == f"installed: {path}"
    assert path.read_bytes() == ttsmesh("completion", shell).stdout
    assert ttsmesh("completion", "install", shell).stdout == first.stdout, "once more is no harm"
    assert ttsmesh("completion", "uninstall", shell).stdout.decode() == f"uninstalled: {path}\n"
    assert not path.exists()
    again = ttsmesh("completion", "uninstall", shell)
    assert (again.returncode, again.stdout) == (0, b"not installed\n")


def test_the_line_for_zsh_is_right_where_the_path_has_a_blank(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "my data"))
    line = ttsmesh("completion", "install", "zsh").stdout.decode().splitlines()[1].partition("compinit: ")[2]
    zsh = subprocess.run(["zsh", "-fc", f"{line}; print -r $fpath[1]/_ttsmesh"], capture_output=True, timeout=60)
    assert Path(zsh.stdout.decode().strip()).exists()


def test_the_shell_is_the_users_own_or_must_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = ttsmesh("completion", "install")
    assert unknown.returncode == 2
    assert_one_line(unknown.stderr)
    assert b"bash, zsh or fish" in unknown.stderr
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert ttsmesh("completion", "install").returncode == 0
    assert home.joinpath("data", *PLACES["fish"]).exists()


def test_a_place_that_cannot_be_written_is_one_line(home: Path) -> None:
    (home / "data" / "bash-completion").touch()
    refused = ttsmesh("completion", "install", "bash")
    assert refused.returncode == 73
    assert_one_line(refused.stderr)
    assert b"cannot write" in refused.stderr
    assert ttsmesh("completion", "uninstall", "bash").returncode == 73

"""contrib/kokoro.sh, with a fake Python that installs nothing: what is in the cache is whole, and nothing else is."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "contrib" / "kokoro.sh"

FAKE_PYTHON = """#!/bin/sh
case $1 in
-c) echo fake ;;
*)
    printf '%s\\n' "$*" >>"$LOG"
    while [ "$1" != --target ]; do shift; done
    target=$2
    echo ours >"$target/whole"
    eval "$AFTER_INSTALL"
    ;;
esac
"""

FAKE_MV = """#!/bin/sh
for target; do :; done
eval "$BEFORE_MV"
command -p mv "$@"
"""


@pytest.fixture
def run(tmp_path: Path) -> "Run":
    for name, content in (("python", FAKE_PYTHON), ("mv", FAKE_MV)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o755)
    return Run(tmp_path)


class Run:
    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache" / "ttsmesh-tests"
        self.log = folder / "log"
        self._environment = {
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHON": str(folder / "python"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "LOG": str(self.log),
        }

    def __call__(self, *, after_install: str = ":", before_mv: str = ":") -> subprocess.CompletedProcess[str]:
        """The script's run, in which the fake programs run these commands at these moments."""
        environment = {**self._environment, "AFTER_INSTALL": after_install, "BEFORE_MV": before_mv}
        return subprocess.run(["sh", SCRIPT], env=environment, capture_output=True, text=True, timeout=60)

    @property
    def kept(self) -> list[Path]:
        return list(self.cache.iterdir())


def test_what_a_package_says_of_its_pythons_is_ignored_for_kokoro_alone(run: Run) -> None:
    first = run()
    assert first.returncode == 0, first
    assert [str(path) for path in run.kept] == [first.stdout.strip()]
    ignoring, heeding = run.log.read_text().splitlines()
    assert "--no-deps --ignore-requires-python kokoro==" in ignoring
    assert "--ignore" not in heeding
    assert "torch==" in heeding
    assert run().stdout == first.stdout
    assert len(run.log.read_text().splitlines()) == 2, "the second run installs nothing"


def test_of_two_that_install_at_once_the_first_one_stays(run: Run) -> None:
    second = run(before_mv='mkdir "$target"; echo theirs >"$target/whole"')
    assert second.returncode == 0, second
    assert [str(path) for path in run.kept] == [second.stdout.strip()]
    assert (run.kept[0] / "whole").read_text() == "theirs\n"


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_an_interrupted_one_leaves_nothing(run: Run, signal: str) -> None:
    assert run(after_install=f"kill -{signal} $PPID").returncode == 130
    assert run.kept == []

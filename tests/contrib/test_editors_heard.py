"""The words of a buffer are heard: real editors, the real program, a real voice, and the virtual sink."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import recogniser
from tests.contrib.test_emacs import PACKAGE
from tests.contrib.test_vim import EDITORS, VIM
from tests.heard import Heard
from tests.mesh import PATIENCE, Mesh
from ttsmesh.paths import cache_dir, data_dir

pytestmark = [pytest.mark.long, pytest.mark.sound, pytest.mark.model, pytest.mark.timeout(300)]
pytest_plugins = ["tests.conftest_sound"]

TEXT = "The green bottle\nis on the table.\n"


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env, engine="openvino") as mesh:
        yield mesh


@pytest.fixture
def text(mesh: Mesh) -> Path:
    path = mesh.work / "text.txt"
    path.write_text(TEXT)
    return path


def edit(mesh: Mesh, *command: str) -> str:
    """Run an editor for which ``ttsmesh`` is in the path, with a home of its own. Returns what it prints."""
    env = mesh.env | {
        "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "HOME": str(mesh.work),
        "NVIM_LOG_FILE": os.devnull,
        "XDG_DATA_HOME": str(data_dir().parent),
        "XDG_CACHE_HOME": str(cache_dir().parent),
    }
    run = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run
    return run.stdout


def words_since(mesh: Mesh, heard: Heard, start: float) -> list[str]:
    heard.recorder.await_sound(start, timeout=PATIENCE)
    mesh.until_idle()
    return recogniser.words(heard.since(start).sound())


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_vim_is_heard_when_it_has_quit(editor: str, mesh: Mesh, heard: Heard, text: Path) -> None:
    start = time.monotonic()
    edit(mesh, *EDITORS[editor], "-S", str(VIM / "plugin" / "ttsmesh.vim"), "-c", "TTSSay", "-c", "qall!", str(text))
    assert words_since(mesh, heard, start) == recogniser.normal(TEXT)


FOLLOW = """
(let (words)
  (advice-add 'move-overlay :after
    (lambda (_overlay start end) (push (buffer-substring start end) words)))
  (ttsmesh-follow-mode 1)
  (ttsmesh-buffer)
  (while ttsmesh--processes (accept-process-output nil 0.1))
  (princ (string-join (nreverse words) " ")))
"""


def test_emacs_is_heard_and_highlights_what_is_heard(mesh: Mesh, heard: Heard, text: Path) -> None:
    start = time.monotonic()
    shown = edit(mesh, "emacs", "-Q", "--batch", "-l", str(PACKAGE), str(text), "--eval", FOLLOW)
    assert recogniser.normal(shown) == recogniser.normal(TEXT)
    assert words_since(mesh, heard, start) == recogniser.normal(TEXT)

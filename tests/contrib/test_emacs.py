"""The package for Emacs: its ERT tests with a fake ttsmesh, how Emacs quits, and what its own tools say about it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contrib.recorder import Recorder
from tests.documents import ROOT, sample
from tests.mesh import PATIENCE

PACKAGE = ROOT / "contrib" / "emacs" / "ttsmesh.el"
TESTS = Path(__file__).with_name("ttsmesh-test.el")


def emacs(fake: Recorder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["emacs", "-Q", "--batch", "-L", str(PACKAGE.parent), *arguments],
        env=fake.env | {"FAKE": str(fake.directory), "LC_ALL": "C.UTF-8", "HOME": str(fake.directory)},
        cwd=fake.directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_ert(fake: Recorder) -> None:
    run = emacs(fake, "-l", str(TESTS), "-f", "ert-run-tests-batch-and-exit")
    assert run.returncode == 0, run.stdout
    count = TESTS.read_text().count("\n(ttsmesh-test ttsmesh-test-") + TESTS.read_text().count("\n(ert-deftest ")
    assert re.search(rf"Ran {count} tests, {count} results as expected", run.stdout), run.stdout


def test_it_compiles_without_a_warning(fake: Recorder) -> None:
    copy = shutil.copy(PACKAGE, fake.directory)
    run = emacs(fake, "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", str(copy))
    assert (run.returncode, run.stdout.strip()) == (0, "")


def test_checkdoc_has_nothing_to_say(fake: Recorder) -> None:
    run = emacs(fake, "-l", "checkdoc", "--eval", f'(checkdoc-file "{PACKAGE}")')
    assert (run.returncode, run.stdout.strip()) == (0, "")


@pytest.mark.parametrize("text", ["naïve \U0001f600", "A line of a long text.\n" * 50_000], ids=["short", "long"])
def test_a_text_is_whole_although_emacs_quits(fake: Recorder, text: str) -> None:
    (fake.directory / "text").write_text(text)
    run = emacs(fake, "-l", str(PACKAGE), "text", "-f", "ttsmesh-buffer")
    assert (run.returncode, run.stdout) == (0, "")
    (call,) = fake.calls(1)
    assert (call.arguments[0], call.input) == ("say", text)


def test_set_up_as_the_document_says_keys_speak(fake: Recorder) -> None:
    (fake.directory / "src").mkdir()
    (fake.directory / "src" / "ttsmesh").symlink_to(PACKAGE.parents[2])
    (fake.directory / "init.el").write_text(
        "".join(sample("docs/editors.md", "elisp", it) for it in ("(add-to-list", "(global-set-key"))
    )
    keys = r"""(dolist (keys '("C-c \" b" "C-c s b")) (princ (key-binding (kbd keys))))"""
    run = emacs(fake, "-l", str(fake.directory / "init.el"), "--eval", keys)
    assert (run.returncode, run.stdout) == (0, "ttsmesh-buffer" * 2)

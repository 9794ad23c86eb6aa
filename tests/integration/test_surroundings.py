"""A user without a home, a directory that is gone, nothing installed: a clear refusal, and no trace of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mesh import PATIENCE, QUICK, Mesh
from ttsmesh.model.build.weights_packages import PACKAGES
from ttsmesh.paths import data_dir

UNKNOWN_UID = 54321

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        yield mesh


@pytest.fixture
def bare() -> Iterator[Mesh]:
    """A mesh of a user who has not run `ttsmesh setup`."""
    with Mesh() as mesh:
        for name in ("DATA", "CACHE"):
            mesh.env[f"XDG_{name}_HOME"] = str(mesh.directory / name)
        yield mesh


def written(mesh: Mesh) -> set[str]:
    """What a command has left behind, besides the directory where sockets would be."""
    ours = {mesh.directory / name for name in ("run", "work", "config", "asound.conf")}
    return {path.name for path in mesh.directory.iterdir() if path not in ours} | set(os.listdir(mesh.work))


def assert_one_line(stderr: bytes) -> None:
    assert stderr.startswith(b"ttsmesh: ")
    assert stderr.count(b"\n") == 1
    assert stderr.endswith(b"\n")


# --- no home directory ---------------------------------------------------------------------------------------------


@as_root
@pytest.mark.parametrize("command", ["say hi", "status", "kill", "voices", "service status"])
def test_a_user_without_a_home_directory_is_told_so_and_nothing_is_made(command: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    run = subprocess.run(
        [
            *("env", "-i", "PATH=/usr/bin:/bin", "setpriv", f"--reuid={UNKNOWN_UID}", f"--regid={UNKNOWN_UID}"),
            *("--clear-groups", os.path.join(os.path.dirname(sys.executable), "ttsmesh"), *command.split()),
        ],
        cwd=tmp_path,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    assert (run.returncode, run.stdout) == (78, b"")
    assert_one_line(run.stderr)
    assert b"no home directory; set HOME" in run.stderr
    assert list(tmp_path.iterdir()) == []


# --- no current directory ------------------------------------------------------------------------------------------


def from_a_removed_directory(mesh: Mesh, *arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    gone = mesh.directory / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    return subprocess.run(
        ["sh", "-c", script, "sh", str(gone), *mesh.command(*arguments)],
        env=mesh.env,
        input=input,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def test_absolute_names_need_no_current_directory(mesh: Mesh) -> None:
    text = mesh.work / "text.txt"
    text.write_text("hello")
    saved, demo = mesh.work / "saved.wav", mesh.work / "demo"
    say = from_a_removed_directory(mesh, "say", "--wait", "-f", str(text), "-o", str(saved))
    assert (say.returncode, say.stderr) == (0, b"")
    piped = mesh.work / "piped.wav"
    line = f'{{"text": "hello", "output": "{piped}"}}'.encode()
    pipe = from_a_removed_directory(mesh, "pipe", input=line)
    assert (pipe.returncode, pipe.stderr, b'"finished"' in pipe.stdout) == (0, b"", True)
    voices = from_a_removed_directory(mesh, "voices", "demo", "-l", "es", "-o", str(demo))
    assert (voices.returncode, voices.stderr) == (0, b"")
    assert saved.exists() and piped.exists() and (demo / "ef_dora.wav").exists()


@pytest.mark.parametrize("command", [["say", "hi", "-o", "a.wav"], ["voices", "demo", "-o", "demo"]])
def test_a_relative_name_without_a_current_directory_is_refused(mesh: Mesh, command: list[str]) -> None:
    run = from_a_removed_directory(mesh, *command)
    assert run.returncode == 73
    assert_one_line(run.stderr)
    assert b"the current directory cannot be used: no such file or directory" in run.stderr


# --- nothing installed ---------------------------------------------------------------------------------------------


def test_a_text_that_no_voice_is_installed_for_starts_and_writes_nothing(bare: Mesh) -> None:
    run = bare.run("say", "hi")
    assert (run.returncode, run.stdout) == (78, b"")
    folder = bare.directory / "DATA" / "ttsmesh" / "voices"
    assert run.stderr.decode() == f"ttsmesh: no voices in {folder}; run: ttsmesh setup\n"
    assert bare.processes() == {}
    assert written(bare) == set()


def test_a_voice_in_the_users_own_folder_is_enough(bare: Mesh) -> None:
    folder = bare.directory / "config" / "own"
    folder.mkdir()
    installed = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    (folder / "ef_dora.bin").symlink_to(Path(installed, "ttsmesh", "voices", "ef_dora.bin"))
    bare.settings(f'default_voice = "ef_dora"\nvoices_folder = "{folder}"\n')
    bare.say("hi", "-o", "a.wav")


def test_a_server_without_voices_answers_loads_nothing_and_leaves(bare: Mesh) -> None:
    run = bare.run("voices")
    assert (run.returncode, run.stderr) == (0, b"")
    assert b"(no voice installed)" in run.stdout
    bare.until_gone()
    assert "model ready" not in bare.log()


def test_a_server_without_weights_refuses_loads_nothing_and_leaves(bare: Mesh, tmp_path: Path) -> None:
    bare.env["XDG_DATA_HOME"] = str(data_dir().parent)  # where the voices are installed
    del bare.env["TTSMESH_ENGINE"]
    missing = tmp_path / PACKAGES[0].distribution.replace("-", "_")
    missing.mkdir()
    (missing / "__init__.py").touch()
    bare.env["PYTHONPATH"] = str(tmp_path)
    run = bare.run("say", "hi")
    assert (run.returncode, run.stdout) == (78, b"")
    assert_one_line(run.stderr)
    assert PACKAGES[0].distribution.encode() in run.stderr
    bare.until_gone()
    assert written(bare) == {"state"}
    assert " process " not in bare.log()


# --- an interpreter that may not be run ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["doctor", "serve", "setup", "say hi"])
def test_an_interpreter_that_cannot_be_run_is_named(mesh: Mesh, command: str) -> None:
    interpreter = mesh.directory / "python"
    interpreter.touch(mode=0o600)
    script = "import sys; from ttsmesh.cli.main import run; sys.executable, *sys.argv = sys.argv[1:]; sys.exit(run())"
    run = subprocess.run(
        [sys.executable, "-c", script, str(interpreter), "ttsmesh", *command.split()],
        env=mesh.env,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    assert (run.returncode, run.stdout) == (69, b"")
    assert_one_line(run.stderr)
    assert f"{interpreter}: permission denied".encode() in run.stderr

"""``docs/recipes.md``: its shell is sound, and what can be run here is run, with a mesh that is muted."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mesh import PATIENCE, QUICK, Mesh
from tests.terminal import Shell

DOCUMENT = Path(__file__).parents[1] / "docs" / "recipes.md"
_BLOCK = re.compile(r"(?:<!-- (.*?) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)


class Block(NamedTuple):
    """A sample: what its comment says of it, its language, and its lines."""

    note: str
    language: str
    code: str


BLOCKS = [Block(*found.groups("")) for found in _BLOCK.finditer(DOCUMENT.read_text(encoding="utf-8"))]


def noted(note: str) -> str:
    """The code of the only block with this note."""
    (code,) = [block.code for block in BLOCKS if block.note == note]
    return code


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    """A muted mesh that runs. ``ttsmesh`` is a command in its environment. git has no settings of this user's."""
    with Mesh() as mesh:
        mesh.settings(QUICK)
        mesh.env["PATH"] = f"{os.path.dirname(mesh.command()[0])}:{mesh.env['PATH']}"
        mesh.env |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        mesh.env |= {f"GIT_{who}_{what}": "ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        assert mesh.run("mute").returncode == 0
        mesh.say("nothing yet")
        yield mesh


@pytest.fixture
def project(mesh: Mesh, tmp_path: Path) -> Path:
    """A directory with a Makefile, a log and a history in git."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "Makefile").write_text("all test part:\n\t@test ! -e broken\n")
    (project / "build.log").write_text("10:00:01 INFO begun\n10:00:09 WARNING disk is full\n")
    (project / "server.pid").touch()
    made = bash(mesh, "git init -q -b main; git add .; git commit -qm 'Add the build'", project)
    assert made.returncode == 0, made
    return project


def bash(mesh: Mesh, script: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", script],
        env=mesh.env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )


def said(mesh: Mesh) -> str:
    """What was said last."""
    return mesh.run("last").stdout.decode().strip()


def until_said(mesh: Mesh, text: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while said(mesh) != text:
        assert time.monotonic() < deadline, said(mesh)
        time.sleep(0.05)  # reason: a text of somebody else's cannot be subscribed to


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.language in ("bash", "zsh")],
    ids=lambda block: block.note or block.language,
)
def test_each_script_is_sound(block: Block) -> None:
    shell = "zsh" if block.language == "zsh" else "bash"
    run = subprocess.run([shell, "-n"], input=block.code.encode(), capture_output=True, timeout=PATIENCE)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.note.startswith("run")], ids=lambda block: block.note or block.language
)
def test_each_script_that_needs_nothing_else_says_what_it_promises(mesh: Mesh, project: Path, block: Block) -> None:
    run = bash(mesh, block.code, project)
    assert (run.returncode, run.stderr) == (0, b"")
    if wanted := re.search(r'says "(.*)"', block.note):
        assert said(mesh).startswith(wanted[1])


def test_the_hooks_of_git_speak_and_the_one_before_a_push_holds_it_back(mesh: Mesh, project: Path) -> None:
    bash(mesh, "git clone -q --bare . ../remote.git; git remote add origin ../remote.git; git fetch -q", project)
    bash(mesh, "git clone -q ../remote.git ../colleague", project)
    hooks = project / ".git" / "hooks"
    for block in BLOCKS:
        if block.note.startswith("hook "):
            hook = hooks / block.note.removeprefix("hook ")
            hook.write_text(block.code)
            hook.chmod(0o755)

    bash(
        mesh, "echo more >>README; git add README; git commit -qm 'Explain it'; git push -q ../remote.git main", project
    )
    until_said(mesh, "Explain it")

    bash(
        mesh,
        "git pull -q; echo one >ONE; git add ONE; git commit -qm theirs; git push -q",
        project.parent / "colleague",
    )
    pulled = bash(mesh, "git pull -q origin main", project)
    assert pulled.returncode == 0, pulled
    until_said(mesh, "1 file changed, 1 insertion(+)")

    bash(mesh, "git commit -q --allow-empty -m 'Break it'; touch broken", project)
    push = bash(mesh, "git push -q origin main", project)
    assert push.returncode != 0
    until_said(mesh, "make test failed with status 2.")
    assert b"Break it" not in bash(mesh, "git log --all", project.parent / "remote.git").stdout


@pytest.mark.long
@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_a_shell_tells_of_a_command_that_took_long(mesh: Mesh, name: str) -> None:
    with Shell(mesh, name, noted(name).replace("30", "1")) as shell:
        mesh.say("something else")
        shell.enter("true")
        shell.enter("sleep 1.1")
        until_said(mesh, "sleep 1.1 ended with 0.")
        shell.enter("sh -c 'sleep 1.1; kill -TSTP $$'")
        shell.until(lambda screen: re.search("Stopped|suspended", screen))
        shell.enter("sleep 1.2")
        until_said(mesh, "sleep 1.2 ended with 0.")
        assert b"148" not in mesh.run("history", "--text").stdout


def test_tmux_speaks_the_selection_and_tells_of_a_bell(mesh: Mesh) -> None:
    (mesh.directory / "home").mkdir(exist_ok=True)
    with Shell(mesh, "bash") as shell:
        conf = mesh.directory / "recipe.conf"
        conf.write_text(noted("tmux"))
        shell.enter(f"tmux source-file {conf}; clear; echo hear me")
        shell.until(lambda screen: screen.startswith("hear me"))
        shell.tmux("set-window-option", "mode-keys", "vi")
        shell.tmux("copy-mode")
        shell.tmux("send-keys", "-X", "history-top")
        shell.tmux("send-keys", "-X", "select-line")
        shell.press("S")
        until_said(mesh, "hear me")
        shell.tmux("new-window", "-d", "-n", "build", "printf '\\a'; cat")
        until_said(mesh, "A bell in window build.")


def test_notifications_are_spoken(mesh: Mesh, tmp_path: Path) -> None:
    """With a fake dbus-monitor, which prints what a real one has printed."""
    (tmp_path / "dbus-monitor").write_text(f"#!/bin/sh\ncat <<'END'\n{NOTIFIED}\nEND\n")
    (tmp_path / "dbus-monitor").chmod(0o755)
    run = bash(mesh, f"PATH={tmp_path}:$PATH\n{noted('notifications')}", tmp_path)
    assert (run.returncode, run.stderr) == (0, b"")
    assert said(mesh) == 'Mail from Ada. It has "quotes" in it'


def test_a_job_of_cron_finds_the_mesh(mesh: Mesh) -> None:
    line = noted("cron").replace("/run/user/1000", mesh.env["XDG_RUNTIME_DIR"]).strip()
    command = line.split(maxsplit=5)[5]
    programs = mesh.directory / "home" / ".local" / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    (programs / "ttsmesh").symlink_to(mesh.command()[0])
    environment = {"HOME": str(mesh.directory / "home"), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    run = subprocess.run(["sh", "-c", command], env=environment, cwd="/", capture_output=True, timeout=PATIENCE)
    assert (run.returncode, run.stderr) == (0, b"")
    assert said(mesh) == "The meeting begins in five minutes."


NOTIFIED = r"""signal time=1.02 sender=org.freedesktop.DBus -> destination=:1.0 serial=2 member=NameLost
   string ":1.0"
method call time=2.06 sender=:1.1 -> destination=org.freedesktop.Notifications serial=2 member=Notify
   string "mail"
   uint32 0
   string "mail-unread"
   string "Mail from Ada"
   string "It has "quotes" in it"
   array [
      string "default"
      string "Open"
   ]
   array [
   ]
   int32 5000"""

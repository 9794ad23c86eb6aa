"""What is kept of texts and of mutes, over real processes: no text on the disk, and mutes over restarts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mesh import QUICK, Mesh
from ttsmesh.host import mutes

TEXT = "My diary begins on a Tuesday, and its password is hunter2."
SHOWN = "My diary begins on a Tuesday, and its [password is a secret]."


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        yield mesh


def ran(mesh: Mesh, *arguments: str) -> str:
    """The output of a command that succeeds and says nothing on standard error."""
    run = mesh.run(*arguments)
    assert (run.returncode, run.stderr) == (0, b""), run
    return run.stdout.decode()


def last_outcome(mesh: Mesh) -> tuple[str, str | None]:
    outcome = mesh.status()["last_outcome"]
    return outcome["outcome"], outcome["reason"]


# --- texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["last", "last --json", "again", "again --wait", "save-last a.wav"])
def test_what_was_said_before_a_mesh_ran_is_not_known_and_nothing_is_started(mesh: Mesh, command: str) -> None:
    run = mesh.run(*command.split())
    assert (run.returncode, run.stdout, run.stderr) == (69, b"", b"ttsmesh: the mesh is not running\n")
    assert mesh.processes() == {}


def test_c16_a_text_is_kept_in_memory_only_and_shown_without_its_secrets_where_it_is_asked_for(mesh: Mesh) -> None:
    mesh.settings("")  # English: its secret is named in English
    ran(mesh, "mute")
    ran(mesh, "say", TEXT)
    ran(mesh, "again", "--wait")
    assert ran(mesh, "last") == SHOWN + "\n"
    assert [entry["not_heard"] for entry in json.loads(ran(mesh, "history", "--text", "--json"))["entries"]] == [
        SHOWN
    ] * 2
    for command in ("history", "history --json", "status", "status --json", "status --last"):
        assert "diary" not in ran(mesh, *command.split())
    ran(mesh, "restart")
    assert mesh.run("last").returncode == 65
    files = [path for path in mesh.directory.rglob("*") if path.is_file()]
    assert mesh.state / "ttsmesh.log" in files
    assert not [path for path in files if b"diary" in path.read_bytes() or b"hunter2" in path.read_bytes()]


def test_no_text_is_kept_where_none_is_wanted(mesh: Mesh) -> None:
    mesh.settings(QUICK + "history_texts = 0\n")
    ran(mesh, "mute")
    ran(mesh, "say", TEXT)
    for command in (["last"], ["again"], ["save-last", "a.wav"]):
        run = mesh.run(*command)
        assert (run.returncode, run.stderr) == (65, b"ttsmesh: no text that was said is kept\n")


def test_the_history_and_the_last_text_can_be_those_of_one_caller(mesh: Mesh) -> None:
    ran(mesh, "mute")
    for caller in ("vim", "mail", "vim"):
        ran(mesh, "say", "--caller", caller, f"said by {caller}")
    ran(mesh, "say", "mine")
    assert len(json.loads(ran(mesh, "history", "--json", "--caller", "vim"))["entries"]) == 2
    assert len(json.loads(ran(mesh, "history", "--json", "--mine"))["entries"]) == 1
    assert len(json.loads(ran(mesh, "history", "--json", "-n", "1", "--caller", "mail"))["entries"]) == 1
    assert ran(mesh, "last", "--caller", "mail") == "said by mail\n"
    assert ran(mesh, "last") == ran(mesh, "last", "--mine") == "mine\n"
    first = json.loads(ran(mesh, "history", "--json"))["entries"][0]["id"]
    assert ran(mesh, "last", first) == "said by vim\n"
    assert mesh.run("last", "--caller", "nobody").returncode == 65


def test_a_text_of_any_length_is_shown_whole(mesh: Mesh) -> None:
    ran(mesh, "mute")
    text = "Ünïcödé wörds. " * 2000
    run = mesh.run("say", input=text.encode())
    assert run.returncode == 0
    assert ran(mesh, "last") == text + "\n"


# --- mutes ----------------------------------------------------------------------------------------------------------


def test_e10_what_is_muted_stays_so_over_restarts_until_it_is_unmuted(mesh: Mesh) -> None:
    ran(mesh, "mute")
    assert mesh.processes() == {}, "it starts nothing"
    ran(mesh, "say", "--wait", "hello")
    assert last_outcome(mesh) == ("finished", "muted")
    ran(mesh, "restart")
    ran(mesh, "say", "--wait", "hello")
    assert last_outcome(mesh) == ("finished", "muted")
    assert ran(mesh, "status").startswith("muted: everything; `ttsmesh unmute` ends that\n")
    assert mesh.status()["muted"] == {"everyone": True, "callers": []}
    ran(mesh, "unmute")
    assert mesh.run("say", "--wait", "hello").returncode == 69, "there is no audio device here"
    ran(mesh, "kill")
    ran(mesh, "unmute")
    assert mesh.run("say", "--wait", "hello").returncode == 69


def test_one_caller_is_muted_and_another_is_not(mesh: Mesh) -> None:
    ran(mesh, "mute", "--caller", "agent")
    ran(mesh, "mute", "--mine")
    ran(mesh, "say", "--wait", "--caller", "agent", "hello")
    ran(mesh, "mute", "--caller", "mail")
    ran(mesh, "say", "--wait", "--caller", "mail", "hello")
    ran(mesh, "say", "--wait", "hello")
    agent, ours, mail = mesh.status()["muted"]["callers"]
    assert (agent, ours.partition(" ")[0], mail) == ("agent", "session", "mail")
    assert mesh.run("say", "--wait", "--caller", "editor", "hello").returncode == 69
    ran(mesh, "unmute", "--mine")
    assert mesh.status()["muted"]["callers"] == ["agent", "mail"]
    ran(mesh, "mute")
    run = mesh.run("unmute", "--caller", "agent")
    assert (run.returncode, run.stderr) == (0, b"ttsmesh: everything is muted; `ttsmesh unmute` ends that\n")
    ran(mesh, "unmute")
    assert mesh.status()["muted"] == {"everyone": False, "callers": []}


def test_files_are_saved_while_everything_is_muted(mesh: Mesh) -> None:
    ran(mesh, "mute")
    ran(mesh, "say", "--wait", "-o", "a.wav", "hello")
    ran(mesh, "say", "something else")
    ran(mesh, "save-last", "--wait", "b.wav")
    assert {path.name for path in mesh.work.iterdir()} == {"a.wav", "b.wav"}


@pytest.fixture
def blocked(mesh: Mesh) -> Path:
    """A directory in the place of the file, which can neither be read nor be replaced, by whomever."""
    path = mesh.state / mutes.FILE
    path.mkdir(parents=True)
    return path


def test_e10_without_a_mesh_a_mute_that_cannot_be_kept_is_one_line(mesh: Mesh, blocked: Path) -> None:
    run = mesh.run("mute")
    assert (run.returncode, run.stdout) == (78, b"")
    assert run.stderr == f"ttsmesh: cannot keep what is muted: {blocked}: is a directory\n".encode()


def test_e10_a_mute_that_cannot_be_kept_holds_all_the_same_and_is_told(mesh: Mesh, blocked: Path) -> None:
    mesh.say("-o", "a.wav", "hello")
    run = mesh.run("mute")
    assert (run.returncode, run.stdout) == (0, b"")
    assert run.stderr == f"ttsmesh: not kept over a restart: {blocked}: is a directory\n".encode()
    ran(mesh, "say", "--wait", "hello")
    assert last_outcome(mesh) == ("finished", "muted")
    assert mesh.log().count("cannot be read, so nothing is muted: is a directory") == 1


def test_e10_a_damaged_file_mutes_nothing_and_costs_one_line_of_the_log(mesh: Mesh) -> None:
    mesh.state.mkdir(parents=True)
    (mesh.state / mutes.FILE).write_bytes(b"\x00\xff" * 100)
    mesh.say("-o", "a.wav", "hello")
    assert mesh.status()["muted"] == {"everyone": False, "callers": []}
    assert mesh.log().count("is damaged") == 1
    assert (mesh.state / "muted.damaged").exists()
    ran(mesh, "mute")
    assert mutes.read(mesh.state / mutes.FILE).everyone

"""``ttsmesh lexicon``: what it prints and changes, and how it refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mesh import Mesh


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.env["HOME"] = str(mesh.directory)
        yield mesh


def user_file(mesh: Mesh) -> Path:
    return mesh.directory / "config" / "ttsmesh" / "lexicon.toml"


def test_words_are_added_listed_and_removed(mesh: Mesh) -> None:
    path = user_file(mesh)
    run = mesh.run("lexicon", "add", "kubectl", "kube control")
    assert (run.returncode, run.stdout.decode(), run.stderr) == (0, f"{path}: [en] kubectl\n", b"")
    assert mesh.run("lexicon", "add", "--lang", "fr", "Nguyen", "/ŋwiˈɛn/").returncode == 0
    assert mesh.run("lexicon", "list").stdout.decode() == (
        f"{path}:\n  en     kubectl  kube control\n  fr     Nguyen   /ŋwiˈɛn/\n"
    )
    assert b"Nguyen" not in mesh.run("lexicon", "list", "--lang", "en-gb").stdout
    assert mesh.run("lexicon", "remove", "kubectl").returncode == 0
    run = mesh.run("lexicon", "remove", "kubectl")
    assert run.returncode == 2
    assert run.stderr.decode() == f"ttsmesh: 'kubectl' is not in {path}\n"
    assert path.read_text(encoding="utf-8") == '[en]\n\n[fr]\nNguyen = "/ŋwiˈɛn/"\n'


def test_a_projects_words_are_kept_at_the_project_and_listed_first(mesh: Mesh) -> None:
    path = mesh.work / ".ttsmesh-lexicon.toml"
    assert mesh.run("lexicon", "add", "repo", "reepo").returncode == 0
    assert mesh.run("lexicon", "add", "--project", "repo", "depot").returncode == 0
    assert path.read_text() == '[en]\nrepo = "depot"\n'
    deep = mesh.work / "src" / "deep"
    deep.mkdir(parents=True)
    mesh.work = deep
    assert mesh.run("lexicon", "add", "--project", "config", "con fig").returncode == 0
    assert path.read_text() == '[en]\nrepo = "depot"\nconfig = "con fig"\n'
    listed = mesh.run("lexicon", "list").stdout.decode().splitlines()
    assert listed[0] == f"{path}:"
    assert listed[3:] == [f"{user_file(mesh)}:", "  en     repo  reepo"]
    assert mesh.run("lexicon", "remove", "--project", "repo").returncode == 0
    assert mesh.run("lexicon", "remove", "--project", "repo").returncode == 2


def test_all_lists_our_own_words_too(mesh: Mesh) -> None:
    assert mesh.run("lexicon", "list").stdout == b""
    assert b"SIGTERM" in mesh.run("lexicon", "list", "--all").stdout
    assert b"SIGTERM" not in mesh.run("lexicon", "list", "--all", "--lang", "es").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        pytest.param(["word", "say", "--lang", "xx"], 66, "unknown language 'xx'", id="language"),
        pytest.param(["word", "/wʘ/"], 65, "'ʘ' is no phoneme", id="phoneme"),
        pytest.param(["word", "2"], 65, "'2' cannot be said", id="digit"),
        pytest.param(["word", " "], 65, "nothing would be said", id="nothing"),
        pytest.param(["", "say"], 2, "the word is empty", id="word"),
        pytest.param(["word"], 2, "Missing argument", id="missing"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(mesh: Mesh, arguments: list[str], status: int, told: str) -> None:
    run = mesh.run("lexicon", "add", *arguments)
    assert run.returncode == status
    assert told in run.stderr.decode()
    assert run.stderr.count(b"\n") == 1
    assert not user_file(mesh).exists()


def test_a_broken_file_is_named_and_not_touched(mesh: Mesh) -> None:
    path = user_file(mesh)
    path.write_text("[en\n")
    for arguments in (["list"], ["add", "a", "b"], ["remove", "a"]):
        run = mesh.run("lexicon", *arguments)
        assert run.returncode == 78
        assert run.stderr.decode().startswith(f"ttsmesh: {path}: ")
        assert run.stderr.count(b"\n") == 1
    assert path.read_text() == "[en\n"


def test_faulty_entries_are_told_and_the_others_are_listed(mesh: Mesh) -> None:
    path = user_file(mesh)
    path.write_text('[en]\na = "1"\nb = "bee"\nc = "2"\n')
    run = mesh.run("lexicon", "list")
    assert (run.returncode, run.stdout.decode()) == (78, f"{path}:\n  en     b  bee\n")
    assert run.stderr.decode() == "".join(
        f"ttsmesh: {path}: [en] '{word}': '{digit}' cannot be said; write it in words\n"
        for word, digit in (("a", 1), ("c", 2))
    )


def test_a_file_that_cannot_be_written_is_named(mesh: Mesh) -> None:
    path = user_file(mesh)
    path.symlink_to("/proc/absent/lexicon.toml")
    run = mesh.run("lexicon", "add", "a", "b")
    assert run.returncode == 74
    assert b"/proc/absent" in run.stderr
    assert run.stderr.count(b"\n") == 1

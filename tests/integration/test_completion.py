"""Completion in real shells, with a Tab: bash, zsh and fish. And what is offered, as zsh gets it, with its meaning."""

import os
import signal
import stat
from collections.abc import Iterator

import pytest

from tests.few import few
from tests.mesh import QUICK, Mesh
from tests.terminal import Shell

EVALUATED = {
    "bash": 'eval "$(ttsmesh completion bash)"',
    "zsh": 'compinit -u; eval "$(ttsmesh completion zsh)"',
    "fish": "ttsmesh completion fish | source",
}
INSTALLED = {
    "bash": "source /usr/share/bash-completion/bash_completion",
    "zsh": "fpath=(~/share/zsh/site-functions $fpath); compinit -u",
    "fish": "",
}

TYPED = {
    "say -v af_heart:2,bm_geo": "say -v af_heart:2,bm_george",
    'say -v "af_heart:2,bm_geo': 'say -v "af_heart:2,bm_george"',
    "say --voice=bm_geo": "say --voice=bm_george",
    "say -f chap": "say -f chapter.txt",
}
"""What is completed to what, first of all."""

MORE = {
    "unmu": "unmute",
    "say --punct": "say --punctuation",
    "say --as mark": "say --as markdown",
    "say -v bm_geo": "say -v bm_george",
    "say --voice=af_heart:2,bm_geo": "say --voice=af_heart:2,bm_george",
    "voices demo --lang pt": "voices demo --lang pt-br",
    "run -- ttsmes": "run -- ttsmesh",
}


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        (mesh.work / "chapter.txt").write_text("Hola.")
        mesh.run("mute")
        yield mesh


@pytest.mark.parametrize("name", few({"bash"}, of=EVALUATED))
def test_what_is_typed_is_completed(mesh: Mesh, name: str) -> None:
    with Shell(mesh, name, EVALUATED[name]) as shell:
        for typed, wanted in TYPED.items():
            assert shell.completed(f"ttsmesh {typed}") == f"ttsmesh {wanted}"


@pytest.mark.long
@pytest.mark.parametrize("name", EVALUATED)
def test_more_of_what_is_typed_is_completed(mesh: Mesh, name: str) -> None:
    mesh.run("kill")
    id = mesh.say("-l", "es", "uno")
    mesh.until_idle()
    with Shell(mesh, name, EVALUATED[name]) as shell:
        for typed, wanted in (MORE | {f"last {id[:3]}": f"last {id}"}).items():
            assert shell.completed(f"ttsmesh {typed}") == f"ttsmesh {wanted}"


@pytest.mark.parametrize("name", few({"bash"}, of=EVALUATED))
def test_completion_install_is_found_by_a_new_shell(mesh: Mesh, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    share = mesh.directory / "home" / "share"
    monkeypatch.setitem(mesh.env, "XDG_DATA_HOME", str(share))
    installed = mesh.run("completion", "install", name)
    assert installed.returncode == 0
    with Shell(mesh, name, INSTALLED[name]) as shell:
        assert shell.completed("ttsmesh unmu") == "ttsmesh unmute"
    assert mesh.run("completion", "uninstall", name).returncode == 0
    assert not [path for path in share.rglob("*ttsmesh*") if path.is_file()]


def offered(mesh: Mesh, typed: str) -> dict[str, str]:
    """What is offered at the end of ``typed``, with what is said of it, in its order."""
    words = typed.split(" ")
    question = {"_TTSMESH_COMPLETE": "zsh_complete", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    run = mesh.run(env=question)
    assert (run.returncode, run.stderr) == (0, b"")
    answer = run.stdout.decode().splitlines()
    return dict(zip(answer[1::3], answer[2::3], strict=True))


def offered_soon(mesh: Mesh, typed: str) -> dict[str, str]:
    """As ``offered``. A mesh on a busy machine may take longer than a Tab waits, and then nothing is offered."""
    return next(filter(None, (offered(mesh, typed) for _ in range(10))), {})


def test_ids_come_with_their_texts_the_newest_first_and_callers_with_their_names(mesh: Mesh) -> None:
    mesh.run("kill")
    one = mesh.say("-l", "es", "--caller", "build", "uno, dos")
    two = mesh.say("-l", "es", "tres\ncuatro")
    mesh.until_idle()
    assert [*offered_soon(mesh, "ttsmesh again ").items()] == [
        (two, "ef_dora, finished: tres cuatro"),
        (one, "ef_dora, finished: uno, dos"),
    ]
    assert offered_soon(mesh, "ttsmesh save-last x.wav ").keys() == {one, two}
    assert offered(mesh, "ttsmesh stop ") == {}, "nothing lives"
    mesh.run("mute", "--caller", "radio")
    assert [*offered_soon(mesh, "ttsmesh history --caller ")] == ["build", "radio"], "sessions have no names to type"
    assert [*offered_soon(mesh, "ttsmesh unmute --caller r")] == ["radio"]
    mesh.run("unmute", "--caller", "radio")
    mesh.run("kill")
    assert offered(mesh, "ttsmesh again ") == {}
    assert mesh.server_pid() is None, "nothing is started"


def test_what_waits_can_be_stopped_by_its_id(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh.run("kill")
    monkeypatch.setitem(mesh.env, "TTSMESH_TONE_GATE", str(mesh.directory / "gate"))
    id = mesh.say("-l", "es", "-o", "held.wav", "uno")
    assert offered_soon(mesh, "ttsmesh stop ") == {id: "ef_dora, saving"}
    mesh.run("kill")


def test_words_of_the_lexicon_and_programs_are_offered_and_nothing_that_needs_quotes(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    mesh.run("lexicon", "add", "kubectl", "kube control")
    mesh.run("lexicon", "add", "ku klux", "x")
    assert offered(mesh, "ttsmesh lexicon remove ku") == {"kubectl": "kube control"}
    program = mesh.work / "bin" / "my-program"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setitem(mesh.env, "PATH", f"{program.parent}{os.pathsep}{mesh.env['PATH']}")
    assert offered(mesh, "ttsmesh run -- my-pr") == {}, "it cannot be run"
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert [*offered(mesh, "ttsmesh run -- my-pr")] == ["my-program"]


def test_a_mesh_that_does_not_answer_offers_nothing_and_says_nothing(mesh: Mesh) -> None:
    mesh.say("-l", "es", "uno")
    server = mesh.server_pid()
    assert server is not None
    os.kill(server, signal.SIGSTOP)
    try:
        assert offered(mesh, "ttsmesh last ") == {}
    finally:
        os.kill(server, signal.SIGCONT)

"""Completion in real shells, with a Tab: bash, zsh and fish."""

from collections.abc import Iterator

import pytest

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

each_shell = pytest.mark.parametrize("name", EVALUATED)


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        (mesh.work / "chapter.txt").write_text("Hola.")
        mesh.run("mute")
        yield mesh


@each_shell
def test_what_is_typed_is_completed(mesh: Mesh, name: str) -> None:
    with Shell(mesh, name, EVALUATED[name]) as shell:
        for typed, wanted in (
            ("unmu", "unmute"),
            ("say --punct", "say --punctuation"),
            ("say --as mark", "say --as markdown"),
            ("say -v bm_geo", "say -v bm_george"),
            ("say --voice=bm_geo", "say --voice=bm_george"),
            ("say -v af_heart:2,bm_geo", "say -v af_heart:2,bm_george"),
            ("say --voice=af_heart:2,bm_geo", "say --voice=af_heart:2,bm_george"),
            ("voices demo --lang pt", "voices demo --lang pt-br"),
            ("say -f chap", "say -f chapter.txt"),
            ("run -- ttsmes", "run -- ttsmesh"),
        ):
            assert shell.completed(f"ttsmesh {typed}") == f"ttsmesh {wanted}"


@each_shell
def test_the_id_of_what_waits_is_completed_and_where_no_mesh_runs_there_is_none(mesh: Mesh, name: str) -> None:
    id = mesh.say("-l", "es", "uno")
    mesh.until_idle()
    with Shell(mesh, name, EVALUATED[name]) as shell:
        assert shell.completed(f"ttsmesh last {id[:3]}") == f"ttsmesh last {id}"
        mesh.run("kill")
        shell.write("ttsmesh last ")
        shell.press("Tab")
        shell.write("--mi")
        shell.press("Tab")
        shell.until(lambda screen: "ttsmesh last --mine" in screen)
    assert mesh.server_pid() is None


@each_shell
def test_completion_install_is_found_by_a_new_shell(mesh: Mesh, name: str) -> None:
    share = mesh.directory / "home" / "share"
    mesh.env["XDG_DATA_HOME"] = str(share)
    installed = mesh.run("completion", "install", name)
    assert installed.returncode == 0
    with Shell(mesh, name, INSTALLED[name]) as shell:
        assert shell.completed("ttsmesh unmu") == "ttsmesh unmute"
    assert mesh.run("completion", "uninstall", name).returncode == 0
    assert not [path for path in share.rglob("*ttsmesh*") if path.is_file()]

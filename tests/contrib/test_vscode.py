"""The extension for VS Code, without VS Code: its own tests under Node, and its commands against a real mesh.

A fake module (``contrib/vscode/test/fakes``) is in the place of VS Code's API. The mesh has the tone engine, and its
sound goes to a virtual sink.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.documents import ROOT, code, rows
from tests.heard import Heard
from tests.mesh import PATIENCE, QUICK, Mesh

pytest_plugins = ["tests.conftest_sound"]

EXTENSION = ROOT / "contrib" / "vscode"
NODE = shutil.which("node") or "node"


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.settings(QUICK + "speed = 4.0\n")
        yield mesh


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the extension's JavaScript, and of its tests'."""
    compiler = EXTENSION / "node_modules" / "typescript" / "bin" / "tsc"
    assert compiler.exists(), "run: make test-setup"
    folder = tmp_path_factory.mktemp("vscode")
    shutil.copy(EXTENSION / "package.json", folder)
    command = [NODE, str(compiler), "--project", str(EXTENSION), "--outDir", str(folder / "out")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=4 * PATIENCE)
    assert run.returncode == 0, run.stdout
    return folder / "out"


def environment(compiled: Path, env: dict[str, str]) -> dict[str, str]:
    return {**env, "NODE_PATH": str(compiled / "test" / "fakes")}


def editor(compiled: Path, mesh: Mesh, command: str, text: str, settings: dict[str, Any]) -> "subprocess.Popen[str]":
    """An editor with a session of its own. A Markdown document with ``text`` is open, and this command is given."""
    document = mesh.work / "notes.md"
    document.write_text(text)
    settings = {"ttsmesh.command": mesh.command()[0], **settings}
    return subprocess.Popen(
        [NODE, str(compiled / "test" / "editor.js"), command, str(document), "markdown", json.dumps(settings)],
        env=environment(compiled, mesh.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def seen(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What the user of the editor has seen, after what the command said was heard."""
    output, _ = process.communicate(timeout=2 * PATIENCE)
    assert process.returncode == 0
    shown: dict[str, Any] = json.loads(output)
    return shown


def outcomes(mesh: Mesh, last: int) -> list[tuple[str, str]]:
    """Who said the ``last`` texts, and how these ended."""
    entries = json.loads(mesh.run("history", "--json", "-n", str(last)).stdout)["entries"]
    return [(entry["caller"], entry["outcome"]) for entry in entries]


def sounding(status: dict[str, Any]) -> bool:
    return any(text["state"] == "sounding" for text in status["queue"])


def test_the_readme_has_each_command_and_each_setting_with_its_default() -> None:
    contributed = json.loads((EXTENSION / "package.json").read_text())["contributes"]
    readme = "contrib/vscode/README.md"
    commands = {(name, code(id)[0]) for name, id, _ in rows(readme, "Commands")}
    assert commands == {(f"{it['category']}: {it['title']}", it["command"]) for it in contributed["commands"]}
    settings = {code(name)[0]: json.loads(code(default)[0]) for name, default, _ in rows(readme, "Settings")}
    assert settings == {name: it["default"] for name, it in contributed["configuration"]["properties"].items()}


def test_its_own_tests_pass(compiled: Path) -> None:
    tests = sorted(str(path) for path in (compiled / "test").glob("*.test.js"))
    assert tests
    env = environment(compiled, dict(os.environ))
    run = subprocess.run([NODE, "--test", *tests], env=env, capture_output=True, text=True, timeout=4 * PATIENCE)
    assert run.returncode == 0, run.stdout


@pytest.mark.sound
def test_a_document_is_heard_to_its_end(mesh: Mesh, compiled: Path) -> None:
    with editor(compiled, mesh, "speakSelection", "# Tea\n\nIt is **ready**.", {}) as process:
        shown = seen(process)
    assert (shown["errors"], shown["statuses"][-2:]) == ([], ["$(debug-stop) Speaking", "$(unmute) ttsmesh"])
    assert outcomes(mesh, 1) == [("vscode", "finished")]


@pytest.mark.sound
def test_what_was_said_goes_on_when_the_editor_is_killed(mesh: Mesh, compiled: Path) -> None:
    with editor(compiled, mesh, "speakSelection", "word " * 20, {}) as process:
        mesh.until(sounding)
        os.killpg(process.pid, signal.SIGKILL)
    mesh.until_idle()
    assert outcomes(mesh, 1) == [("vscode", "finished")]


@pytest.mark.sound
def test_stop_takes_back_what_the_editor_has_said_and_is_no_error_there(mesh: Mesh, compiled: Path) -> None:
    with editor(compiled, mesh, "speakSelection", "word " * 200, {}) as process:
        mesh.until(sounding)
        mesh.say("--queue", "--caller", "another", "another one")
        with editor(compiled, mesh, "stop", "", {}) as stopping:
            assert seen(stopping)["errors"] == []
        assert seen(process)["errors"] == []
    mesh.until_idle()
    assert outcomes(mesh, 2) == [("vscode", "interrupted"), ("another", "finished")]


@pytest.mark.sound
def test_a_voice_is_chosen_among_those_of_the_mesh(mesh: Mesh, compiled: Path) -> None:
    with editor(compiled, mesh, "chooseVoice", "", {"ttsmesh.voice": "ef_dora"}) as process:
        shown = seen(process)  # the fake user takes the first one, which is the default
    assert shown["errors"] == []
    assert "ttsmesh.voice" not in shown["settings"]


@pytest.mark.sound
def test_what_ttsmesh_refuses_is_shown_with_its_own_line(mesh: Mesh, compiled: Path) -> None:
    with editor(compiled, mesh, "speakSelection", "Hello.", {"ttsmesh.options": ["--speed", "9"]}) as process:
        shown = seen(process)
    assert len(shown["errors"]) == 1
    assert shown["errors"][0].startswith("ttsmesh: ")
    assert "0.5 to 4" in shown["errors"][0]

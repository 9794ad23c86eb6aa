"""Imports go one way, pure modules are pure, and what must start quickly pulls in nothing heavy."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ttsmesh
from tests.mesh import Mesh

ROOT = Path(ttsmesh.__file__).parent
PROGRAMS = ("model", "voice", "cli")
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))

PURE = (
    "audio",
    "client_messages",
    "errors",
    "exchange",
    "framing",
    "languages",
    "limits",
    "messages",
    "metrics",
    "model/floor",
    "schema",
    "text",
)
IMPURE_IMPORTS = {
    *("asyncio", "threading", "concurrent", "multiprocessing", "subprocess", "signal"),
    *("time", "datetime", "random", "secrets"),
    *("os", "io", "pathlib", "shutil", "tempfile", "fcntl", "socket", "select"),
    *("logging", "sys", "numpy", "uvloop", "sounddevice"),
}


def imports(module: Path) -> Iterator[str]:
    """Every module that ``module`` imports, also inside functions."""
    for node in ast.walk(ast.parse((ROOT / module).read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            assert node.module is not None
            # `from ttsmesh import model` is an import of ttsmesh.model.
            yield from (f"{node.module}.{name.name}" for name in node.names)


def own(module: Path) -> Iterator[tuple[str, ...]]:
    """The parts of the names of the package's own modules that ``module`` imports."""
    for name in imports(module):
        first, *rest = name.split(".")
        if first == "ttsmesh":
            yield tuple(rest)


def loaded_by(*modules: str) -> set[str]:
    """The modules that are loaded after importing ``modules`` in a fresh interpreter."""
    program = f"import sys; before = set(sys.modules); import {', '.join(modules)}; print(*set(sys.modules) - before)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(result.stdout.split())


def test_there_is_something_to_check() -> None:
    assert {Path("cli/main.py"), Path("model/server.py"), Path("voice/server.py"), Path("messages.py")} <= set(MODULES)
    assert all((ROOT / f"{name}.py").exists() for name in PURE)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_from_the_programs_to_the_root_modules_only(module: Path) -> None:
    home = module.parts[0] if module.parts[0] in PROGRAMS else None
    imported = {name[0] for name in own(module) if name and name[0] in PROGRAMS}
    assert imported <= {home}


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_loops_clocks_files_or_logs(name: str) -> None:
    imported = {module.split(".")[0] for module in imports(Path(f"{name}.py"))}
    assert not imported & IMPURE_IMPORTS


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_pure_modules_only(name: str) -> None:
    pure = {tuple(path.split("/")) for path in PURE}
    for parts in own(Path(f"{name}.py")):
        # What was imported is a name in a module, or the module itself.
        assert parts in pure or parts[:-1] in pure, f"{name} imports {'.'.join(parts)}"


NOT_FOR_SAY = {
    *("asyncio", "numpy", "uvloop", "sounddevice", "subprocess", "logging", "concurrent.futures", "multiprocessing"),
    *(
        "dataclasses",
        "json",
        "tomllib",
        "pathlib",
        "tempfile",
        "shutil",
        "hashlib",
        "secrets",
        "random",
        "ssl",
        "fcntl",
    ),
    *("signal", "ctypes", "importlib.metadata", "click.shell_completion", "click.testing"),
    *("ttsmesh.messages", "ttsmesh.languages", "ttsmesh.locks", "ttsmesh.units", "ttsmesh.config", "ttsmesh.paths"),
    *("ttsmesh.stream", "ttsmesh.processes", "ttsmesh.cli.start", "ttsmesh.cli.floor", "ttsmesh.cli.voices"),
    *("ttsmesh.cli.pipe", "ttsmesh.cli.lines", "ttsmesh.model", "ttsmesh.voice"),
}


def imported(report: bytes) -> set[str]:
    """The modules in what ``python -v`` says."""
    return {line.split(b"'")[1].decode() for line in report.splitlines() if line.startswith(b"import '")}


def test_a_say_on_a_warm_mesh_imports_only_what_it_needs() -> None:
    report = {"PYTHONVERBOSE": "1"}
    with Mesh() as mesh:
        mesh.say("warm up", "--output", "first.wav")
        say = mesh.run("say", "hello", "--output", "second.wav", env=report)
        assert (say.returncode, say.stdout) == (0, b"")
        python = mesh.command()[0].removesuffix("ttsmesh") + "python"
        bare = subprocess.run(
            [python, "-c", "import click, msgpack, socket"], env=mesh.env | report, capture_output=True, check=True
        )
    loaded = imported(say.stderr)
    assert {"ttsmesh.cli.say", "ttsmesh.client_messages"} <= loaded
    # What click costs anyway; only we can be better than that.
    assert not NOT_FOR_SAY & (loaded - imported(bare.stderr))


def test_a_voice_server_loads_neither_the_model_nor_what_it_needs() -> None:
    loaded = loaded_by("ttsmesh.voice.server", "ttsmesh.voice.__main__")
    assert "ttsmesh.voice.playback" in loaded
    assert not loaded & {"numpy", "openvino", "onnx", "spacy", "torch", "misaki", "click", "ttsmesh.model"}


def test_setting_up_the_model_servers_program_loads_no_engine_yet() -> None:
    assert not loaded_by("ttsmesh.model.__main__") & {"numpy", "openvino", "onnx", "spacy", "torch", "asyncio"}

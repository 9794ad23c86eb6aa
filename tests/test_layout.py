"""Imports go one way, rooms stay small, pure modules are pure, and what must start quickly loads nothing heavy."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import ttsmesh
from tests.mesh import Mesh

ROOT = Path(ttsmesh.__file__).parent
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))

PURE = (
    "audio",
    *(f"cli/commands/agent/{name}" for name in ("events", "hooks", "jsonc", "notify", "turn")),
    "cli/commands/books/source/headings",
    "cli/commands/books/names",
    "cli/commands/books/parts",
    "cli/commands/books/source/xhtml",
    *(
        f"cli/commands/reader/{name}"
        for name in ("excerpt", "finding", "layout", "sentences", "session", "status", "view")
    ),
    "errors",
    "languages",
    "lexicon/entries",
    "lexicon/notation",
    "limits",
    "output_formats",
    "text_input",
    "wire/client_messages",
    "wire/exchange",
    "wire/framing",
    "wire/messages",
    "wire/schema",
    "wire/word_times",
    "model/g2p/english/heteronyms",
    "model/g2p/packing",
    "model/g2p/phonemes",
    "model/g2p/words",
    "model/keys",
    "model/kokoro",
    "model/captions/cues",
    "model/captions/formats",
    "model/captions/words",
    "model/speech/floor",
    "model/speech/heard",
    "model/speech/kept/texts",
    "model/speech/measures",
    "model/speech/order",
    "model/render/pauses",
    *sorted(
        str(path.with_suffix(""))
        for path in MODULES
        if path.parts[:2] == ("model", "text") and path.name != "__init__.py"
    ),
)
IMPURE_IMPORTS = {
    *("asyncio", "threading", "concurrent", "multiprocessing", "subprocess", "signal"),
    *("time", "datetime", "random", "secrets"),
    *("os", "io", "pathlib", "shutil", "tempfile", "fcntl", "socket", "select"),
    *("logging", "sys", "numpy", "uvloop", "sounddevice"),
}


LAYERS = (
    "ttsmesh",
    "wire",
    "host",
    "lexicon",
    "encoding",
    # the three programs, which never import one another
    "voice",
    "cli",
    "cli/commands",
    "model/bounded_cache model/findings model/kokoro model/keys model/openvino_import model/priority_lock",
    "model/text model/workers",
    "model/build model/g2p",
    "model/engine",
    "model/voices",
    "model/render",
    "model/captions",
    "model/speech",
    "model/server",
    "model/setup model/doctor",
    "model/__main__",
)
"""Rooms, lowest first. A module imports its own room and lower ones. Rooms that share a line import neither."""

LARGEST_ROOM = 15
"""Modules in one folder, at most: a newcomer has to find the right one at a glance."""


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


def room(module: Path) -> str:
    """The folder that ``module`` lies in; the module itself where it lies directly in ``model``."""
    parts = module.with_suffix("").parts
    if parts[0] == "model" and len(parts) > 1:
        return "/".join(parts[:2])
    if parts[:2] == ("cli", "commands"):
        return "cli/commands"
    return parts[0] if len(parts) > 1 else "ttsmesh"


def layer(of: str) -> int:
    """Where the room ``of`` stands in ``LAYERS``."""
    return next(number for number, rooms in enumerate(LAYERS) if of in rooms.split())


def imported_modules(module: Path) -> set[Path]:
    """The modules of this package that ``module`` imports, also inside functions."""
    found = set()
    for parts in own(module):
        for name in (parts, parts[:-1]):  # a module, or a name in one
            path = Path(*name).with_suffix(".py") if name else Path()
            if path in MODULES:
                found.add(path)
                break
    return found


def test_there_is_something_to_check() -> None:
    assert {
        Path("cli/main.py"),
        Path("model/server/requests.py"),
        Path("voice/server.py"),
        Path("wire/messages.py"),
    } <= set(MODULES)
    assert all((ROOT / f"{name}.py").exists() for name in PURE)


@pytest.mark.parametrize("module", [path for path in MODULES if path.name != "__init__.py"], ids=str)
def test_a_module_imports_its_own_room_and_lower_ones(module: Path) -> None:
    here = room(module)
    for other in imported_modules(module):
        assert room(other) == here or layer(room(other)) < layer(here), f"{module} imports {other}"


def test_no_module_imports_itself_through_others() -> None:
    graph = TopologicalSorter({module: imported_modules(module) for module in MODULES})
    graph.prepare()  # raises CycleError, which names the cycle


def test_no_room_has_more_modules_than_a_newcomer_can_look_through() -> None:
    crowded = {
        str(folder): count for folder, count in Counter(path.parent for path in MODULES).items() if count > LARGEST_ROOM
    }
    assert not crowded


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


OWN_OF_SAY = 16
"""Modules of this package that a `say` on a warm mesh imports, at most. Each takes some 0.3 ms."""

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
    *(
        "ttsmesh.wire.messages",
        "ttsmesh.languages",
        "ttsmesh.host.locks",
        "ttsmesh.host.systemd",
        "ttsmesh.config",
        "ttsmesh.paths",
    ),
    *(
        "ttsmesh.wire.stream",
        "ttsmesh.host.processes",
        "ttsmesh.cli.start",
        "ttsmesh.cli.commands.playing",
        "ttsmesh.cli.commands.voices",
    ),
    *("ttsmesh.cli.commands.pipe", "ttsmesh.cli.pipe_lines", "ttsmesh.model", "ttsmesh.voice"),
    *("ttsmesh.cli.commands.reader", "prompt_toolkit", "wcwidth"),
}


def imported(report: bytes) -> set[str]:
    """The modules in what ``python -v`` says."""
    return {line.split(b"'")[1].decode() for line in report.splitlines() if line.startswith(b"import '")}


def test_a_say_on_a_warm_mesh_imports_only_what_it_needs() -> None:
    report = {"PYTHONVERBOSE": "1"}
    with Mesh() as mesh:
        mesh.say("warm up", "--output", "first.wav")
        say = mesh.run("say", "hello", env=report)
        assert (say.returncode, say.stdout) == (0, b"")
        python = mesh.command()[0].removesuffix("ttsmesh") + "python"
        bare = subprocess.run(
            [python, "-c", "import click, msgpack, socket"], env=mesh.env | report, capture_output=True, check=True
        )
    loaded = imported(say.stderr)
    assert {"ttsmesh.cli.commands.say", "ttsmesh.wire.client_messages"} <= loaded
    assert len({name for name in loaded if name.split(".")[0] == "ttsmesh"}) <= OWN_OF_SAY
    # What click costs anyway; only we can be better than that.
    assert not NOT_FOR_SAY & (loaded - imported(bare.stderr))


def test_a_voice_server_loads_neither_the_model_nor_what_it_needs() -> None:
    loaded = loaded_by("ttsmesh.voice.server", "ttsmesh.voice.__main__")
    assert "ttsmesh.voice.playback" in loaded
    heavy = {"numpy", "openvino", "onnx", "spacy", "torch", "misaki", "click", "soundfile", "soxr", "ttsmesh.model"}
    assert not loaded & heavy


def test_to_print_what_commands_there_are_loads_no_terminal() -> None:
    loaded = loaded_by("ttsmesh.cli.commands.reader.read", "ttsmesh.cli.commands.reader.plain")
    assert not loaded & {"prompt_toolkit", "wcwidth", "asyncio"}


def test_a_hook_of_an_agent_loads_nothing_that_edits_settings() -> None:
    loaded = loaded_by("ttsmesh.cli.commands.agent.agent")
    assert "ttsmesh.cli.commands.agent.hook" in loaded
    heavy = {"dataclasses", "pathlib", "tempfile", "subprocess", "tomllib", "tomlkit", "asyncio"}
    assert not loaded & (heavy | {f"ttsmesh.cli.commands.agent.{name}" for name in ("installing", "settings", "hooks")})


def test_setting_up_the_model_servers_program_loads_no_engine_yet() -> None:
    assert not loaded_by("ttsmesh.model.__main__") & {"numpy", "openvino", "onnx", "spacy", "torch", "asyncio"}

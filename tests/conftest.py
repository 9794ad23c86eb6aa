"""What every test may use: a private place for sockets and files, the real model, and one hypothesis profile."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.room import Room
from ttsmesh.model.build import prepared_model
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.voices.catalogue import DEFAULT_VOICE, Catalogue

# No test may fail because the machine is loaded. What must be quick has a test of its own, which says so.
settings.register_profile("ttsmesh", deadline=None)
settings.load_profile("ttsmesh")

# A shell lets what it runs in the background ignore Ctrl-C, and every child would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


ROOM = "TTSMESH_TESTS_ROOM"
"""The environment variable that names the file by which the processes of this run share the machine; see ``Room``."""


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):
        descriptor, os.environ[ROOM] = tempfile.mkstemp(prefix="tts-room-")
        os.close(descriptor)
        config.add_cleanup(lambda: os.unlink(os.environ[ROOM]))
    elif ROOM in os.environ:
        room = Room(os.environ[ROOM])
        config.add_cleanup(room.close)
        config.pluginmanager.register(room)


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory of the test's own. Every variable that leads to ttsmesh's files points there.

    Its path is short, because the paths of sockets may not be long.
    """
    root = Path(tempfile.mkdtemp(prefix="tts-", dir="/tmp"))
    monkeypatch.setenv("HOME", str(root))
    for name in ("RUNTIME_DIR", "CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME"):
        directory = root / name.partition("_")[0].lower()
        directory.mkdir(mode=0o700)
        monkeypatch.setenv(f"XDG_{name}", str(directory))
    yield root
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def prepared() -> Path:
    """The directory of the prepared model, in the user's cache. Tests that damage the model copy it first."""
    directory = prepared_model.default_directory()
    prepared_model.prepare(directory, lambda stage, fraction: None)
    return directory


@pytest.fixture(scope="session")
def engine(prepared: Path) -> OpenVinoEngine:
    """The real engine, loaded. All tests share it, because loading takes seconds."""
    engine = OpenVinoEngine(prepared)
    engine.load()
    engine.completed.result()
    return engine


@pytest.fixture(scope="session")
def heart() -> Floats:
    """The default voice's style table, [510, 256]. It needs ``ttsmesh setup``."""
    return Catalogue().load(DEFAULT_VOICE)

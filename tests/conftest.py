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

# A loaded machine is no reason to fail: what must be quick says so in a test of its own.
settings.register_profile("ttsmesh", deadline=None)
settings.load_profile("ttsmesh")

# A shell starts what runs in its background with Ctrl-C ignored, and every child would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


ROOM = "TTSMESH_TESTS_ROOM"
"""The variable with the name of the file that this run's processes lock while they run a test."""


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
    """A directory of our own, where every variable that leads to ttsmesh's files points. Short: socket paths are."""
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
    """The directory of the prepared model, in the user's cache; tests that damage anything copy it."""
    directory = prepared_model.default_directory()
    prepared_model.prepare(directory, lambda stage, fraction: None)
    return directory


@pytest.fixture(scope="session")
def engine(prepared: Path) -> OpenVinoEngine:
    """The real engine, loaded; one for all, as a load takes seconds."""
    engine = OpenVinoEngine(prepared)
    engine.load()
    return engine


@pytest.fixture(scope="session")
def heart() -> Floats:
    """The default voice's style table, [510, 256]; needs ``ttsmesh setup``."""
    return Catalogue().load(DEFAULT_VOICE)

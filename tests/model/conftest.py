"""The real model, prepared once into the user's cache, for the tests marked ``model``."""

from pathlib import Path

import pytest

from ttsmesh.model import weights
from ttsmesh.model.engine import Floats
from ttsmesh.model.openvino_engine import OpenVinoEngine
from ttsmesh.model.voices import DEFAULT_VOICE, Catalogue


@pytest.fixture(scope="session")
def prepared() -> Path:
    """The directory of the prepared model; tests that damage anything copy it."""
    directory = weights.default_directory()
    weights.prepare(directory, lambda stage, fraction: None)
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

"""What the tests of the engine kokoro share. Those marked ``kokoro`` need PyTorch: ``make test-kokoro`` runs them."""

import pytest

from ttsmesh.model.engine.kokoro.engine import KokoroEngine


@pytest.fixture(scope="session")
def engine() -> KokoroEngine:
    """The engine on the CPU, loaded."""
    engine = KokoroEngine()
    engine.load()
    return engine

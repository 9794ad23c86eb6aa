"""What the tests of the engine kokoro share. Those marked ``kokoro`` need PyTorch: ``make test-kokoro`` runs them."""

import pytest

from ttsmesh.model.engine.kokoro.engine import KokoroEngine


@pytest.fixture(scope="session")
def engine() -> KokoroEngine:
    """The engine on the CPU, loaded. On one thread it is quick enough, and does not mind what else the machine does."""
    import torch

    torch.set_num_threads(1)
    engine = KokoroEngine()
    engine.load()
    return engine

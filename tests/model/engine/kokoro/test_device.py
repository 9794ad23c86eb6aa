"""Which device PyTorch computes on, with a fake PyTorch: tests have no GPU."""

from types import SimpleNamespace
from typing import Any

import pytest

from ttsmesh.model.engine.kokoro import device
from ttsmesh.model.engine.kokoro.engine import KokoroEngine


def fake_torch(*, cuda: bool, mps: bool) -> Any:
    return SimpleNamespace(
        cuda=SimpleNamespace(is_available=lambda: cuda, memory_reserved=lambda: 700_000_000),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps)),
    )


@pytest.mark.parametrize(
    ("cuda", "mps", "name"),
    [(True, False, "cuda"), (True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_a_gpu_is_used_where_there_is_one(cuda: bool, mps: bool, name: str) -> None:
    assert device.best(fake_torch(cuda=cuda, mps=mps)) == name


@pytest.mark.parametrize(("name", "taken"), [("cuda", 700_000_000), ("mps", None), ("cpu", None)])
def test_the_memory_of_a_fake_cuda_gpu_is_told(name: str, taken: int | None) -> None:
    engine = KokoroEngine()
    engine._torch, engine._device, engine._model = fake_torch(cuda=True, mps=False), name, object()
    assert engine.device_memory_bytes == taken
    assert engine.name == f"kokoro {name} f32"

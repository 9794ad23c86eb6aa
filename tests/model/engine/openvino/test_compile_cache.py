"""What OpenVINO has compiled is used again only while it is undamaged (E2, E9)."""

from pathlib import Path

import pytest

from tests.faults import held_by_a_stopped_process
from ttsmesh.model.engine.openvino import compile_cache
from ttsmesh.model.engine.openvino.compile_cache import compile_with_cache


class FakeCompiler:
    """Leaves a file in the cache it is given, as OpenVINO does, and says whether it found one there."""

    def __init__(self) -> None:
        self.found: list[bool | None] = []

    def __call__(self, cache: Path | None) -> str:
        self.found.append(None if cache is None else (cache / "1.blob").exists())
        if cache is not None and not self.found[-1]:
            (cache / "1.blob").write_bytes(b"kernels")
        return "compiled"


def test_what_was_compiled_is_kept_while_it_is_undamaged(tmp_path: Path) -> None:
    compiler = FakeCompiler()
    for _ in range(2):
        assert compile_with_cache(tmp_path / "bf16", compiler) == "compiled"
    assert compiler.found == [False, True]


@pytest.mark.parametrize("seal", [True, False])
def test_e2_a_garbled_cache_of_kernels_is_not_used(tmp_path: Path, seal: bool) -> None:
    compiler = FakeCompiler()
    compile_with_cache(tmp_path / "bf16", compiler)
    if seal:
        (tmp_path / "bf16.json").write_text("{")
    else:
        (tmp_path / "bf16" / "1.blob").write_bytes(b"KERNELS")
    compile_with_cache(tmp_path / "bf16", compiler)
    assert compiler.found == [False, False]
    compile_with_cache(tmp_path / "bf16", compiler)
    assert compiler.found[-1]


def test_e9_without_a_place_for_kernels_the_model_is_compiled_all_the_same(tmp_path: Path) -> None:
    compiler = FakeCompiler()
    assert compile_with_cache(tmp_path / "no" / "such" / "bf16", compiler) == "compiled"
    assert compiler.found == [None]


def test_a_compiler_that_fails_with_its_cache_goes_without(tmp_path: Path) -> None:
    def compile_model(cache: Path | None) -> str:
        if cache is not None:
            raise RuntimeError("bad cache")
        return "compiled"

    assert compile_with_cache(tmp_path / "bf16", compile_model) == "compiled"


def test_kernels_that_a_stopped_process_is_compiling_are_compiled_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_cache, "COMPILING_TIMEOUT", 0.1)
    compiler = FakeCompiler()
    with held_by_a_stopped_process(tmp_path / "bf16.lock"):
        assert compile_with_cache(tmp_path / "bf16", compiler) == "compiled"
    compile_with_cache(tmp_path / "bf16", compiler)
    assert compiler.found == [None, False]

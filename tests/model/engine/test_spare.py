"""An engine that fails: the chunk is rendered once more by the spare engine, and everything after it."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.whole import render
from ttsmesh.errors import ConfigError, SynthesisError
from ttsmesh.model.engine.protocol import DeviceFailed, Floats, RenderCancelled, Speaker
from ttsmesh.model.engine.spare import WithSpare
from ttsmesh.model.engine.tone import ToneEngine, ToneRendering
from ttsmesh.model.kokoro import STYLE_SIZE

SPEAKER = Speaker(np.zeros((510, STYLE_SIZE), np.float32))
OUT_OF_MEMORY = "cuda failed: out of memory"


class FakeGpuEngine(ToneEngine):
    """A tone engine on a GPU that does not exist. While it is ``full``, it fails as one without memory does."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self.full = full
        self.begun = 0

    @property
    def name(self) -> str:
        return "fake-gpu"

    @property
    def device_memory_bytes(self) -> int | None:
        return 700_000_000

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> ToneRendering:
        self.begun += 1
        if self.full:
            raise DeviceFailed(OUT_OF_MEMORY)
        return super().begin(phonemes, speaker, speed)


class AbsentGpuEngine(FakeGpuEngine):
    def load(self) -> None:
        raise DeviceFailed("PyTorch sees no GPU")


class SlowSpare(ToneEngine):
    """It loads when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.may_load = threading.Event()
        self.loads = 0

    def load(self) -> None:
        self.loads += 1
        assert self.may_load.wait(10)


class LackingEngine(ToneEngine):
    """It lacks a file."""

    def __init__(self, message: str = "the model's weights are not installed; run: ttsmesh setup") -> None:
        super().__init__()
        self.message = message

    def check(self) -> None:
        raise ConfigError(self.message)

    def load(self) -> None:
        raise ConfigError(self.message)


class EagerEngine(ToneEngine):
    """It wants idle time, and can say so only when it is loaded, as an engine whose files are read by then."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False

    def load(self) -> None:
        self.loaded = True

    @property
    def wants_idle_time(self) -> bool:
        assert self.loaded
        return True


class LackingEagerEngine(EagerEngine):
    def load(self) -> None:
        raise ConfigError("the model's weights are not installed; run: ttsmesh setup")


def sound(engine: WithSpare, phonemes: str = "həlˈoʊ") -> Floats:
    return render(engine, phonemes, SPEAKER).samples


def test_a_device_that_works_needs_no_spare() -> None:
    engine = WithSpare(FakeGpuEngine(), lambda: pytest.fail("a spare was made"))
    engine.load()
    assert sound(engine).size
    assert engine.name == "fake-gpu"
    assert engine.device_memory_bytes == 700_000_000
    assert not engine.wants_idle_time


def test_e11_a_full_device_is_replaced_for_the_chunk_and_for_all_after_it(caplog: pytest.LogCaptureFixture) -> None:
    gpu = FakeGpuEngine()
    engine = WithSpare(gpu, ToneEngine)
    engine.load()
    before = sound(engine)
    gpu.full = True
    with caplog.at_level(logging.ERROR):
        np.testing.assert_array_equal(sound(engine), before)
    gpu.full = False
    assert sound(engine).size
    assert gpu.begun == 2, "it is not tried again"
    assert engine.name == f"tone, since {OUT_OF_MEMORY}"
    assert engine.device_memory_bytes is None
    assert [record.getMessage() for record in caplog.records] == [
        f"fake-gpu: {OUT_OF_MEMORY}; from now on tone renders"
    ]


class LongWindedEngine(FakeGpuEngine):
    """It gives reasons as PyTorch does, and longer ones."""

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> ToneRendering:
        raise DeviceFailed(f"{'gone ' * 300}. Tried to allocate 20 MiB.")


def test_of_a_long_reason_the_name_has_the_beginning() -> None:
    engine = WithSpare(LongWindedEngine(), ToneEngine)
    assert sound(engine).size
    assert engine.name == f"tone, since {'gone ' * 24}"


def test_a_rendering_that_had_begun_goes_on() -> None:
    gpu = FakeGpuEngine()
    engine = WithSpare(gpu, ToneEngine)
    first = engine.begin("ab", SPEAKER, 1.0)
    gpu.full = True
    assert sound(engine).size
    assert first.next() is not None


def test_a_device_that_is_absent_when_the_engine_loads_is_replaced_then() -> None:
    engine = WithSpare(AbsentGpuEngine(), ToneEngine)
    engine.load()
    assert engine.name == "tone, since PyTorch sees no GPU"
    assert sound(engine).size


def test_e11_waiting_for_the_spare_can_be_cancelled_and_the_next_text_waits_for_the_same_load() -> None:
    spare = SlowSpare()
    engine = WithSpare(FakeGpuEngine(full=True), lambda: spare)
    with ThreadPoolExecutor(1) as pool:
        beginning = pool.submit(engine.begin, "ab", SPEAKER, 1.0)
        while not beginning.done():
            engine.cancel()
        assert isinstance(beginning.exception(), RenderCancelled)
        beginning = pool.submit(engine.begin, "ab", SPEAKER, 1.0)
        spare.may_load.set()
        assert beginning.result(10).next() is not None
    assert spare.loads == 1


def test_a_spare_that_cannot_load_fails_the_chunk_and_says_why_it_was_needed() -> None:
    engine = WithSpare(FakeGpuEngine(full=True), LackingEngine)
    for _ in range(2):
        with pytest.raises(SynthesisError, match="weights are not installed; run: ttsmesh setup, since cuda failed"):
            engine.begin("ab", SPEAKER, 1.0)


def test_a_spare_whose_device_fails_too_is_not_replaced() -> None:
    engine = WithSpare(FakeGpuEngine(full=True), lambda: FakeGpuEngine(full=True))
    with pytest.raises(DeviceFailed, match=OUT_OF_MEMORY):
        engine.begin("ab", SPEAKER, 1.0)


def test_an_optional_engine_that_cannot_load_is_replaced_and_no_text_is_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = WithSpare(LackingEngine("no file weights.pth"), ToneEngine, optional=True)
    engine.check()
    with caplog.at_level(logging.ERROR):
        engine.load()
    assert [record.getMessage() for record in caplog.records] == ["tone: no file weights.pth; from now on tone renders"]
    assert engine.name == "tone, since no file weights.pth"
    engine.check()
    assert sound(engine).size


def test_where_the_spare_lacks_something_too_the_advice_is_about_the_spare() -> None:
    engine = WithSpare(LackingEngine("no file weights.pth"), LackingEngine, optional=True)
    for _ in range(2):
        for refused in (engine.check, engine.load):
            with pytest.raises(ConfigError, match="run: ttsmesh setup"):
                refused()


def test_an_engine_that_was_asked_for_by_name_is_not_replaced_for_what_it_lacks() -> None:
    engine = WithSpare(LackingEngine(), lambda: pytest.fail("a spare was made"))
    for refused in (engine.check, engine.load):
        with pytest.raises(ConfigError, match="run: ttsmesh setup"):
            refused()


def test_only_an_engine_that_is_loaded_is_asked_whether_it_wants_idle_time() -> None:
    engine = WithSpare(AbsentGpuEngine(), EagerEngine)
    assert not engine.wants_idle_time
    engine.load()
    assert engine.wants_idle_time


def test_a_spare_that_could_not_load_gets_no_idle_time() -> None:
    gpu = FakeGpuEngine()
    engine = WithSpare(gpu, LackingEagerEngine)
    engine.load()
    gpu.full = True
    with pytest.raises(SynthesisError):
        engine.begin("ab", SPEAKER, 1.0)
    assert not engine.wants_idle_time

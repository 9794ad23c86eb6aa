"""The stand-in engine: deterministic, cancellable, and as light as it claims."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.choose import choose_engine
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Engine, Floats, RenderCancelled, Rendering, Speaker
from ttsmesh.model.engine.tone import (
    EDGE_FRAMES,
    LOUDNESS,
    PEAK,
    PIECE_SAMPLES,
    TOKEN_FRAMES,
    ToneEngine,
    ToneRendering,
)
from ttsmesh.model.kokoro import FRAME_SAMPLES, STYLE_SIZE

SPEAKER = Speaker(np.zeros((MAX_PHONEMES, STYLE_SIZE), np.float32))
HELLO = "həlˈO"


def begin(phonemes: str = HELLO, speed: float = 1.0) -> Rendering:
    return ToneEngine().begin(phonemes, SPEAKER, speed)


def pieces(rendering: Rendering) -> list[Floats]:
    """All that the rendering gives."""
    found = []
    while (piece := rendering.next()) is not None:
        found.append(piece)
    return found


def samples(phonemes: str = HELLO, speed: float = 1.0) -> Floats:
    return np.concatenate(pieces(begin(phonemes, speed)))


def test_the_same_phonemes_give_the_same_samples() -> None:
    assert np.array_equal(samples(), samples())
    assert not np.array_equal(samples(), samples("ɡəlˈO"))


def test_each_phoneme_has_its_end_and_the_last_end_is_the_sounds() -> None:
    ends = begin().ends
    assert ends.tolist() == [FRAME_SAMPLES * (EDGE_FRAMES + n * TOKEN_FRAMES) for n in range(6)] + [len(samples())]
    assert ends.dtype == np.int64
    assert ends[-1] - ends[-2] == EDGE_FRAMES * FRAME_SAMPLES
    assert samples().dtype == np.float32
    assert 0.9 * PEAK < np.abs(samples()).max() <= PEAK


def test_a_chunk_comes_in_pieces_and_the_last_one_may_be_short() -> None:
    lengths = [len(piece) for piece in pieces(begin(10 * HELLO))]
    assert set(lengths[:-1]) == {PIECE_SAMPLES}
    assert 0 < lengths[-1] <= PIECE_SAMPLES
    assert [len(piece) for piece in pieces(begin("h"))] == [(TOKEN_FRAMES + 2 * EDGE_FRAMES) * FRAME_SAMPLES]


def test_two_renderings_of_one_engine_can_take_turns() -> None:
    engine = ToneEngine()
    first, second = (engine.begin(phonemes, SPEAKER, 1.0) for phonemes in (3 * HELLO, 3 * HELLO[::-1]))
    turns = [(first.next(), second.next()) for _ in range(4)]
    for phonemes, found in zip((3 * HELLO, 3 * HELLO[::-1]), zip(*turns, strict=True), strict=True):
        assert np.array_equal(np.concatenate([piece for piece in found if piece is not None]), samples(phonemes))


def test_the_loudness_is_about_what_is_measured() -> None:
    for phonemes in (10 * HELLO, "a", "ˈ", "ɹ", " "):
        measured = measure(samples(phonemes * 10))
        assert measured is not None
        assert begin(phonemes).loudness == LOUDNESS == pytest.approx(measured, abs=1.0)


def test_each_tone_fades_in_and_out() -> None:
    sound = samples()
    for end in begin().ends[:-1]:
        assert np.abs(sound[end - 1 : end + 1]).max() < 0.01


@pytest.mark.parametrize(("speed", "frames"), [(0.5, 2 * TOKEN_FRAMES), (1.0, TOKEN_FRAMES), (2.0, TOKEN_FRAMES // 2)])
def test_speed_scales_the_duration(speed: float, frames: int) -> None:
    ends = begin(speed=speed).ends
    assert ends[1] - ends[0] == frames * FRAME_SAMPLES


@pytest.mark.parametrize("phonemes", ["", "h" * (MAX_PHONEMES + 1), "h\0", "hé"])
def test_phonemes_no_model_could_take_are_refused(phonemes: str) -> None:
    with pytest.raises(ValueError, match="phonemes"):
        begin(phonemes)


@pytest.mark.parametrize("speed", [0.49, 3.01, float("nan"), float("inf"), -1.0])
def test_a_speed_out_of_range_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        begin(speed=speed)


@pytest.mark.parametrize(
    "table", [np.zeros((1, STYLE_SIZE), np.float32), np.zeros((510, 256)), np.zeros((510, 1, 256), np.float32)]
)
def test_a_table_of_another_shape_or_type_is_refused(table: np.ndarray) -> None:
    with pytest.raises(ValueError, match="styles"):
        ToneEngine().begin(HELLO, Speaker(table), 1.0)


def test_it_wants_no_idle_time() -> None:
    assert not ToneEngine().wants_idle_time


def cancel_until_heard(engine: Engine, call: Callable[[], object], pool: ThreadPoolExecutor) -> None:
    """Cancel ``call`` in ``pool``, again and again, since a cancel before it has begun rightly does nothing."""
    work = pool.submit(call)
    while not work.done():
        engine.cancel()
    assert isinstance(work.exception(), RenderCancelled)


def test_cancel_ends_a_slow_beginning_and_the_next_one_is_whole(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    engine, slow = ToneEngine(gate=gate), ToneEngine(delay_s=3600)
    with ThreadPoolExecutor(1) as pool:
        cancel_until_heard(engine, lambda: engine.begin(HELLO, SPEAKER, 1.0), pool)
        cancel_until_heard(slow, lambda: slow.begin(HELLO, SPEAKER, 1.0), pool)
    gate.unlink()
    assert np.array_equal(np.concatenate(pieces(engine.begin(HELLO, SPEAKER, 1.0))), samples())


def test_cancel_ends_a_slow_piece_and_other_renderings_go_on(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    engine = ToneEngine(gate=gate)
    rendering, other = (engine.begin(HELLO, SPEAKER, 1.0) for _ in range(2))
    gate.touch()
    with ThreadPoolExecutor(1) as pool:
        cancel_until_heard(engine, rendering.next, pool)
    gate.unlink()
    assert np.array_equal(np.concatenate(pieces(other)), samples())


def test_a_cancel_while_nothing_renders_does_not_hit_the_next_call() -> None:
    engine = ToneEngine()
    engine.cancel()
    rendering = engine.begin(HELLO, SPEAKER, 1.0)
    engine.cancel()
    assert pieces(rendering)


def test_a_render_waits_for_as_long_as_its_gate_is_shut(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    looked = threading.Event()

    class Watched(type(gate)):  # type: ignore[misc]
        def exists(self, *, follow_symlinks: bool = True) -> bool:
            looked.set()
            return gate.exists()

    engine = ToneEngine(gate=Watched(gate))

    def waits(call: Callable[[], object]) -> object:
        """What ``call`` returns once the gate has been opened, and not before."""
        gate.touch()
        looked.clear()
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(call)
            assert looked.wait(10)
            assert not work.done()
            gate.unlink()
            return work.result(10)

    rendering = waits(lambda: engine.begin(HELLO, SPEAKER, 1.0))
    assert isinstance(rendering, ToneRendering)
    assert waits(rendering.next) is not None


def test_a_deaf_engine_renders_on_through_a_cancel(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    engine = ToneEngine(gate=gate, deaf=True)
    with ThreadPoolExecutor(1) as pool:
        beginning = pool.submit(engine.begin, HELLO, SPEAKER, 1.0)
        for _ in range(100):
            engine.cancel()
        gate.unlink()
        assert pieces(beginning.result(10))


def test_the_environment_chooses_the_engine() -> None:
    assert isinstance(choose_engine({"TTSMESH_ENGINE": "tone"}), ToneEngine)


@pytest.mark.parametrize(
    "environment",
    [
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "soon"},
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "-1"},
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "inf"},
    ],
)
def test_a_wrong_setting_of_the_engine_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="TTSMESH_TONE_DELAY='"):
        choose_engine(environment)


def test_the_tone_engine_imports_no_runtime() -> None:
    program = (
        "import sys\nfrom ttsmesh.model.engine.choose import choose_engine\n"
        "choose_engine({'TTSMESH_ENGINE': 'tone'}).load()\n"
        "assert not {'openvino', 'onnx', 'onnxruntime', 'asyncio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

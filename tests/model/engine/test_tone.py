"""The stand-in engine: deterministic, cancellable, and as light as it claims."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.choose import choose_engine
from ttsmesh.model.engine.protocol import Engine, RenderCancelled
from ttsmesh.model.engine.tone import EDGE_FRAMES, PEAK, TOKEN_FRAMES, ToneEngine
from ttsmesh.model.kokoro import FRAME_SAMPLES, STYLE_SIZE

STYLE = np.zeros((1, STYLE_SIZE), np.float32)
HELLO = [0, 50, 83, 54, 156, 31, 0]


def test_the_same_tokens_give_the_same_samples() -> None:
    first, second = (ToneEngine().render(HELLO, STYLE, 1.0) for _ in range(2))
    assert np.array_equal(first.samples, second.samples)
    assert not np.array_equal(first.samples, ToneEngine().render([0, 51, 84, 55, 157, 32, 0], STYLE, 1.0).samples)


def test_durations_are_one_for_each_token_and_add_up_to_the_samples() -> None:
    rendered = ToneEngine().render(HELLO, STYLE, 1.0)
    assert rendered.durations.tolist() == [EDGE_FRAMES, *[TOKEN_FRAMES] * 5, EDGE_FRAMES]
    assert rendered.samples.dtype == rendered.durations.dtype == np.float32
    assert rendered.samples.shape == (rendered.durations.sum() * FRAME_SAMPLES,)
    assert 0.9 * PEAK < np.abs(rendered.samples).max() <= PEAK


def test_each_tone_fades_in_and_out() -> None:
    samples = ToneEngine().render(HELLO, STYLE, 1.0).samples
    for token in range(6):
        joint = (EDGE_FRAMES + token * TOKEN_FRAMES) * FRAME_SAMPLES
        assert np.abs(samples[joint - 1 : joint + 1]).max() < 0.01


@pytest.mark.parametrize(("speed", "frames"), [(0.5, 2 * TOKEN_FRAMES), (1.0, TOKEN_FRAMES), (2.0, TOKEN_FRAMES // 2)])
def test_speed_scales_the_duration(speed: float, frames: int) -> None:
    assert ToneEngine().render(HELLO, STYLE, speed).durations[1] == frames


@pytest.mark.parametrize(
    "tokens", [[], [0, 0], [0, *[43] * (MAX_PHONEMES + 1), 0], [43, 43, 0], [0, 43, 43], [0, 178, 0], [0, -1, 0]]
)
def test_tokens_no_model_could_take_are_refused(tokens: list[int]) -> None:
    with pytest.raises(ValueError, match="token"):
        ToneEngine().render(tokens, STYLE, 1.0)


@pytest.mark.parametrize("speed", [0.49, 3.01, float("nan"), float("inf"), -1.0])
def test_a_speed_out_of_range_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        ToneEngine().render(HELLO, STYLE, speed)


@pytest.mark.parametrize("style", [np.zeros((256,), np.float32), np.zeros((1, 256)), np.zeros((1, 255), np.float32)])
def test_a_style_of_another_shape_or_type_is_refused(style: np.ndarray) -> None:
    with pytest.raises(ValueError, match="style"):
        ToneEngine().render(HELLO, style, 1.0)


def cancel_until_heard(engine: Engine, pool: ThreadPoolExecutor) -> None:
    """Cancel a render in ``pool``, again and again, since a cancel before it has begun rightly does nothing."""
    render = pool.submit(engine.render, HELLO, STYLE, 1.0)
    while not render.done():
        engine.cancel()
    assert isinstance(render.exception(), RenderCancelled)


def test_cancel_ends_a_slow_render_and_the_next_one_is_whole(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    engine = ToneEngine(gate=gate)
    with ThreadPoolExecutor(1) as pool:
        cancel_until_heard(engine, pool)
    cancel_until_heard(ToneEngine(delay_s=3600), ThreadPoolExecutor(1))
    gate.unlink()
    assert engine.render(HELLO, STYLE, 1.0).samples.any()


def test_a_cancel_while_nothing_renders_does_not_hit_the_next_render() -> None:
    engine = ToneEngine()
    engine.cancel()
    assert engine.render(HELLO, STYLE, 1.0).samples.any()


def test_a_render_waits_for_as_long_as_its_gate_is_shut(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    looked = threading.Event()

    class Watched(type(gate)):  # type: ignore[misc]
        def exists(self, *, follow_symlinks: bool = True) -> bool:
            looked.set()
            return gate.exists()

    with ThreadPoolExecutor(1) as pool:
        render = pool.submit(ToneEngine(gate=Watched(gate)).render, HELLO, STYLE, 1.0)
        assert looked.wait(10)
        assert not render.done()
        gate.unlink()
        assert render.result(10).samples.any()


def test_a_deaf_engine_renders_on_through_a_cancel(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    engine = ToneEngine(gate=gate, deaf=True)
    with ThreadPoolExecutor(1) as pool:
        render = pool.submit(engine.render, HELLO, STYLE, 1.0)
        for _ in range(100):
            engine.cancel()
        gate.unlink()
        assert render.result(10).samples.any()


def test_the_environment_chooses_the_engine() -> None:
    assert isinstance(choose_engine({"TTSMESH_ENGINE": "tone"}), ToneEngine)


@pytest.mark.parametrize(
    "environment",
    [
        {"TTSMESH_ENGINE": "espeak"},
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "soon"},
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "-1"},
        {"TTSMESH_ENGINE": "tone", "TTSMESH_TONE_DELAY": "inf"},
    ],
)
def test_a_wrong_setting_of_the_engine_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"TTSMESH_(ENGINE|TONE_DELAY)='"):
        choose_engine(environment)


def test_the_tone_engine_imports_no_runtime() -> None:
    program = (
        "import sys\nfrom ttsmesh.model.engine.choose import choose_engine\n"
        "choose_engine({'TTSMESH_ENGINE': 'tone'}).load()\n"
        "assert not {'openvino', 'onnx', 'onnxruntime', 'asyncio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

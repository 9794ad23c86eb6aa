"""The engine kokoro: the official implementation behind the same interface, on PyTorch's CPU."""

import json
import socket
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.mesh import Mesh
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words
from tests.whole import render
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.edges import LEAD_FRAMES, TAIL_FRAMES
from ttsmesh.model.engine.kokoro import weights
from ttsmesh.model.engine.kokoro.engine import KokoroEngine
from ttsmesh.model.engine.protocol import DeviceFailed, Floats, RenderCancelled, Speaker
from ttsmesh.model.engine.spare import WithSpare
from ttsmesh.model.engine.tone import ToneEngine
from ttsmesh.model.kokoro import FRAME_SAMPLES

pytestmark = [
    pytest.mark.kokoro,
    pytest.mark.timeout(300),
    # kokoro imports spaCy, which makes use of PyTorch where it is, and of what PyTorch is about to remove.
    pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning"),
]

SENTENCE = "The teacher found a yellow basket behind the station."


@pytest.fixture(scope="session")
def speaker(heart: Floats) -> Speaker:
    return Speaker(heart, {"af_heart": 1.0})


def official_file(path: Path) -> Path:
    """A file in the form of the official one, made of the shipped weights: tests do not have the real one."""
    import torch

    from ttsmesh.model.build.graph import Graph
    from ttsmesh.model.build.weights_packages import find_installed, read_weights
    from ttsmesh.model.engine.kokoro.state_dict import state_dict

    parts: dict[str, dict[str, Any]] = {}
    for name, array in state_dict(Graph.from_bytes(read_weights(find_installed()))).items():
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[f"module.{rest}"] = torch.tensor(array)
    torch.save(parts, path)
    return path


def test_a_sentence_is_understood_and_its_times_fit_its_sound(engine: KokoroEngine, speaker: Speaker) -> None:
    phonemes = phonemes_of(SENTENCE).text
    made = render(engine, phonemes, speaker)
    assert engine.name == "kokoro cpu f32"
    assert engine.device_memory_bytes is None
    assert len(made.ends) == len(phonemes) + 2
    assert made.samples.size == made.ends[-1]
    assert made.durations[0] == LEAD_FRAMES
    assert made.durations[-2:].sum() <= TAIL_FRAMES, "little of the silence at the end is left"
    assert made.loudness is not None
    assert -40 < made.loudness < -10
    wanted = normal(SENTENCE)
    assert word_errors(wanted, words((np.clip(made.samples, -1, 1) * 32767).astype(np.int16))) <= 1


def test_a_mesh_speaks_with_it() -> None:
    """All of it in real processes, with the packages of the extra: spaCy, in another one, must not mind PyTorch."""
    with Mesh(engine="kokoro") as mesh:
        run = mesh.run("say", "-o", "said.wav", "--wait", SENTENCE, timeout=240)
        assert run.returncode == 0, run
        with wave.open(str(mesh.work / "said.wav")) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        assert word_errors(normal(SENTENCE), words(samples)) <= 1
        status = json.loads(mesh.run("status", "--json").stdout)
        assert status["engine"] == "kokoro cpu f32"
        checks = {check["check"]: check for check in json.loads(mesh.run("doctor", "--json").stdout)["checks"]}
        assert checks["kokoro"]["state"] == checks["weights"]["state"] == "ok"
        assert "computes on cpu" in checks["kokoro"]["message"]


def test_the_shortest_chunk_and_a_long_one_are_rendered(engine: KokoroEngine, speaker: Speaker) -> None:
    for phonemes in ("a", "həlˈoʊ. " * 12):
        made = render(engine, phonemes, speaker)
        assert made.samples.size == made.ends[-1] > 0
        assert made.ends[-1] % FRAME_SAMPLES == 0


def test_a_render_ends_soon_after_it_is_cancelled_and_the_next_one_is_whole(
    engine: KokoroEngine, speaker: Speaker
) -> None:
    phonemes = phonemes_of(SENTENCE).text
    begun = []

    def cancel(decoder: Any, given: Any) -> None:
        begun.append(decoder)
        engine.cancel()

    hook = engine._model.decoder.register_forward_pre_hook(cancel)
    try:
        with pytest.raises(RenderCancelled):
            engine.begin(phonemes, speaker, 1.0)
    finally:
        hook.remove()
    assert len(begun) == 1
    engine.cancel()  # nothing is in flight, so the next one is not cancelled
    assert render(engine, phonemes, speaker).samples.size > 0


def test_it_can_be_cancelled_from_another_thread(engine: KokoroEngine, speaker: Speaker) -> None:
    with ThreadPoolExecutor(1) as pool:
        rendering = pool.submit(engine.begin, "həlˈoʊ. " * 60, speaker, 1.0)
        while not rendering.done():
            engine.cancel()
        assert isinstance(rendering.exception(), RenderCancelled)


class FakeGpuEngine(KokoroEngine):
    """It takes the CPU for a GPU: by another name of the CPU, which PyTorch accepts."""

    def find_device(self, torch: Any) -> str:
        return "cpu:0"


@pytest.fixture
def fake_gpu(engine: KokoroEngine) -> FakeGpuEngine:
    """An engine on a fake GPU, with the weights of the other engine."""
    fake = FakeGpuEngine()
    fake._torch, fake._device, fake._model = engine._torch, "cpu:0", engine._model
    fake._scope = engine._scope  # the model's hooks look at that one
    return fake


def test_a_fake_gpu_without_memory_is_replaced_and_the_chunk_is_rendered_once(
    fake_gpu: FakeGpuEngine, speaker: Speaker
) -> None:
    import torch

    engine = WithSpare(fake_gpu, ToneEngine)
    sound = render(engine, "həlˈoʊ", speaker)
    assert engine.name == "kokoro cpu:0 f32"

    def full(decoder: Any, given: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB.\nSee documentation")

    hook = fake_gpu._model.decoder.register_forward_pre_hook(full)
    try:
        with pytest.raises(DeviceFailed, match=r"cpu:0 failed: CUDA out of memory\. Tried to allocate 20 MiB"):
            fake_gpu.begin("həlˈoʊ", speaker, 1.0)
        spare = render(engine, "həlˈoʊ", speaker)
    finally:
        hook.remove()
    assert engine.name.startswith("tone, since cpu:0 failed: CUDA out of memory")
    assert len(spare.ends) == len(sound.ends)
    assert spare.samples.size == spare.ends[-1]


def test_an_engine_for_gpus_only_refuses_a_machine_without() -> None:
    with pytest.raises(DeviceFailed, match="PyTorch sees no GPU"):
        KokoroEngine(gpu_only=True).load()


def test_a_file_in_the_form_of_the_official_one_is_loaded_without_the_network(
    engine: KokoroEngine, speaker: Speaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *given: pytest.fail("the network was asked"))
    path = official_file(tmp_path / "kokoro-v1_0.pth")
    official = KokoroEngine(str(path))
    official.load()
    theirs, ours = (render(each, "həlˈoʊ wˈɜɹld.", speaker) for each in (official, engine))
    np.testing.assert_array_equal(theirs.ends, ours.ends)


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04"], ids=["empty", "text", "cut"])
def test_a_file_that_is_no_weights_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=f"{path} is not a file of Kokoro's weights"):
        KokoroEngine(str(path)).load()


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    import torch

    from ttsmesh.model.engine.kokoro.official import load_model

    path = tmp_path / "weights.pth"
    torch.save({"bert": {"module.embeddings.word_embeddings.weight": torch.zeros(178, 128)}}, path)
    with pytest.raises(ConfigError, match="these are not the weights of Kokoro-82M"):
        load_model(weights.Weights([path], official=True))


def test_without_complex_numbers_it_sounds_the_same(engine: KokoroEngine, speaker: Speaker) -> None:
    """As on Apple's GPUs, of which none was tried. The source is random, so the comparison is of loudness."""
    from ttsmesh.model.engine.kokoro.official import load_model

    other = KokoroEngine()
    other._torch, other._device = engine._torch, "cpu"
    other._model = load_model(weights.find(), complex_numbers=False)
    phonemes = phonemes_of(SENTENCE).text
    ours, theirs = (render(each, phonemes, speaker) for each in (engine, other))
    np.testing.assert_array_equal(ours.ends, theirs.ends)
    assert ours.loudness == pytest.approx(theirs.loudness, abs=0.5)

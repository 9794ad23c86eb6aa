"""The real model, real voices, real processes: is it speech, whole and clean, in the file and at the ear?"""

import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from bench.captions import P95_MS, captioned, pauses

from tests import recogniser
from tests.decoded import decoded
from tests.encoding.test_recorder import CODEC_FRAME
from tests.few import few
from tests.heard import Heard
from tests.mesh import Mesh
from ttsmesh.model.openvino_import import import_openvino

pytest_plugins = ["tests.conftest_sound"]
pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]

Samples = npt.NDArray[np.int16]

QUIET = 300
"""Samples below this are silence: 1 % of full scale."""


@pytest.fixture(scope="module")
def mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env, engine="openvino") as mesh:
        assert mesh.run("say", "warm up", "-o", "warm.wav", "--wait", timeout=120).returncode == 0
        yield mesh


def saved(mesh: Mesh, text: str, *options: str) -> Samples:
    name = f"{time.monotonic_ns()}.wav"
    run = mesh.run("say", text, "-o", name, "--wait", *options, timeout=120)
    assert (run.returncode, run.stderr) == (0, b"")
    with wave.open(str(mesh.work / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def loud_part(samples: Samples) -> tuple[float, float]:
    """Seconds from the start to the first sound, and from the last sound to the end."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > QUIET)
    return loud[0] / 24_000, (len(samples) - loud[-1]) / 24_000


def loud_length(samples: Samples) -> float:
    """Seconds from the first sound to the last."""
    return len(samples) / 24_000 - sum(loud_part(samples))


TEXT = "Please put the green bottle on the kitchen table before dinner."


@pytest.fixture(scope="module")
def rendered(mesh: Mesh) -> Samples:
    """``TEXT``, rendered once."""
    return saved(mesh, TEXT)


def test_a_sentence_is_intelligible_of_plausible_length_and_level(rendered: Samples) -> None:
    samples = rendered
    assert recogniser.words(samples) == recogniser.normal(TEXT)
    assert 2.5 < len(samples) / 24_000 < 6
    peak = np.abs(samples.astype(np.int32)).max()
    assert 3_000 < peak < 32_767


def test_start_and_end_are_whole_and_hardly_silent(rendered: Samples) -> None:
    before, after = loud_part(rendered)
    assert 0.005 < before < 0.2
    assert 0.02 < after < 0.8


@pytest.mark.long
def test_a_long_text_loses_no_word(mesh: Mesh) -> None:
    sentences = [
        "The old ship left the harbour early in the morning, long before the town was awake.",
        "Nobody on board knew how far the journey would take them, or when they would return.",
        "In the evening the captain wrote a letter to his daughter; he told her about the birds.",
        "She kept it in a small wooden box, together with a ring and an old photograph.",
    ]
    text = " ".join(sentences)
    heard = recogniser.words(saved(mesh, text))
    said = recogniser.normal(text)
    assert recogniser.word_errors(said, heard) <= 0.08 * len(said), " ".join(heard)
    assert heard[:3] == said[:3]
    assert heard[-3:] == said[-3:]


def test_speed_changes_how_long_it_takes_and_not_what_is_said(mesh: Mesh, rendered: Samples) -> None:
    fast = saved(mesh, TEXT, "--speed", "1.3")
    assert 0.65 < len(fast) / len(rendered) < 0.9
    assert recogniser.word_errors(recogniser.normal(TEXT), recogniser.words(fast)) <= 1


def test_d15_captions_are_where_the_sound_is_around_pauses(mesh: Mesh) -> None:
    """In one voice. ``bench.captions`` measures all languages."""
    text = "Open the window. Then take a chair, sit down, and close your eyes. Can you hear the sea?"
    found = [pause for pause in pauses(text, *captioned(mesh, text, "af_heart")) if pause is not None]
    assert len(found) >= 2
    assert max(abs(pause.begin) for pause in found) <= P95_MS
    assert max(abs(pause.end) for pause in found) <= 2 * P95_MS


def test_two_voices_at_once_share_one_compiled_model(mesh: Mesh) -> None:
    """Shown by who has the runtime mapped: the model server alone, once; the voices are light and different."""
    clients = [mesh.start("say", TEXT, "-v", voice, "-o", f"{voice}.wav", "--wait") for voice in ("am_adam", "bf_emma")]
    for client in clients:
        assert client.communicate(timeout=120) == (b"", b"")
        assert client.returncode == 0
    status = mesh.status()
    voices = {voice["voice"]: voice["pid"] for voice in status["voices"]}
    assert {"am_adam", "bf_emma"} <= voices.keys()
    mapped = {pid for pid in mesh.processes() if "openvino" in Path(f"/proc/{pid}/maps").read_text()}
    assert mapped == {status["pid"]}
    assert not mapped & set(voices.values())
    assert (mesh.work / "am_adam.wav").read_bytes() != (mesh.work / "bf_emma.wav").read_bytes()


@pytest.mark.parametrize("format", few({"mp3"}, of=("ogg", "opus", "mp3")))
def test_d13_every_format_has_the_first_word_and_the_last(mesh: Mesh, rendered: Samples, format: str) -> None:
    """What was said before sounds the same again, so the lengths can be compared. The other formats lose nothing."""
    path = mesh.work / f"{time.monotonic_ns()}.{format}"
    assert mesh.run("say", TEXT, "-o", str(path), "--wait", timeout=120).returncode == 0
    found = decoded(path)
    assert abs(found.size - rendered.size) < CODEC_FRAME[format]
    words = recogniser.words(found)
    assert (words[0], words[-1]) == ("please", "dinner")


@pytest.mark.sound
@pytest.mark.alone
def test_the_sentence_arrives_at_the_sink_whole(mesh: Mesh, rendered: Samples, heard: Heard) -> None:
    begun = time.monotonic()
    assert mesh.run("say", "--wait", TEXT, timeout=120).returncode == 0
    sound = heard.since(begun).sound()
    assert recogniser.words(sound) == recogniser.normal(TEXT)
    # Its voicing is partly noise, so no two renders are the same in their samples; in their lengths they are.
    assert abs(loud_length(sound) - loud_length(rendered)) < 0.05


@pytest.mark.long
def test_the_set_precision_is_used_or_refused() -> None:
    """The one that this CPU would not take by itself."""
    has_bf16 = "BF16" in import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    with Mesh(engine="openvino") as mesh:
        mesh.settings(f'precision = "{"f32" if has_bf16 else "bf16"}"')
        spoken = mesh.run("say", "-o", "a.wav", "--wait", "Hello.", timeout=120)
        if has_bf16:
            assert (spoken.returncode, spoken.stderr) == (0, b"")
            assert b"openvino f32" in mesh.run("status").stdout
        else:
            assert spoken.returncode == 78
            assert (
                spoken.stderr
                == b'ttsmesh: this CPU does not compute in bf16; set precision to "auto", "int8" or "f32"\n'
            )

"""The speech of the pipeline's model is understood word for word and never falls silent.

``bench.quality`` compares more speech with that of the plain graph.
"""

from pathlib import Path

import numpy as np
import pytest
from bench.likeness import mel_distance

from tests.few import few
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words
from tests.sound import decibels
from tests.whole import render
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.openvino.own_voices import OwnVoices
from ttsmesh.model.engine.protocol import Floats, Speaker
from ttsmesh.model.voices.catalogue import Catalogue

pytestmark = pytest.mark.model

SENTENCES = (
    "He closed the window and went home.",
    "The teacher found a yellow basket behind the station.",
    "Could you tell me what time the last train leaves for the city?",
    "Seven people came to the meeting on Monday, before anyone else had arrived.",
)
VOICES = ("af_heart", "am_michael", "bm_george")
WORD_ERRORS = 0.06
"""The highest word error rate, two or three of these words. ``bench.quality`` takes longer and compares with the plain
graph."""


def pcm(samples: Floats) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


@pytest.mark.parametrize("voices", [VOICES[:1], pytest.param(VOICES, marks=pytest.mark.long)], ids=["one", "all"])
def test_what_is_said_is_understood_from_the_first_word_to_the_last(
    engine: OpenVinoEngine, voices: tuple[str, ...]
) -> None:
    catalogue = Catalogue()
    errors = said = 0
    for voice in voices:
        pack = catalogue.load(voice)
        for sentence in SENTENCES:
            rendered = render(engine, phonemes_of(sentence).text, Speaker(pack, {voice: 1.0}))
            wanted, heard = normal(sentence), words(pcm(rendered.samples))
            assert wanted[0] in heard[:2], f"{voice} begins with the first word"
            assert wanted[-1] in heard[-2:], f"{voice} ends with the last word"
            errors += word_errors(wanted, heard)
            said += len(wanted)
    assert errors / said <= WORD_ERRORS


@pytest.mark.long
@pytest.mark.timeout(600)  # it takes a minute where the CPU has AVX-512 and nothing else to do
def test_windows_from_what_is_told_sound_nearly_as_the_whole_chunk_would(prepared: Path, tmp_path: Path) -> None:
    """A voice of which only the table is known is rendered exactly, as a whole."""
    engine = OpenVinoEngine(prepared, precision="f32")
    engine._own_voices = OwnVoices(tmp_path)
    engine.load()
    distances, levels = [], []
    for voice in VOICES:
        table = Catalogue().load(voice)
        for sentence in SENTENCES:
            phonemes = phonemes_of(sentence).text
            told, exact = (render(engine, phonemes, Speaker(table, shares)) for shares in ({voice: 1.0}, {}))
            assert len(told.pieces) > len(exact.pieces) == 1
            distances.append(mel_distance(told.samples, told.durations, exact.samples, exact.durations))
            levels.append(decibels(np.std(told.samples) / np.std(exact.samples)))
    assert np.mean(distances) < 1.1
    assert np.abs(levels).max() < 1.5


@pytest.mark.parametrize(("seed", "count"), few({(2, 1)}, of=((2, 1), (0, 6), (1, 6))))
def test_no_length_makes_what_is_no_sound(engine: OpenVinoEngine, heart: Floats, seed: int, count: int) -> None:
    """``render`` refuses sound that is not finite. The lengths are random, since all 510 take minutes."""
    draw = np.random.default_rng(seed)
    for length in sorted(draw.choice(np.arange(1, 511), count, replace=False)):
        phonemes = "".join(draw.choice(sorted(engine.symbols), length))
        rendered = render(engine, phonemes, Speaker(heart, {"af_heart": 1.0}))
        assert rendered.samples.size == rendered.ends[-1]

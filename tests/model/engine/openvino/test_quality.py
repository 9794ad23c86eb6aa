"""The speech of the pipeline's model is understood word for word and never falls silent.

``bench.quality`` compares more speech with that of the plain graph.
"""

import numpy as np
import pytest

from tests.few import few
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode
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
            tokens = encode(phonemes_of(sentence).text)
            rendered = engine.render(tokens, pack[len(tokens) - 3].reshape(1, -1), 1.0)
            wanted, heard = normal(sentence), words(pcm(rendered.samples))
            assert wanted[0] in heard[:2], f"{voice} begins with the first word"
            assert wanted[-1] in heard[-2:], f"{voice} ends with the last word"
            errors += word_errors(wanted, heard)
            said += len(wanted)
    assert errors / said <= WORD_ERRORS


@pytest.mark.parametrize(("seed", "count"), few({(2, 2)}, of=((2, 2), (0, 6), (1, 6))))
def test_no_length_makes_what_is_no_sound(engine: OpenVinoEngine, heart: Floats, seed: int, count: int) -> None:
    """``render`` refuses sound that is not finite. The lengths are random, since all 510 take minutes."""
    draw = np.random.default_rng(seed)
    for length in sorted(draw.choice(np.arange(1, 511), count, replace=False)):
        tokens = [0, *(int(token) for token in draw.integers(43, 160, length)), 0]
        rendered = engine.render(tokens, heart[length - 1][None], 1.0)
        assert rendered.samples.size == rendered.durations.sum() * 600

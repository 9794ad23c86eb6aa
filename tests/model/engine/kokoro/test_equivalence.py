"""The official implementation, with the shipped weights, plans speech as the OpenVINO graph does."""

import contextlib
from typing import Any, NamedTuple

import numpy as np
import pytest
from bench.stages import Stages, shipped
from bench.texts import Texts

from tests.phonemes import phonemes_of
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.engine.kokoro.engine import KokoroEngine
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.voices.catalogue import Catalogue

pytestmark = [
    pytest.mark.kokoro,
    # spaCy makes use of PyTorch where it is, and of what PyTorch is about to remove.
    pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning"),
]

TEXTS = 20
VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george")
LENGTHS = (15, 25, 40, 55, 80)

OFF_BY_ONE = 0.02
"""The share of tokens whose duration may differ, by one frame: it is rounded, and the last bits of a float may decide.
Of 3,676 tokens, none differed."""

PITCH_HZ = 0.02
"""By how much the pitch may differ. By 0.003 it did."""


class Prosody(NamedTuple):
    """Frames of each token, and the pitch in Hz of each half frame."""

    durations: Floats
    pitch: Floats


class Planned(Exception):
    """The model has planned a chunk; rendering it takes ten times as long."""


def planned(engine: KokoroEngine, phonemes: str, styles: Floats) -> Prosody:
    """What the official model gives to its decoder."""
    found: list[Prosody] = []

    def stop(decoder: Any, given: Any) -> None:
        features, pitch = given[:2]
        assert features.shape[-1] * 2 == pitch.shape[-1]
        found.append(Prosody(frames[0], pitch.numpy().reshape(-1)))
        raise Planned

    def rounded(projection: Any, given: Any, made: Any) -> None:
        frames.append(made.sigmoid().sum(-1).round().clamp(min=1).numpy().reshape(-1))

    frames: list[Floats] = []
    model = engine._model
    hooks = [
        model.decoder.register_forward_pre_hook(stop),
        model.predictor.duration_proj.register_forward_hook(rounded),
    ]
    try:
        with contextlib.suppress(Planned), engine._scope:
            engine._run(encode(phonemes), styles[len(phonemes) - 1].reshape(1, -1), 1.0)
    finally:
        for hook in hooks:
            hook.remove()
    return found[0]


@pytest.mark.timeout(600)  # 20 s on a machine with nothing else to do
def test_durations_and_pitch_are_those_of_the_openvino_graph_in_float32(engine: KokoroEngine) -> None:
    text, _, _ = float_stages(shipped())
    graph, texts, catalogue = Stages([text]), Texts(seed=5), Catalogue()
    tokens = different = 0
    for number in range(TEXTS):
        phonemes = phonemes_of(texts.of_phonemes(LENGTHS[number % len(LENGTHS)])).text
        for voice in VOICES:
            styles = catalogue.load(voice)
            ours, theirs = graph.render(phonemes, styles), planned(engine, phonemes, styles)
            off = np.abs(ours["durations"].reshape(-1) - theirs.durations)
            assert off.max() <= 1
            tokens += off.size
            different += int(off.sum())
            if not off.any():
                np.testing.assert_allclose(theirs.pitch, ours["pitch"].reshape(-1), rtol=0, atol=PITCH_HZ)
    assert tokens > 3000
    assert different <= OFF_BY_ONE * tokens

"""The official implementation with the shipped weights says what the OpenVINO graph says. ``make test-kokoro`` runs it."""

import contextlib
from typing import Any, NamedTuple

import numpy as np
import pytest

from bench.stages import Stages, shipped
from bench.texts import Texts
from tests.phonemes import phonemes_of
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.engine.kokoro import weights
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.voices.catalogue import Catalogue

pytestmark = pytest.mark.kokoro

TEXTS = 20
VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george")
LENGTHS = (15, 25, 40, 55, 80)

OFF_BY_ONE = 0.02
"""The share of tokens whose duration may differ, by one frame: it is rounded, so the last bits of a float decide some."""

PITCH_HZ = 0.5
"""By how much a pitch may differ."""


class Prosody(NamedTuple):
    """Frames of each token, and the pitch in Hz of each half frame."""

    durations: Floats
    pitch: Floats


class Official:
    """The official model up to its decoder."""

    def __init__(self) -> None:
        import torch
        from ttsmesh.model.engine.kokoro.official import load_model

        self._torch = torch
        self._model = load_model(weights.find())
        self._model.decoder.register_forward_pre_hook(self._stop)

    def _stop(self, module: Any, inputs: Any) -> None:
        self._pitch = inputs[1]
        raise StopIteration

    def prosody(self, phonemes: str, table: Floats) -> Prosody:
        tokens = self._torch.tensor([encode(phonemes)])
        style = self._torch.tensor(table[len(phonemes) - 1].reshape(1, -1))
        with contextlib.suppress(StopIteration):
            self._model.forward_with_tokens(tokens, style, 1.0)
        return Prosody(np.array([]), self._pitch.numpy().reshape(-1))

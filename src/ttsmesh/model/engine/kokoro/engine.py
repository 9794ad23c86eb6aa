"""Kokoro-82M by its official implementation, the package ``kokoro`` on PyTorch.

A chunk is rendered whole when it is begun, by the model's own code: it makes no sound before it has seen all of a
chunk. So all that can fail on a device fails before any of the chunk is heard.
"""

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import ConfigError, SynthesisError, failure_line
from ttsmesh.model.engine.cancelling import CancelScope
from ttsmesh.model.engine.edges import first_heard, heard_durations
from ttsmesh.model.engine.kokoro import device, weights
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import DeviceFailed, Floats, Samples, Speaker, check_request, checked
from ttsmesh.model.g2p.tokens import encode, table
from ttsmesh.model.kokoro import EDGE, FRAME_SAMPLES, STYLE_SIZE

logger = logging.getLogger(__name__)

MISSING = "the packages of the engine kokoro are not installed; run: pip install 'ttsmesh[kokoro]'"

WARM_UP_TOKENS = 12
"""Tokens of the first run, which makes what all later ones use."""


@dataclass(slots=True, eq=False)
class _Whole:
    """A ``Rendering`` of one piece, which exists."""

    samples: Floats | None
    ends: Samples
    loudness: float | None

    def next(self) -> Floats | None:
        samples, self.samples = self.samples, None
        return samples


class KokoroEngine:
    """One ``KModel`` in float32 on the best device that there is. It can be cancelled between two layers.

    ``gpu_only``: a machine on which PyTorch has no GPU is a ``DeviceFailed``.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, weights_setting: str = "", *, gpu_only: bool = False) -> None:
        self._setting = weights_setting
        self._gpu_only = gpu_only
        self._scope = CancelScope()
        self._device = ""
        self._torch: Any = None
        self._model: Any = None

    @property
    def name(self) -> str:
        return f"kokoro {self._device} f32" if self._device else "kokoro"

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset(table())

    @property
    def device_memory_bytes(self) -> int | None:
        if self._device != "cuda" or self._model is None:
            return None
        return int(self._torch.cuda.memory_reserved())

    def check(self) -> None:
        if not device.installed():
            raise ConfigError(MISSING)
        weights.find(self._setting)

    def load(self) -> None:
        """Import PyTorch, load the weights and run the model once: 10 s on a CPU."""
        found = weights.find(self._setting)
        # Its threads wait for each other by spinning. On two busy CPUs that took three times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            import torch

            from ttsmesh.model.engine.kokoro.official import load_model
        except Exception as error:  # reason: importing other packages may raise anything; CUDA's libraries, ValueError
            if not device.installed():
                raise ConfigError(MISSING) from error
            raise ConfigError(f"the packages of the engine kokoro do not work: {failure_line(str(error))}") from error
        self._torch = torch
        self._device = self.find_device(torch)
        if self._gpu_only and self._device == device.CPU:
            raise DeviceFailed("PyTorch sees no GPU")
        logger.info("the weights are %s", found)
        model = load_model(found, complex_numbers=self._device != "mps")
        for module in model.modules():
            if any(True for _ in module.parameters(recurse=False)):  # others may belong to several models at once
                module.register_forward_pre_hook(lambda module, inputs: self._scope.check())
        with self._in_flight():
            self._model = model.to(self._device)
            self._run([EDGE] * WARM_UP_TOKENS, np.zeros((1, STYLE_SIZE), np.float32), 1.0)

    def find_device(self, torch: Any) -> str:
        """The device to load the model on."""
        return device.best(torch)

    @contextlib.contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Work that ``cancel`` ends. Raises ``DeviceFailed`` when a GPU fails, else ``SynthesisError``."""
        try:
            with self._scope:
                yield
        except RuntimeError as error:  # running out of memory is one, too
            kind = SynthesisError if self._device == device.CPU else DeviceFailed
            raise kind(f"{self._device} failed: {failure_line(str(error), 0)}") from error

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> _Whole:
        check_request(phonemes, self.symbols, speaker, speed)
        tokens, style = encode(phonemes), speaker.table[len(phonemes) - 1].reshape(1, -1)
        with self._in_flight():
            audio, durations = self._run(tokens, style, speed)
        if len(durations) != len(tokens) or audio.size != sum(durations) * FRAME_SAMPLES:
            raise SynthesisError("the model made no usable sound")
        heard = heard_durations(tokens, durations)
        first = first_heard(durations) * FRAME_SAMPLES
        samples = checked(audio[first : first + sum(heard) * FRAME_SAMPLES])
        return _Whole(samples, np.cumsum(heard).astype(np.int64) * FRAME_SAMPLES, measure(samples))

    def _run(self, tokens: list[int], style: Floats, speed: float) -> tuple[Floats, list[int]]:
        """The samples, and the frames of 25 ms that each token lasts."""
        audio, durations = self._model.forward_with_tokens(
            self._torch.tensor([tokens], device=self._device),
            self._torch.tensor(style, device=self._device),
            speed,
        )
        return audio.cpu().numpy(), durations.tolist()

    @property
    def wants_idle_time(self) -> bool:
        return False

    def use_idle_time(self) -> None:
        """Do nothing: there is nothing to do."""

    def cancel(self) -> None:
        self._scope.cancel()

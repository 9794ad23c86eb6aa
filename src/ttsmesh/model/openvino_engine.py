"""Kokoro-82M on OpenVINO's CPU plugin."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError, SynthesisError
from ttsmesh.model import parts, weights
from ttsmesh.model.compiled import compile_with_cache
from ttsmesh.model.engine import EDGE, FRAME_SAMPLES, STYLE_SIZE, Floats, RenderCancelled, Rendered, check_request

RUNTIME_CACHE = 1000
"""Prepared kernels the plugin keeps; its 5000 let memory grow. 20 lengths fit; 400 made a long text half as fast."""

WARM_UP = (EDGE, 50, 83, 54, 156, 31, 4, EDGE)
"""Tokens of "hello.": the first inference takes 0.5 s longer than the next."""

BEYOND = 2.0
"""Times full scale: the loudest voices go 1.07 times as far, which is for ``level`` to round off, once levelled."""

SETTLING = ((EDGE, 4, EDGE), (EDGE, 4, 4, EDGE))
"""The shortest there is, full stops, in two lengths (60 ms); see ``_settle_and_infer``."""


def _quiet(stage: str, fraction: float) -> None:
    """Progress that nobody watches."""


class OpenVinoEngine:
    """One compiled model and one inference request: a second one in parallel does not make a CPU faster.

    ``precision``: ``auto`` takes bf16 where the CPU computes in it and f32 elsewhere.
    """

    def __init__(
        self, directory: Path | None = None, *, precision: Precision = "auto", progress: weights.Progress = _quiet
    ) -> None:
        self._directory = directory or weights.default_directory()
        self._precision: str = precision
        self._progress = progress
        self._request: Any = None
        self._lock = threading.Lock()  # a cancel comes before a render's start or after it, never in between
        self._rendering = False
        self._cancelled = False
        self._unsettled = False  # a render was cancelled, and none has come to its end since
        self._last_length = 0  # tokens of the last render that did

    @property
    def name(self) -> str:
        return f"openvino {self._precision}"

    def check(self) -> None:
        if not weights.quick_check(self._directory):
            parts.find_parts()

    def load(self) -> None:
        """Make the model where needed (3 s), compile it (2 s; 0.5 s if it was before) and render once."""
        from ttsmesh.model.openvino_import import import_openvino

        prepared = weights.prepare(self._directory, self._progress)
        core = import_openvino().Core()
        if self._precision == "auto":
            self._precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": self._precision,
            "CPU_RUNTIME_CACHE_CAPACITY": RUNTIME_CACHE,
        }

        def compile_model(cache: Path | None) -> Any:
            return core.compile_model(prepared.model, "CPU", settings | ({"CACHE_DIR": cache} if cache else {}))

        try:
            compiled = compile_with_cache(prepared.compiled / self._precision, compile_model)
            self._request = compiled.create_infer_request()
            self.render(WARM_UP, np.zeros((1, STYLE_SIZE), np.float32), 1.0)
        except (RuntimeError, SynthesisError) as error:
            raise ConfigError(f"OpenVINO cannot run {prepared.model}: {_last_line(error)}") from error

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        check_request(tokens, style, speed)
        try:
            self._infer(tokens, style, speed)
        except RuntimeError as error:
            if not self._unsettled:
                raise SynthesisError(f"OpenVINO failed: {_last_line(error)}") from error
            self._settle_and_infer(tokens, style, speed)
        self._unsettled = False
        return self._result(len(tokens))

    def _infer(self, tokens: Sequence[int], style: Floats, speed: float) -> None:
        """Run the request. Raises ``RenderCancelled``, and ``RuntimeError`` when OpenVINO fails."""
        inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        with self._lock:
            self._request.start_async(inputs)
            self._cancelled = False
            self._rendering = True
        try:
            self._request.wait()
        except RuntimeError:
            if not self._cancelled:
                raise
        finally:
            with self._lock:
                self._rendering = False
        if self._cancelled:
            self._unsettled = True
            raise RenderCancelled
        self._last_length = len(tokens)

    def _settle_and_infer(self, tokens: Sequence[int], style: Floats, speed: float) -> None:
        """Render once more after a cancel has left OpenVINO in two minds.

        Its nodes skip what they think is as in their last run. A cancelled run leaves some with the new lengths and
        some with those of the last whole run, and another run with the latter then fails in its shape checks (2026.4;
        seen in 74 of 79 tries, and never with wrong sound). A whole run of any other length puts them right.
        """
        try:
            self._infer(next(few for few in SETTLING if len(few) != self._last_length), style, 1.0)
            self._infer(tokens, style, speed)
        except RuntimeError as error:
            raise SynthesisError(f"OpenVINO failed: {_last_line(error)}") from error

    def cancel(self) -> None:
        with self._lock:
            if self._rendering:
                self._cancelled = True
                self._request.cancel()

    def close(self) -> None:
        self._request = None

    def _result(self, length: int) -> Rendered:
        """Copies, for the request writes into the same memory next time."""
        samples = np.array(self._request.get_tensor("audio").data, np.float32).reshape(-1)
        durations = np.array(self._request.get_tensor("durations").data, np.float32).reshape(-1)
        fits = durations.size == length and durations.sum() * FRAME_SAMPLES == samples.size
        if not (fits and samples.size and np.isfinite(samples).all()):
            raise SynthesisError("the model made no usable sound")
        return Rendered(np.clip(samples, -BEYOND, BEYOND, out=samples), durations)


def _last_line(error: Exception) -> str:
    """OpenVINO's messages begin with places in its sources."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__

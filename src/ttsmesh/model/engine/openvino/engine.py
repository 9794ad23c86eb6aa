"""Kokoro-82M on OpenVINO's CPU plugin, in three stages, with little of the silence that the model would speak."""

import contextlib
import locale
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError, SynthesisError, failure_line
from ttsmesh.model.build import prepared_model, weights_packages
from ttsmesh.model.engine.openvino.buckets import BUCKETS, Window, heard_durations, window
from ttsmesh.model.engine.openvino.compile_cache import compile_with_cache
from ttsmesh.model.engine.openvino.memory import drop_mapped, return_large_blocks
from ttsmesh.model.engine.openvino.precision import (
    choose_models,
    choose_precision,
    compile_settings,
    computes_bf16,
    cpu_flags,
)
from ttsmesh.model.engine.openvino.stage import CancelScope, CompiledStage, Inputs
from ttsmesh.model.engine.protocol import Floats, Rendered, check_request
from ttsmesh.model.kokoro import EDGE, FRAME_SAMPLES, STYLE_SIZE

CLIP_LEVEL = 2.0
"""Times full scale. The loudest voices reach 1.07; ``volume`` rounds that off after the levels are applied."""

SHORT_TEXTS, SHORT_SOUNDS = (3, 4), (4, 8)
"""Tokens and frames of the shortest runs, which warm up a stage and settle it; see ``CompiledStage.infer``."""

FEATURES = 512
"""Numbers in a frame of features. A frame has two numbers of pitch and two of energy besides."""

SPECTRA, SPECTRUM = 120, 22
"""Spectra in a frame of the source, and numbers in a spectrum: 11 magnitudes and 11 phases. The source gives one
spectrum more at the end."""


def _ignore_progress(activity: str, fraction: float) -> None:
    """Report nothing."""


class OpenVinoEngine:
    """One compiled model and one inference at a time. A second one in parallel would not make a CPU faster.

    ``precision``: see ``choose_precision``. Int8 is for the large products only; everything else is f32, or bf16 in
    ``int8-bf16``.
    """

    _text: CompiledStage
    _source: CompiledStage
    _decoder: CompiledStage

    def __init__(
        self,
        directory: Path | None = None,
        *,
        precision: Precision = "auto",
        progress: prepared_model.OnProgress = _ignore_progress,
    ) -> None:
        self._directory = directory or prepared_model.default_directory()
        self._precision: str = precision
        self._progress = progress
        self._scope = CancelScope()
        self._prepared: set[int] = set()
        self._activity = ""

    @property
    def name(self) -> str:
        return f"openvino {self._precision}, {self._activity}" if self._activity else f"openvino {self._precision}"

    def check(self) -> None:
        if not prepared_model.quick_check(self._directory):
            weights_packages.find_installed()

    def load(self) -> None:
        """Make the model if need be (6 s), compile it (4 s) and run it once; 1.2 to 2 s when it was compiled before."""
        try:
            self._load()
        finally:
            self._activity = ""

    def _report(self, activity: str, fraction: float) -> None:
        self._activity = activity
        self._progress(activity, fraction)

    def _load(self) -> None:
        from ttsmesh.model.openvino_import import import_openvino

        return_large_blocks()
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(lambda: import_openvino().Core())
            flags = cpu_flags()
            self._precision = choose_precision(self._precision, flags, lambda: computes_bf16(starting.result()))
            models = choose_models(self._precision, flags)
            prepared_model.prepare(self._directory, self._report, models=models)
            core = starting.result()

        def compile_stages(cache: Path | None) -> list[Any]:
            kept = {"CACHE_DIR": cache} if cache else {}
            with ThreadPoolExecutor(2) as pool:
                compiling = [
                    pool.submit(core.compile_model, self._directory / f"{model}.xml", "CPU", own | kept)
                    for model, own in compile_settings(self._precision, models).items()
                ]
                return [compiled.result() for compiled in compiling]

        cache_directory = self._directory / prepared_model.COMPILED / self._precision
        try:
            with _kept_locale():
                self._use(*compile_with_cache(cache_directory, compile_stages))
            self._warm_up()
            drop_mapped(self._directory)
        except (RuntimeError, SynthesisError) as error:
            raise ConfigError(f"OpenVINO cannot run {self._directory}: {failure_line(str(error))}") from error

    def _use(self, text: Any, source: Any, decoder: Any) -> None:
        """Run these compiled models from now on."""
        self._text = CompiledStage(text, self._scope, dummy_text, SHORT_TEXTS)
        self._source = CompiledStage(source, self._scope, dummy_pitch, SHORT_SOUNDS)
        self._decoder = CompiledStage(decoder, self._scope, dummy_sound, SHORT_SOUNDS)
        self._prepared.clear()

    def _warm_up(self) -> None:
        """Run each stage once: the first run takes 0.4 s longer than the next, whatever its length."""
        with self._scope:
            self._text.prepare(SHORT_TEXTS[0])
            self._prepare(SHORT_SOUNDS[0])
        _check_finite(self._decoder.output("audio"))

    def _prepare(self, frames: int) -> None:
        self._source.prepare(frames)
        self._decoder.prepare(frames)

    @contextlib.contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Inferences that ``cancel`` ends. Raises ``SynthesisError`` when OpenVINO fails."""
        try:
            with self._scope:
                yield
        except RuntimeError as error:
            raise SynthesisError(f"OpenVINO failed: {failure_line(str(error))}") from error

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        check_request(tokens, style, speed)
        spoken: Inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        with self._in_flight():
            self._text.infer(spoken, len(tokens))
            durations = _durations(self._text, len(tokens))
            part = window(tokens, durations)
            frames = _frames(self._text, part)
            self._source.infer({"pitch": frames["pitch"]}, part.frames)
            source = self._source.output("source")
            self._decoder.infer({**frames, "source": source, "style": style}, part.frames)
        self._prepared.add(part.frames)
        return Rendered(_heard_samples(self._decoder, part), np.array(heard_durations(tokens, durations), np.float32))

    def prepare_next(self) -> bool:
        # The longest first: the memory that it takes is then enough for the others.
        left = [size for size in reversed(BUCKETS) if size not in self._prepared]
        if not left:
            return False
        with self._in_flight():
            self._prepare(left[0])
        self._prepared.add(left[0])
        if len(left) > 1:
            return True
        drop_mapped(self._directory)  # preparing has read some of it again
        return False

    def cancel(self) -> None:
        self._scope.cancel()


@contextlib.contextmanager
def _kept_locale() -> Iterator[None]:
    """Restore the process's locale. OpenVINO sets it to C while it reads a model; when two threads read at a time, it
    may stay so (2026.4, in 5 of 6 tries), and then text from other processes is decoded as ASCII."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


def dummy_text(tokens: int) -> Inputs:
    """As many edge tokens, which make the shortest possible sound."""
    style, speed = np.zeros((1, STYLE_SIZE), np.float32), np.ones(1, np.float32)
    return {"tokens": np.full((1, tokens), EDGE, np.int64), "style": style, "speed": speed}


def dummy_pitch(frames: int) -> Inputs:
    return {"pitch": np.zeros((1, 2 * frames), np.float32)}


def dummy_sound(frames: int) -> Inputs:
    return {
        **dummy_pitch(frames),
        "features": np.zeros((1, FEATURES, frames), np.float32),
        "energy": np.zeros((1, 2 * frames), np.float32),
        "source": np.zeros((1, SPECTRUM, SPECTRA * frames + 1), np.float32),
        "style": np.zeros((1, STYLE_SIZE), np.float32),
    }


def _durations(text: CompiledStage, length: int) -> list[int]:
    """Whole frames for each token. Raises ``SynthesisError`` where they do not fit the other outputs."""
    durations = text.output("durations").reshape(-1)
    total = text.output("features").shape[-1]
    if durations.size != length or not np.isfinite(durations).all() or durations.sum() != total:
        raise SynthesisError("the model made no usable prosody")
    return [round(float(frames)) for frames in durations]


def _frames(text: CompiledStage, part: Window) -> Inputs:
    """The frames of ``part``, copied since the decoder may read them while ``text`` runs again."""
    frames = np.r_[part.first : part.last, np.full(part.fill, part.last - 1)]
    halves = np.stack([2 * frames, 2 * frames + 1], axis=1).reshape(-1)
    return {
        "features": np.take(text.output("features"), frames, axis=-1),
        "pitch": np.take(text.output("pitch"), halves, axis=-1),
        "energy": np.take(text.output("energy"), halves, axis=-1),
    }


def _heard_samples(decoder: CompiledStage, part: Window) -> Floats:
    """A copy of the samples that are to be heard."""
    audio = decoder.output("audio").reshape(-1)
    if audio.size != part.frames * FRAME_SAMPLES:
        raise SynthesisError("the model made no usable sound")
    begin, end = ((frame - part.first) * FRAME_SAMPLES for frame in (part.begin, part.end))
    samples = np.array(audio[begin:end], np.float32)
    _check_finite(samples)
    return np.clip(samples, -CLIP_LEVEL, CLIP_LEVEL, out=samples)


def _check_finite(samples: Floats) -> None:
    if not np.isfinite(samples).all():
        raise SynthesisError("the model made no usable sound")

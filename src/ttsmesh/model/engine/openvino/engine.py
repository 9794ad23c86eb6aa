"""Kokoro-82M on OpenVINO's CPU plugin: text, source and trunk for the whole chunk, then the generator in windows."""

import contextlib
import locale
import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError, SynthesisError, failure_line
from ttsmesh.host.memory import drop_mapped, keep_no_holes
from ttsmesh.model.build import prepared_model, weights_packages
from ttsmesh.model.build.recipe import HIDDEN_STEPS, SPECTRA, window_shapes
from ttsmesh.model.engine.cancelling import CancelScope, Inputs
from ttsmesh.model.engine.edges import first_heard, heard_durations
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.openvino.compile_cache import compile_with_cache
from ttsmesh.model.engine.openvino.generator import Generator, Windows
from ttsmesh.model.engine.openvino.norms import Centre, Predictor, affine, known, wanted
from ttsmesh.model.engine.openvino.own_voices import OwnVoices
from ttsmesh.model.engine.openvino.precision import (
    choose_models,
    choose_precision,
    compile_settings,
    computes_bf16,
    cpu_flags,
)
from ttsmesh.model.engine.openvino.stage import Array, CompiledStage
from ttsmesh.model.engine.protocol import Floats, Rendering, Samples, Speaker, check_request, checked
from ttsmesh.model.g2p.tokens import encode, table
from ttsmesh.model.kokoro import EDGE, FRAME_SAMPLES, STYLE_SIZE

logger = logging.getLogger(__name__)

SHORT_TEXT, SHORT_SOUND = 3, 4
"""Tokens and frames of the shortest runs, which warm up a stage and settle it; see ``CompiledStage.infer``."""

FEATURES, HIDDEN, ROWS = 512, 512, 36864
"""Numbers in a frame of features, in half a frame of hidden, and that the style makes for the norms. A frame has two
numbers of pitch and two of energy besides."""

SPECTRUM = 22
"""Numbers in a spectrum of the source: 11 magnitudes and 11 phases. The source gives one spectrum more at the end."""

LONG_FRAMES = 400
"""Frames, 10 s of sound, from which the memory that a chunk took is given back: 0.2 GB for 30 s. A chunk that needs it
again begins later, by 7 ms for a sentence of 5 s, so usual sentences keep theirs."""

CANCEL_LOOK_S = 0.02
"""Seconds between two looks at whether waiting for a compiled model was cancelled."""

OWN_VOICES = "own-voices"
"""The directory for what was found of users' voices, beside the files of the model."""


def _ignore_progress(activity: str, fraction: float) -> None:
    """Report nothing."""


@dataclass(slots=True, eq=False)
class _Begun:
    """A chunk before the generator has run, whole as the model speaks it: ``source`` [1, 22, 120 frames + 1] and
    ``hidden`` [1, 512, 1, 2 frames]. ``known`` are the statistics of both."""

    tokens: list[int]
    durations: list[int]
    source: Array
    hidden: Array
    rows: Array
    known: Floats

    @property
    def heard(self) -> tuple[int, int]:
        """The first frame that is heard, and the one after the last."""
        first = first_heard(self.durations)
        return first, first + sum(heard_durations(self.tokens, self.durations))

    @property
    def ends(self) -> Samples:
        """As ``Rendering.ends``."""
        return np.cumsum(heard_durations(self.tokens, self.durations)).astype(np.int64) * FRAME_SAMPLES


class OpenVinoEngine:
    """One compiled model and one inference at a time. A second one in parallel would not make a CPU faster.

    ``precision``: see ``choose_precision``. Int8 is for the large products only; everything else is f32, or bf16 in
    ``int8-bf16``. ``completed`` is done when what loading has left out for later is loaded, too.
    """

    sample_rate = SAMPLE_RATE
    device_memory_bytes = None

    _text: CompiledStage
    _source: CompiledStage
    _trunk: CompiledStage
    _generator: Generator
    _predictor: Predictor
    completed: Future[None]

    def __init__(
        self,
        directory: Path | None = None,
        *,
        precision: Precision = "auto",
        progress: prepared_model.OnProgress = _ignore_progress,
    ) -> None:
        keep_no_holes()
        self._directory = directory or prepared_model.default_directory()
        self._precision: str = precision
        self._progress = progress
        self._scope = CancelScope()
        self._activity = ""
        self._settings: Mapping[str, Mapping[str, Any]] = {}
        self._exact_model = ""
        self._exact: CompiledStage | None = None
        self._compiler = ThreadPoolExecutor(1, thread_name_prefix="compile")
        self._compiling: Future[list[Any]] | None = None
        self._own_voices = OwnVoices(self._directory / OWN_VOICES)

    @property
    def name(self) -> str:
        return f"openvino {self._precision}, {self._activity}" if self._activity else f"openvino {self._precision}"

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset(table())

    def check(self) -> None:
        if not prepared_model.quick_check(self._directory):
            weights_packages.find_installed()

    def load(self) -> None:
        """Make the model if need be (9 s), compile it (4 s) and run it once; 1.2 to 2 s when it was compiled before."""
        try:
            self._load()
        finally:
            self._activity = ""

    def _report(self, activity: str, fraction: float) -> None:
        self._activity = activity
        self._progress(activity, fraction)

    def _load(self) -> None:
        from ttsmesh.model.openvino_import import import_openvino

        with ThreadPoolExecutor(2) as pool:
            starting = pool.submit(lambda: import_openvino().Core())
            predicting = pool.submit(Predictor)
            flags = cpu_flags()
            self._precision = choose_precision(self._precision, flags, lambda: computes_bf16(starting.result()))
            models = choose_models(self._precision, flags)
            self._settings = compile_settings(self._precision, models)
            self._exact_model, self._exact = models.exact, None
            prepared_model.prepare(self._directory, self._report, models=self._settings)
            self._core = starting.result()
            self._predictor = predicting.result()
        (short, window), (longest, long_window) = sorted(models.windows.items())
        try:
            text, source, trunk, generator = self._compiled("", models.text, models.source, models.trunk, window)
            self._text = CompiledStage(text, self._scope, dummy_text, SHORT_TEXT)
            self._source = CompiledStage(source, self._scope, dummy_pitch, SHORT_SOUND)
            self._trunk = CompiledStage(trunk, self._scope, dummy_prosody, SHORT_SOUND)
            self._generator = Generator(short, longest, generator, self._scope)
            self._warm_up()
        except (RuntimeError, SynthesisError) as error:
            raise ConfigError(f"OpenVINO cannot run {self._directory}: {failure_line(str(error))}") from error

        self.completed = self._compiler.submit(lambda: self._complete(long_window))

    def _complete(self, long_window: str) -> None:
        """Load what only longer texts need. Without it they take a tenth longer."""
        try:
            (compiled,) = self._compiled("-long", long_window)
            self._generator.add_longest(compiled)
        except RuntimeError as error:
            logger.warning("OpenVINO cannot run %s: %s", long_window, failure_line(str(error)))
        drop_mapped(self._directory)

    def _compiled(self, kind: str, *models: str) -> list[Any]:
        """``models``, compiled or taken from the cache for models of this ``kind``."""

        def compile_models(cache: Path | None) -> list[Any]:
            kept = {"CACHE_DIR": cache} if cache else {}
            with ThreadPoolExecutor(2) as pool:
                compiling = [
                    pool.submit(
                        self._core.compile_model,
                        self._directory / f"{model}.xml",
                        "CPU",
                        {**self._settings[model], **kept},
                    )
                    for model in models
                ]
                return [compiled.result() for compiled in compiling]

        cache = self._directory / prepared_model.COMPILED / f"{self._precision}{kind}"
        with _kept_locale():
            compiled: list[Any] = compile_with_cache(cache, compile_models)
        return compiled

    def _warm_up(self) -> None:
        """Run each stage once: the first run takes 0.4 s longer than the next, whatever its length."""
        with self._scope:
            self._text.prepare(SHORT_TEXT)
            self._source.prepare(SHORT_SOUND)
            self._trunk.prepare(SHORT_SOUND)
            checked(self._generator.run(self._generator.short, *dummy_window(self._generator.short)))

    @contextlib.contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Inferences that ``cancel`` ends. Raises ``SynthesisError`` when OpenVINO fails."""
        try:
            with self._scope:
                yield
        except RuntimeError as error:
            raise SynthesisError(f"OpenVINO failed: {failure_line(str(error))}") from error

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> Rendering:
        check_request(phonemes, self.symbols, speaker, speed)
        with self._in_flight():
            begun = self._begin(phonemes, speaker.table, speed)
        if (centre := self._centre(speaker)) is None:
            return _Exactly(self, begun, speaker.table)
        statistics = self._predictor.predict(centre, begun.known)
        rows = affine(begun.rows, statistics)
        windows = Windows(self._generator, begun.hidden, begun.source, rows, *begun.heard)
        loudness = statistics.loudness if np.isfinite(statistics.loudness) else None
        return _InWindows(self, windows, begun.ends, loudness, sum(begun.durations) >= LONG_FRAMES)

    def _centre(self, speaker: Speaker) -> Centre | None:
        if speaker.shares:
            with contextlib.suppress(KeyError):
                return self._predictor.centre(speaker.shares)
        return self._own_voices.centre(speaker.table)

    def _begin(self, phonemes: str, styles: Floats, speed: float) -> _Begun:
        """Run text, source and trunk."""
        tokens, style = encode(phonemes), styles[len(phonemes) - 1].reshape(1, -1)
        spoken: Inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        self._text.infer(spoken, len(tokens))
        durations = _durations(self._text, len(tokens))
        frames = sum(durations)
        self._source.infer({"pitch": self._text.output("pitch")}, frames)
        prosody = {name: self._text.output(name) for name in ("features", "pitch", "energy")}
        self._trunk.infer({**prosody, "style": style}, frames)
        hidden = np.array(self._trunk.output("hidden"))
        mean, variance = (self._source.output(f"source_{name}").reshape(-1) for name in ("mean", "variance"))
        return _Begun(
            tokens,
            durations,
            np.array(self._source.output("source")),
            hidden,
            np.array(self._trunk.output("rows")),
            known(mean, variance, hidden.mean(axis=-1).reshape(-1), hidden.var(axis=-1).reshape(-1)),
        )

    def _release(self) -> None:
        """Give back the memory of the stages that see a whole chunk."""
        for stage in (self._text, self._source, self._trunk):
            stage.release()

    def _render_exactly(self, begun: _Begun, styles: Floats) -> Floats:
        """The heard samples of the whole chunk. The voice with these ``styles`` is known a little better then."""
        if self._exact is None:
            self._exact = CompiledStage(self._exact_compiled(), self._scope, dummy_hidden, SHORT_SOUND)
        given: Inputs = {"hidden": begun.hidden, "source": begun.source, "rows": begun.rows}
        self._exact.infer(given, sum(begun.durations))
        begin, end = (frame * FRAME_SAMPLES for frame in begun.heard)
        samples = checked(self._exact.output("audio").reshape(-1)[begin:end])
        mean, variance = (np.array(self._exact.output(name)).reshape(-1) for name in ("mean", "variance"))
        self._own_voices.add(styles, Centre(begun.known, wanted(mean, variance, measure(samples))))
        if not self.wants_idle_time:
            self._exact = None  # it takes 0.3 GB and more
            drop_mapped(self._directory)
        return samples

    def _exact_compiled(self) -> Any:
        """The compiled model that renders exactly. Compiling takes seconds and cannot be cancelled, so it goes on by
        itself when waiting for it is cancelled."""
        if self._compiling is None:
            self._compiling = self._compiler.submit(lambda: self._compiled("-exact", self._exact_model))
        while not self._compiling.done():
            self._scope.check()
            wait([self._compiling], CANCEL_LOOK_S)
        compiling, self._compiling = self._compiling, None
        (compiled,) = compiling.result()
        return compiled

    @property
    def wants_idle_time(self) -> bool:
        return self._own_voices.unfinished() is not None

    def use_idle_time(self) -> None:
        """Render one text exactly, for the centre of a voice that was not measured beforehand."""
        if (unfinished := self._own_voices.unfinished()) is None:
            return
        styles, phonemes = unfinished
        with self._in_flight():
            self._render_exactly(self._begin(phonemes, styles, 1.0), styles)

    def cancel(self) -> None:
        self._scope.cancel()


@dataclass(slots=True, eq=False)
class _InWindows:
    """A ``Rendering`` that the generator makes window by window. A ``_long`` one gives back what its beginning took in
    memory, once its first piece was made, so that nothing is heard later for that (3 to 10 ms)."""

    _engine: OpenVinoEngine
    _windows: Windows
    ends: Samples
    loudness: float | None
    _long: bool

    def next(self) -> Floats | None:
        with self._engine._in_flight():
            if self._long and self._windows.begun:
                self._long = False
                self._engine._release()
            return self._windows.next()


@dataclass(slots=True, eq=False)
class _Exactly:
    """A ``Rendering`` of one piece, which is rendered exactly."""

    _engine: OpenVinoEngine
    _begun: _Begun
    _styles: Floats
    loudness: float | None = None
    _done: bool = False

    @property
    def ends(self) -> Samples:
        return self._begun.ends

    def next(self) -> Floats | None:
        if self._done:
            return None
        with self._engine._in_flight():
            samples = self._engine._render_exactly(self._begun, self._styles)
        self._done = True
        return samples


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


def dummy_prosody(frames: int) -> Inputs:
    return {
        **dummy_pitch(frames),
        "features": np.zeros((1, FEATURES, frames), np.float32),
        "energy": np.zeros((1, 2 * frames), np.float32),
        "style": np.zeros((1, STYLE_SIZE), np.float32),
    }


def dummy_hidden(frames: int) -> Inputs:
    return {
        "hidden": np.zeros((1, HIDDEN, 1, HIDDEN_STEPS * frames), np.float32),
        "source": np.zeros((1, SPECTRUM, SPECTRA * frames + 1), np.float32),
        "rows": np.zeros((1, ROWS, 1, 1), np.float32),
    }


def dummy_window(frames: int) -> tuple[Floats, Floats, Floats]:
    """Hidden, source and affine for a window."""
    hidden, source = (np.zeros(shape, np.float32) for shape in window_shapes(frames).values())
    return hidden, source, np.zeros((1, ROWS, 1, 1), np.float32)


def _durations(text: CompiledStage, length: int) -> list[int]:
    """Whole frames for each token. Raises ``SynthesisError`` where they do not fit the other outputs."""
    durations = text.output("durations").reshape(-1)
    total = text.output("features").shape[-1]
    if durations.size != length or not np.isfinite(durations).all() or durations.sum() != total:
        raise SynthesisError("the model made no usable prosody")
    return [round(float(frames)) for frames in durations]

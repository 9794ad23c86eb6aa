"""Kokoro-82M on OpenVINO's CPU plugin, in three stages, with little of the silence it would speak."""

import contextlib
import locale
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError, SynthesisError, failure_line
from ttsmesh.model.build import prepared_model, weights_packages
from ttsmesh.model.engine.openvino.buckets import BUCKETS, Window, heard, window
from ttsmesh.model.engine.openvino.compile_cache import compile_with_cache
from ttsmesh.model.engine.openvino.memory import drop_mapped, return_large_blocks
from ttsmesh.model.engine.openvino.stage import Inputs, Stage, Turn
from ttsmesh.model.engine.protocol import Floats, Rendered, check_request
from ttsmesh.model.kokoro import EDGE, FRAME_SAMPLES, STYLE_SIZE

TEXT_CACHE, SOUND_CACHE = 40, 2000
"""Prepared kernels the plugin keeps of text, and of source and decoder. Texts have ever new lengths: keeping theirs
takes memory only, 7 MB a length, and no time off. The few numbers of frames all fit."""

INT8_GROUP = 32
"""Numbers that share a scale where one is found while it runs. With 64, durations change half as often again."""

BEYOND = 2.0
"""Times full scale: the loudest voices go 1.07 times as far, which is for ``level`` to round off, once levelled."""

VNNI = frozenset({"avx512_vnni", "avx_vnni"})
AMX = frozenset({"amx_int8", "amx_bf16"})

_CAPACITY = "CPU_RUNTIME_CACHE_CAPACITY"

SHORT_TEXTS, SHORT_SOUNDS = (3, 4), (4, 8)
"""Tokens and frames: the shortest runs of each stage, to warm it up and to settle it; see ``Stage.infer``."""

FEATURES = 512
"""Numbers in a frame that the text's stage gives; besides two of pitch, and two of energy."""

SPECTRA, SPECTRUM = 120, 22
"""Spectra that the source gives the decoder for each frame, with one more at the end; each is 11 magnitudes and as many
phases."""


def _quiet(stage: str, fraction: float) -> None:
    """Progress that nobody watches."""


class OpenVinoEngine:
    """One compiled model and one inference at a time: a second one in parallel does not make a CPU faster.

    ``precision``: see ``available``. In int8 only the large products are; all else is f32, or bf16 in ``int8-bf16``.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        precision: Precision = "auto",
        progress: prepared_model.OnProgress = _quiet,
    ) -> None:
        self._directory = directory or prepared_model.default_directory()
        self._precision: str = precision
        self._progress = progress
        self._turn = Turn()
        self._text: Stage | None = None
        self._source: Stage | None = None
        self._decoder: Stage | None = None
        self._prepared: set[int] = set()
        self._stage = ""

    @property
    def name(self) -> str:
        return f"openvino {self._precision}, {self._stage}" if self._stage else f"openvino {self._precision}"

    def check(self) -> None:
        if not prepared_model.quick_check(self._directory):
            weights_packages.find_installed()

    def load(self) -> None:
        """Make the model where needed (6 s), compile it (4 s) and run it once; 1.2 to 2 s once compiled."""
        try:
            self._load()
        finally:
            self._stage = ""

    def _tell(self, stage: str, fraction: float) -> None:
        self._stage = stage
        self._progress(stage, fraction)

    def _load(self) -> None:
        from ttsmesh.model.openvino_import import import_openvino

        return_large_blocks()
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(lambda: import_openvino().Core())
            flags = cpu_flags()
            self._precision = available(self._precision, flags, lambda: computes_bf16(starting.result()))
            models = chosen_models(self._precision, flags)
            prepared = prepared_model.prepare(self._directory, self._tell, models=models)
            core = starting.result()

        def compile_stages(cache: Path | None) -> list[Any]:
            kept = {"CACHE_DIR": cache} if cache else {}
            with ThreadPoolExecutor(2) as pool:
                compiling = [
                    pool.submit(core.compile_model, prepared.file(model), "CPU", own | kept)
                    for model, own in settings(self._precision, models).items()
                ]
                return [compiled.result() for compiled in compiling]

        try:
            with _kept_locale():
                self._take(*compile_with_cache(prepared.compiled / self._precision, compile_stages))
            self._warm_up()
            drop_mapped(self._directory)
        except (RuntimeError, SynthesisError) as error:
            raise ConfigError(f"OpenVINO cannot run {prepared.directory}: {failure_line(str(error))}") from error

    def _take(self, text: Any, source: Any, decoder: Any) -> None:
        """Run these compiled models from now on."""
        self._text = Stage(text, self._turn, blank_text, SHORT_TEXTS)
        self._source = Stage(source, self._turn, blank_pitch, SHORT_SOUNDS)
        self._decoder = Stage(decoder, self._turn, blank_sound, SHORT_SOUNDS)
        self._prepared.clear()

    def _warm_up(self) -> None:
        """The first run takes 0.4 s longer than the next, whatever its length."""
        assert self._text is not None and self._decoder is not None
        with self._turn:
            self._text.prepare(SHORT_TEXTS[0])
            self._prepare(SHORT_SOUNDS[0])
        _check_finite(self._decoder.output("audio"))

    def _prepare(self, frames: int) -> None:
        assert self._source is not None and self._decoder is not None
        self._source.prepare(frames)
        self._decoder.prepare(frames)

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        check_request(tokens, style, speed)
        assert self._text is not None and self._source is not None and self._decoder is not None
        spoken: Inputs = {
            "tokens": np.array([tokens], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        try:
            with self._turn:
                self._text.infer(spoken, len(tokens))
                durations = _durations(self._text, len(tokens))
                part = window(tokens, durations)
                frames = _frames(self._text, part)
                self._source.infer({"pitch": frames["pitch"]}, part.frames)
                source = self._source.output("source")
                self._decoder.infer({**frames, "source": source, "style": style}, part.frames)
        except RuntimeError as error:
            raise SynthesisError(f"OpenVINO failed: {failure_line(str(error))}") from error
        self._prepared.add(part.frames)
        return Rendered(_heard(self._decoder, part), np.array(heard(tokens, durations), np.float32))

    def prepare_next(self) -> bool:
        # The longest first: what it takes of memory is then enough for the others.
        left = [size for size in reversed(BUCKETS) if size not in self._prepared]
        if not left:
            return False
        try:
            with self._turn:
                self._prepare(left[0])
        except RuntimeError as error:
            raise SynthesisError(f"OpenVINO failed: {failure_line(str(error))}") from error
        self._prepared.add(left[0])
        if len(left) > 1:
            return True
        drop_mapped(self._directory)  # preparing has read some of it again
        return False

    def cancel(self) -> None:
        self._turn.cancel()


@contextlib.contextmanager
def _kept_locale() -> Iterator[None]:
    """OpenVINO sets the process's locale to C while it reads a model, and of two threads that do one may leave it so
    (2026.4; 5 of 6 tries): then what this process reads from others is taken for ASCII."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


def available(wanted: str, flags: Collection[str], has_bf16: Callable[[], bool]) -> str:
    """The precision to compute in; raises ``ConfigError`` when the CPU does not compute in what is ``wanted``.

    OpenVINO might emulate bf16, which sounds no better than f32 and is no quicker; so that is refused. ``auto``: int8
    and bf16 where the CPU has AMX for both, which is quickest by far; else int8, which AVX2 computes quicker than all
    else, with VNNI or without, and which sounds closer to f32 than bf16; on other CPUs, where nobody has tried int8,
    what they have. ``has_bf16`` is asked only where it matters, for it waits for OpenVINO.
    """
    if wanted in ("bf16", "int8-bf16") and not has_bf16():
        raise ConfigError('this CPU does not compute in bf16; set precision to "auto", "int8" or "f32"')
    if wanted != "auto":
        return wanted
    if set(flags) >= AMX:
        return "int8-bf16"
    if "avx2" in flags:
        return "int8"
    return "bf16" if has_bf16() else "f32"


def computes_bf16(core: Any) -> bool:
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def chosen_models(precision: str, flags: Collection[str]) -> tuple[str, str, str]:
    """Which of ``build.MODELS`` to run: text, source and decoder."""
    if precision not in ("int8", "int8-bf16"):
        return "text", "source", "decoder"
    # In bf16, the text's stage takes longer with int8 weights; where there is AMX, which is where auto has it be bf16.
    text = "text" if precision == "int8-bf16" or VNNI.isdisjoint(flags) else "text_int8"
    return text, "source", "decoder_int8_amx" if set(flags) >= AMX else "decoder_int8"


def settings(precision: str, models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What to compile each of ``models`` with: text, source and decoder. The source is f32 always; see
    ``graph_stages``."""
    text, source, decoder = models
    rest = {"int8": "f32", "int8-bf16": "bf16"}.get(precision, precision)
    common = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": rest, _CAPACITY: SOUND_CACHE}
    group = INT8_GROUP if text == "text_int8" else 0
    return {
        text: {**common, _CAPACITY: TEXT_CACHE, "DYNAMIC_QUANTIZATION_GROUP_SIZE": group},
        source: {**common, "INFERENCE_PRECISION_HINT": "f32"},
        decoder: common,
    }


def cpu_flags() -> frozenset[str]:
    """What ``/proc/cpuinfo`` says that the first CPU has; nothing where it is not x86, or cannot be read."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, values = line.partition(":")
            if name.strip() == "flags":
                return frozenset(values.split())
    return frozenset()


def blank_text(tokens: int) -> Inputs:
    """As many edges: the shortest there is."""
    style, speed = np.zeros((1, STYLE_SIZE), np.float32), np.ones(1, np.float32)
    return {"tokens": np.full((1, tokens), EDGE, np.int64), "style": style, "speed": speed}


def blank_pitch(frames: int) -> Inputs:
    return {"pitch": np.zeros((1, 2 * frames), np.float32)}


def blank_sound(frames: int) -> Inputs:
    return {
        **blank_pitch(frames),
        "features": np.zeros((1, FEATURES, frames), np.float32),
        "energy": np.zeros((1, 2 * frames), np.float32),
        "source": np.zeros((1, SPECTRUM, SPECTRA * frames + 1), np.float32),
        "style": np.zeros((1, STYLE_SIZE), np.float32),
    }


def _durations(text: Stage, length: int) -> list[int]:
    """Whole frames of each token; raises ``SynthesisError`` where they do not fit what else came out."""
    durations = text.output("durations").reshape(-1)
    total = text.output("features").shape[-1]
    if durations.size != length or not np.isfinite(durations).all() or durations.sum() != total:
        raise SynthesisError("the model made no usable prosody")
    return [round(float(frames)) for frames in durations]


def _frames(text: Stage, part: Window) -> Inputs:
    """Copies of the frames of ``part``, for they go on while ``text`` may run again."""
    frames = np.r_[part.first : part.last, np.full(part.fill, part.last - 1)]
    halves = np.stack([2 * frames, 2 * frames + 1], axis=1).reshape(-1)
    return {
        "features": np.take(text.output("features"), frames, axis=-1),
        "pitch": np.take(text.output("pitch"), halves, axis=-1),
        "energy": np.take(text.output("energy"), halves, axis=-1),
    }


def _heard(decoder: Stage, part: Window) -> Floats:
    """A copy of what of the sound is to be heard."""
    audio = decoder.output("audio").reshape(-1)
    if audio.size != part.frames * FRAME_SAMPLES:
        raise SynthesisError("the model made no usable sound")
    begin, end = ((frame - part.first) * FRAME_SAMPLES for frame in (part.begin, part.end))
    samples = np.array(audio[begin:end], np.float32)
    _check_finite(samples)
    return np.clip(samples, -BEYOND, BEYOND, out=samples)


def _check_finite(samples: Floats) -> None:
    if not np.isfinite(samples).all():
        raise SynthesisError("the model made no usable sound")

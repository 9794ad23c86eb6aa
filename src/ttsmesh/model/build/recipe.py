"""What a build makes: the names that the server needs as well, without the libraries of a build."""

from pathlib import Path

PIPELINE_VERSION = 5
"""Raise it with every change to what the steps make: prepared models of another version are not used."""

WINDOWS = {"window": (8, 12), "window_int8": (8, 16)}
"""Frames of the short and of the long window, for the generator in float32 and in int8. A window of 16 takes 120 ms in
float32 where the CPU has AVX2 only: too long for others to wait for."""

MODELS = (
    *("text", "text_int8", "source", "trunk", "trunk_int8"),
    *(f"{generator}_{frames}" for generator, sizes in WINDOWS.items() for frames in sizes),
    *("exact", "exact_int8"),
)
"""The stages of the model, most of them in two versions. Their weights are float16, and the source's float32. In an
int8 version the large ones are int8, and the others of trunk, windows and exact are float32. The last ones are all the
generator: in windows of fixed lengths, with norms that are told, or ``exact``, for a whole chunk."""

RANGES = Path(__file__).with_name("ranges.npy")
"""The largest values of the model's channels, for ``quantise``."""

FILES = tuple(f"{model}.{kind}" for model in MODELS for kind in ("xml", "bin"))

HIDDEN_SPAN, SOURCE_SPAN = (-8, 8), (-651, 651)
"""What the generator takes for a window, of hidden and of the source: the first step, counted from the window's
beginning, and the end, counted from the window's end."""

HIDDEN_STEPS, SPECTRA = 2, 120
"""Steps of hidden, and spectra of the source, in a frame."""


def window_shapes(frames: int) -> dict[str, list[int]]:
    """The shapes of the sequences that the generator takes for a window of ``frames``: of hidden and of the source."""
    hidden, source = (end - first for first, end in (HIDDEN_SPAN, SOURCE_SPAN))
    return {"hidden": [1, 512, 1, HIDDEN_STEPS * frames + hidden], "source": [1, 22, SPECTRA * frames + source]}


SOURCE_CHANNELS = 384
"""Channels of the generator's norms that only the source goes into. They are the first ones."""

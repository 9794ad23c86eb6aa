"""What each stage of the model computes in on which CPU, and with which settings OpenVINO compiles it."""

import contextlib
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.recipe import WINDOWS

VNNI = frozenset({"avx512_vnni", "avx_vnni"})
AMX = frozenset({"amx_int8", "amx_bf16"})

_CAPACITY = "CPU_RUNTIME_CACHE_CAPACITY"

CACHE = 4
"""Prepared kernels that the plugin keeps of a stage. Texts have ever new lengths, so keeping theirs saves no time: with
40, it takes 140 MB more, and with less than 4 a render takes longer. Windows have one length each."""

INT8_GROUP = 32
"""Numbers that share a scale where scales are found at run time. With 64, durations change half as often again."""


class Models(NamedTuple):
    """The names in ``recipe.MODELS`` to run. ``windows``: by the length in frames."""

    text: str
    source: str
    trunk: str
    windows: dict[int, str]
    exact: str


def choose_precision(wanted: str, flags: Collection[str], has_bf16: Callable[[], bool]) -> str:
    """The precision to compute in. Raises ``ConfigError`` when the CPU does not compute in the ``wanted`` one.

    OpenVINO might emulate bf16, which sounds no better than f32 and is no quicker, so emulation is refused. ``auto``
    chooses int8 with bf16 where the CPU has AMX for both, which is quickest by far, and int8 where it has VNNI. With
    AVX2 only, int8 takes as long as f32 and sounds 0.4 dB further from it, so there and on other CPUs ``auto`` chooses
    f32, or bf16 where that is computed. ``has_bf16`` waits for OpenVINO, so it is called only when it matters.
    """
    if wanted in ("bf16", "int8-bf16") and not has_bf16():
        raise ConfigError('this CPU does not compute in bf16; set precision to "auto", "int8" or "f32"')
    if wanted != "auto":
        return wanted
    if set(flags) >= AMX:
        return "int8-bf16"
    if not VNNI.isdisjoint(flags):
        return "int8"
    return "bf16" if "avx2" not in flags and has_bf16() else "f32"


def computes_bf16(core: Any) -> bool:
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def choose_models(precision: str, flags: Collection[str]) -> Models:
    """The models to run in ``precision`` on a CPU with these ``flags``."""
    int8 = precision in ("int8", "int8-bf16")
    # In bf16, int8 weights make the text's stage slower on CPUs with AMX, for which auto chooses int8-bf16.
    text = "text_int8" if precision == "int8" and not VNNI.isdisjoint(flags) else "text"
    trunk, window, exact = (f"{stage}_int8" if int8 else stage for stage in ("trunk", "window", "exact"))
    return Models(text, "source", trunk, {frames: f"{window}_{frames}" for frames in WINDOWS[window]}, exact)


def compile_settings(precision: str, models: Models) -> dict[str, dict[str, Any]]:
    """The settings for compiling each of ``models``. The source is always f32, see ``cut``."""
    rest = {"int8": "f32", "int8-bf16": "bf16"}.get(precision, precision)
    common = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": rest, _CAPACITY: CACHE}
    group = INT8_GROUP if models.text == "text_int8" else 0
    return {
        models.text: {**common, "DYNAMIC_QUANTIZATION_GROUP_SIZE": group},
        models.source: {**common, "INFERENCE_PRECISION_HINT": "f32"},
        models.trunk: common,
        **dict.fromkeys(models.windows.values(), common),
        models.exact: common,
    }


def cpu_flags() -> frozenset[str]:
    """The flags of the first CPU in ``/proc/cpuinfo``. Empty if it is not an x86 CPU, or the file cannot be read."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, values = line.partition(":")
            if name.strip() == "flags":
                return frozenset(values.split())
    return frozenset()

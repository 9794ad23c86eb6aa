"""What each stage of the model computes in on which CPU, and with which settings OpenVINO compiles it."""

import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ttsmesh.errors import ConfigError

VNNI = frozenset({"avx512_vnni", "avx_vnni"})
AMX = frozenset({"amx_int8", "amx_bf16"})

_CAPACITY = "CPU_RUNTIME_CACHE_CAPACITY"

TEXT_CACHE, SOUND_CACHE = 40, 2000
"""Prepared kernels that the plugin keeps of the text's stage, and of source and decoder. Texts have ever new lengths,
so keeping theirs takes 7 MB for each length and saves no time. The few numbers of frames all fit."""

INT8_GROUP = 32
"""Numbers that share a scale where scales are found at run time. With 64, durations change half as often again."""


def choose_precision(wanted: str, flags: Collection[str], has_bf16: Callable[[], bool]) -> str:
    """The precision to compute in. Raises ``ConfigError`` when the CPU does not compute in the ``wanted`` one.

    OpenVINO might emulate bf16, which sounds no better than f32 and is no quicker, so emulation is refused. ``auto``
    chooses int8 with bf16 where the CPU has AMX for both, which is quickest by far. Elsewhere it chooses int8, which
    AVX2 computes quickest, with VNNI or without, and which sounds closer to f32 than bf16 does. Int8 is untried on
    other CPUs, so there it chooses bf16 or f32. ``has_bf16`` waits for OpenVINO, so it is called only when it matters.
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


def choose_models(precision: str, flags: Collection[str]) -> tuple[str, str, str]:
    """The names in ``recipe.MODELS`` of the text, source and decoder to run."""
    if precision not in ("int8", "int8-bf16"):
        return "text", "source", "decoder"
    # In bf16, int8 weights make the text's stage slower on CPUs with AMX, for which auto chooses int8-bf16.
    text = "text" if precision == "int8-bf16" or VNNI.isdisjoint(flags) else "text_int8"
    return text, "source", "decoder_int8_amx" if set(flags) >= AMX else "decoder_int8"


def compile_settings(precision: str, models: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The settings for compiling each of ``models``: text, source, decoder. The source is always f32, see ``cut``."""
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
    """The flags of the first CPU in ``/proc/cpuinfo``. Empty if it is not an x86 CPU, or the file cannot be read."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, values = line.partition(":")
            if name.strip() == "flags":
                return frozenset(values.split())
    return frozenset()

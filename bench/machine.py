"""Describes the machine and the software that a run's figures belong to."""

import os
import platform
from importlib import metadata
from pathlib import Path

from ttsmesh.model.engine.openvino.precision import AMX, VNNI, cpu_flags

_FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8", "amx_tile")
"""Flags that make a CPU fast or slow with this model."""

_PACKAGES = ("ttsmesh", "openvino", "numpy", "uvloop", "msgpack", "click", "sounddevice", "misaki", "spacy")


def describe() -> dict[str, str]:
    """One line of text for each property."""
    cpu = _cpu()
    return {
        "cpu": cpu.get("model name", platform.machine()),
        "flags": " ".join(flag for flag in _FLAGS if flag in cpu.get("flags", "").split()) or "none that matter",
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
    }


def load() -> float:
    """Processes that want a core, as the average of a minute. Above 0.5 before a run, the machine was busy."""
    return os.getloadavg()[0]


def _cpu() -> dict[str, str]:
    lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def multiplies() -> str:
    """What this CPU multiplies with, of those that goals differ by: ``AMX``, ``VNNI`` or ``AVX2``."""
    flags = cpu_flags()
    if flags >= AMX:
        return "AMX"
    return "AVX2" if VNNI.isdisjoint(flags) else "VNNI"

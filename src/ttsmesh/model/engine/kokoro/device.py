"""What PyTorch can compute on here."""

import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CPU = "cpu"

NODES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""Device files of which one is there where a program can use a GPU: of NVIDIA, of AMD, and of either under WSL."""

PACKAGES = ("kokoro", "torch")
"""What the extra ``kokoro`` installs, as far as a text needs it."""


def installed() -> bool:
    """Whether the packages are there. They are found, and not imported, which would take seconds."""
    return all(find_spec(package) is not None for package in PACKAGES)


def has_gpu_node() -> bool:
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    return any(Path(node).exists() for node in NODES)


def promising() -> bool:
    """Whether it is worth importing PyTorch to see whether it can use a GPU. It takes a millisecond."""
    return has_gpu_node() and installed()


def best(torch: Any) -> str:
    """The name of the device that PyTorch should use. AMD's GPUs are called ``cuda``, too."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else CPU

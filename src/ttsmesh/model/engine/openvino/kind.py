"""OpenVINO as a kind of engine: the default."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ttsmesh.config import Settings
from ttsmesh.limits import MIB
from ttsmesh.model.build import prepared_model, weights, weights_packages
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.findings import FAIL, OK, WARN, Finding
from ttsmesh.paths import nearest


def make(environment: Mapping[str, str], settings: Settings) -> Engine:
    from ttsmesh.model.engine.openvino.engine import OpenVinoEngine  # reason: numpy, which doctor and setup do without

    return OpenVinoEngine(precision=settings.precision)


def install(source: str | None, progress: prepared_model.OnProgress) -> None:
    """Prepare the model. ``source``: see ``weights.find``; it is used only if there is no prepared model."""

    def build(directory: Path, progress: prepared_model.OnProgress) -> None:
        # Beside the model: that disk has room, and the next build removes what an interrupted one leaves there.
        with tempfile.TemporaryDirectory(prefix=f"{directory.name}.", dir=directory.parent) as downloads:
            paths = weights.find(source or weights.PACKAGED, Path(downloads), progress)
            prepared_model.build_from_files(paths, directory, progress)

    prepared_model.prepare(prepared_model.default_directory(), progress, build)


def check_weights() -> Iterator[Finding]:
    """The installed packages. Only making a model needs them."""
    try:
        paths = weights_packages.find_installed(read=True)
    except weights_packages.WeightsError as error:
        if not prepared_model.quick_check(prepared_model.default_directory()):
            raise
        yield Finding("weights", OK, f"{error.problem}; not needed, since the model is prepared")
        return
    size = sum(path.stat().st_size for path in paths)
    yield Finding("weights", OK, f"{len(paths)} parts, {size / 1e6:.0f} MB, intact")


def check_model() -> Iterator[Finding]:
    directory = prepared_model.default_directory()
    if prepared_model.quick_check(directory):
        yield Finding("model", OK, f"prepared in {directory}")
        return
    free = shutil.disk_usage(nearest(directory)).free
    if free < prepared_model.BUILD_BYTES:
        needed = prepared_model.BUILD_BYTES // MIB
        yield Finding("model", FAIL, f"{free // MIB} MiB free below {directory.parent}, {needed} needed", "make room")
    else:
        yield Finding("model", WARN, "not prepared yet", "the first start takes some seconds, or run: ttsmesh setup")


CHECKS = (check_weights, check_model)

"""Builds the model that OpenVINO runs from the installed parts, in a process of its own that ``weights`` starts.

It takes 0.8 GB, and seconds of work that holds the interpreter, neither of which a server can afford; and it can be
killed at any moment. ``python -m ttsmesh.model.build.pipeline DIRECTORY PART...``: its standard output has a line
``fraction stage`` for each stage, or the reason after ``!`` when it fails. It ends when its standard input does.
"""

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.recipe import FILES, MODELS

if TYPE_CHECKING:
    from ttsmesh.model.build.graph import Graph


def build(directory: Path, parts: list[Path]) -> None:
    """Write ``FILES`` into ``directory``; raises ``ConfigError`` or ``OSError``."""
    from ttsmesh.model.build.graph import Graph
    from ttsmesh.model.build.quantise import int8_products, quantise, ranges
    from ttsmesh.model.build.steps import int8_matrices
    from ttsmesh.model.build.weights_packages import read_parts

    _report(0.0, "reading the weights")
    shipped = Graph.from_bytes(read_parts(parts))
    text, source, decoder = float_stages(shipped)
    largest = ranges()
    models = (
        text,
        int8_products(text, int8_matrices(shipped)),
        source,
        decoder,
        quantise(decoder, largest),
        quantise(decoder, largest, amx=True),
    )
    for number, (name, model) in enumerate(zip(MODELS, models, strict=True)):
        _report(0.6 + 0.06 * number, "saving the model")
        _save_ir(model.save(directory), directory / f"{name}.xml")
    for path in directory.iterdir():
        if path.name not in FILES:
            path.unlink()


def float_stages(graph: "Graph") -> "tuple[Graph, Graph, Graph]":
    """Text, source and decoder of the graph as it ships, after all steps but those to int8; raises ``ConfigError``."""
    from ttsmesh.model.build.cut import stages
    from ttsmesh.model.build.steps import DECODER_STEPS, STEPS, TEXT_STEPS

    for number, step in enumerate(STEPS):
        _report(0.2 + 0.3 * number / len(STEPS), "converting the model")
        graph = step(graph)
    _report(0.5, "converting the model")
    text, source, decoder = stages(graph)
    for step in TEXT_STEPS:
        text = step(text)
    for step in DECODER_STEPS:
        decoder = step(decoder)
    return text, source, decoder


def _save_ir(source: Path, target: Path) -> None:
    from ttsmesh.model.openvino_import import import_openvino

    openvino = import_openvino()
    core = openvino.Core()
    try:
        openvino.save_model(core.read_model(source), target, compress_to_fp16=True)
        core.read_model(target)  # it writes on without a word when the disk is full; reading does notice
    except RuntimeError as error:
        raise ConfigError(
            f"OpenVINO cannot save the model in {target.parent}: {str(error).splitlines()[-1]}"
        ) from error


def _report(fraction: float, stage: str) -> None:
    print(f"{fraction:.2f} {stage}", flush=True)


def _leave_with_parent() -> None:
    os.read(0, 1)  # not sys.stdin: its lock, held by a daemon thread, aborts the interpreter's exit
    os._exit(1)


def main() -> int:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    directory, *parts = map(Path, sys.argv[1:])
    try:
        build(directory, parts)
    except ConfigError as error:
        print(f"!{error.message}", flush=True)
        return error.exit_status
    except OSError as error:
        print(f"!cannot write {error.filename or directory}: {error.strerror}", flush=True)
        return ConfigError("").exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes the files that OpenVINO runs from the weights, in a process of its own that ``prepared_model`` starts.

That takes 0.8 GB, and seconds of work that holds the interpreter; a server can afford neither. The process may be
killed at any moment. ``python -m ttsmesh.model.build.pipeline DIRECTORY FILE...`` writes a line ``fraction activity``
to its standard output for each step, or ``!`` and the reason when it fails. It ends when its standard input ends.
"""

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ttsmesh.errors import ConfigError, os_reason
from ttsmesh.model.build.recipe import FILES, WINDOWS, window_shapes

if TYPE_CHECKING:
    from ttsmesh.model.build.graph import Graph


def build(directory: Path, weights: list[Path]) -> None:
    """Write ``FILES`` into ``directory``. Raises ``ConfigError`` or ``OSError``."""
    from ttsmesh.model.build.cut.generator import cut_decoder, exact, local, source_statistics
    from ttsmesh.model.build.cut.windows import windowed
    from ttsmesh.model.build.graph import Graph
    from ttsmesh.model.build.quantise import int8_products, quantise, ranges
    from ttsmesh.model.build.steps import int8_matrices
    from ttsmesh.model.build.weights_packages import read_weights

    _report(0.0, "reading the weights")
    shipped = Graph.from_bytes(read_weights(weights))
    text, source, decoder = float_stages(shipped)
    trunk, generator = cut_decoder(decoder)
    # Quantised before it is cut, so that ``ranges`` holds, whatever the cut.
    trunk_int8, generator_int8 = cut_decoder(quantise(decoder, ranges()))
    models = {
        "text": text,
        "text_int8": int8_products(text, int8_matrices(shipped)),
        "source": source_statistics(source, generator),
        "trunk": trunk,
        "trunk_int8": trunk_int8,
        "window": windowed(local(generator)),
        "window_int8": windowed(local(generator_int8)),
        "exact": exact(generator),
        "exact_int8": exact(generator_int8),
    }
    for number, (name, model) in enumerate(models.items()):
        _report(0.6 + 0.04 * number, "saving the model")
        saved = model.save(directory)
        if name in WINDOWS:
            for frames in WINDOWS[name]:
                _save_ir(saved, directory / f"{name}_{frames}.xml", window_shapes(frames))
        else:
            _save_ir(saved, directory / f"{name}.xml")
    for path in directory.iterdir():
        if path.name not in FILES:
            path.unlink()


def float_stages(graph: "Graph") -> "tuple[Graph, Graph, Graph]":
    """The text, source and decoder stages of the shipped ``graph``, before any int8. Raises ``ConfigError``."""
    from ttsmesh.model.build.cut.stages import cut_into_stages
    from ttsmesh.model.build.steps import DECODER_STEPS, STEPS, TEXT_STEPS

    for number, step in enumerate(STEPS):
        _report(0.2 + 0.3 * number / len(STEPS), "converting the model")
        graph = step(graph)
    _report(0.5, "converting the model")
    text, source, decoder = cut_into_stages(graph)
    for step in TEXT_STEPS:
        text = step(text)
    for step in DECODER_STEPS:
        decoder = step(decoder)
    return text, source, decoder


def _save_ir(source: Path, target: Path, shapes: dict[str, list[int]] | None = None) -> None:
    """Save the graph in ``source`` for OpenVINO, with ``shapes`` of its inputs if it is for one length only."""
    from ttsmesh.model.openvino_import import import_openvino

    openvino = import_openvino()
    core = openvino.Core()
    try:
        model = core.read_model(source)
        if shapes:
            model.reshape(shapes)
        # In float16 the source's transform would leak: the phases of all that is soft would be others.
        openvino.save_model(model, target, compress_to_fp16=target.stem != "source")
        core.read_model(target)  # OpenVINO does not report a full disk while it writes; reading notices it
    except RuntimeError as error:
        raise ConfigError(
            f"OpenVINO cannot save the model in {target.parent}: {str(error).splitlines()[-1]}"
        ) from error


def _report(fraction: float, activity: str) -> None:
    print(f"{fraction:.2f} {activity}", flush=True)


def _leave_with_parent() -> None:
    os.read(0, 1)  # not sys.stdin: its lock, held by a daemon thread, aborts the interpreter's exit
    os._exit(1)


def main() -> int:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    directory, *weights = map(Path, sys.argv[1:])
    try:
        build(directory, weights)
    except ConfigError as error:
        print(f"!{error.message}", flush=True)
        return error.exit_status
    except OSError as error:
        print(f"!cannot write {error.filename or directory}: {os_reason(error)}", flush=True)
        return ConfigError("").exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

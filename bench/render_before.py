"""A worker that renders with the engine of another checkout, whose sources come first in ``PYTHONPATH``.

Its arguments are a directory for that engine's model files and the precision. It is given phonemes, a voice, and the
path of a file, to which it writes samples and durations.
"""

import json
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np

from bench.worker import Replies
from ttsmesh.config import Precision
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.voices.catalogue import Catalogue


def rendered(engine: Any, catalogue: Catalogue, phonemes: str, voice: str) -> Any:
    """The chunk with its ``samples`` and ``durations``."""
    if hasattr(engine, "begin"):
        from tests.whole import render

        return render(engine, phonemes, catalogue.speaker(voice))
    # Engines without pieces take tokens and a style.
    return engine.render(encode(phonemes), catalogue.load(voice)[len(phonemes) - 1].reshape(1, -1), 1.0)


def main() -> None:
    replies = Replies()
    directory, precision = sys.argv[1:]
    engine = OpenVinoEngine(Path(directory), precision=cast(Precision, precision))
    engine.load()
    catalogue = Catalogue()
    replies.send(name=engine.name)
    for line in sys.stdin:
        asked = json.loads(line)
        made = rendered(engine, catalogue, asked["phonemes"], asked["voice"])
        np.savez(asked["path"], samples=made.samples, durations=made.durations)
        replies.send(samples=made.samples.size)


if __name__ == "__main__":
    main()

"""Measures the inputs of the int8 convolutions: ``python -m bench.ranges``, which takes ten minutes.

It writes the largest value of each channel to ``src/ttsmesh/model/build/ranges.npy``, over all official voices and long
and short sentences in their languages. Run it when the weights or the steps before the convolutions change.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tests.phonemes import phonemes_of

from bench.levels import SENTENCES
from bench.texts import Texts
from ttsmesh.model.build.graph import Graph
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.build.quantise import observed
from ttsmesh.model.build.recipe import RANGES
from ttsmesh.model.build.weights_packages import find_installed, read_weights
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.openvino_import import import_openvino
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue

SHORT = (5, 13, 30)
"""Phonemes of the English texts for all voices. Norms over little sound give larger values."""


class Observed(OpenVinoEngine):
    """An engine in float32 whose decoder also gives the largest values. ``largest`` are those of all renders."""

    def __init__(self, text: Path, source: Path, decoder: Path) -> None:
        super().__init__()
        self.largest: Floats = np.zeros((), np.float32)
        core = import_openvino().Core()
        settings = {"INFERENCE_PRECISION_HINT": "f32"}
        self._use(*(core.compile_model(stage, "CPU", settings) for stage in (text, source, decoder)))

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        rendered = super().render(tokens, style, speed)
        self.largest = np.maximum(self.largest, self._decoder.output("largest"))
        return rendered


def observed_engine(directory: Path) -> Observed:
    """An engine made from the weights. A prepared model may have been made with other ranges."""
    text, source, decoder = float_stages(Graph.from_bytes(read_weights(find_installed())))
    saved = []
    for name, graph in (("text", text), ("source", source), ("decoder", observed(decoder))):
        (directory / name).mkdir()
        saved.append(graph.save(directory / name))
    return Observed(*saved)


def main() -> None:
    catalogue, texts = Catalogue(), Texts(3)

    def tokens(language: str, text: str) -> list[int]:
        return encode(phonemes_of(text, language).text)

    with tempfile.TemporaryDirectory() as directory:
        engine = observed_engine(Path(directory))
        for voice in OFFICIAL:
            pack, language = catalogue.load(voice), catalogue.info(voice).language
            spoken = [tokens(language, sentence) for sentence in SENTENCES[language]]
            spoken += [tokens("en-us", texts.of_phonemes(phonemes)) for phonemes in SHORT]
            for said in spoken:
                engine.render(said, pack[len(said) - 3].reshape(1, -1), 1.0)
            print(f"{voice}: {engine.largest.max():.1f}, mean {engine.largest.mean():.3f}", file=sys.stderr, flush=True)
    np.save(RANGES, engine.largest.astype(np.float16))


if __name__ == "__main__":
    main()

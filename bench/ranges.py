"""Measures the inputs of the int8 convolutions: ``python -m bench.ranges``, which takes ten minutes.

It writes the largest value of each channel to ``src/ttsmesh/model/build/ranges.npy``, over all official voices and long
and short sentences in their languages. Run it when the weights or the steps before the convolutions change.
"""

import sys

import numpy as np
from tests.phonemes import phonemes_of

from bench.levels import SENTENCES
from bench.stages import Stages, shipped
from bench.texts import Texts
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.build.quantise import observed
from ttsmesh.model.build.recipe import RANGES
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue

SHORT = (5, 13, 30)
"""Phonemes of the English texts for all voices. Norms over little sound give larger values."""


def main() -> None:
    catalogue, texts = Catalogue(), Texts(3)
    text, source, decoder = float_stages(shipped())
    model = Stages([text, source, observed(decoder)])
    largest: Floats = np.zeros((), np.float32)
    for voice in OFFICIAL:
        styles, language = catalogue.load(voice), catalogue.info(voice).language
        said = [phonemes_of(sentence, language).text for sentence in SENTENCES[language]]
        said += [phonemes_of(texts.of_phonemes(phonemes)).text for phonemes in SHORT]
        for phonemes in said:
            largest = np.maximum(largest, model.render(phonemes, styles)["largest"])
        print(f"{voice}: {largest.max():.1f}, mean {largest.mean():.3f}", file=sys.stderr, flush=True)
    np.save(RANGES, largest.astype(np.float16))


if __name__ == "__main__":
    main()

"""The engine kokoro beside OpenVINO: ``make bench-kokoro``, or ``python -m bench.official [--words N]`` with PyTorch.

Both render the same sentences, new ones, by turns: how long the first sound and all of it take, and which words the
recogniser hears. The program ends with 1 if more than half a point of the word errors comes from the official one.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field

import numpy as np
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words_of_each

from bench.figures import with_silence
from bench.machine import describe
from bench.texts import Texts
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.kokoro.engine import KokoroEngine
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Engine, Floats, Speaker
from ttsmesh.model.voices.catalogue import Catalogue

VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george")
LENGTHS = (25, 40, 55, 80)
"""Phonemes of a sentence. Single words say more about the recogniser."""

POINTS = 0.005
"""By how much the word error rates may differ."""

SILENCE_S = 0.3
"""Seconds of silence around a sound, without which the recogniser misses first words."""


@dataclass(slots=True)
class Rendered:
    """What one engine has made so far: seconds to the first sounds, to all of each, and of sound."""

    firsts: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    sounds: list[float] = field(default_factory=list)
    errors: int = 0

    def render(self, engine: Engine, phonemes: str, speaker: Speaker) -> Floats:
        begun = time.perf_counter()
        rendering = engine.begin(phonemes, speaker, 1.0)
        pieces = [rendering.next()]
        self.firsts.append(time.perf_counter() - begun)
        while pieces[-1] is not None:
            pieces.append(rendering.next())
        self.wholes.append(time.perf_counter() - begun)
        samples = np.concatenate([piece for piece in pieces if piece is not None])
        self.sounds.append(samples.size / SAMPLE_RATE)
        return samples

    def line(self, name: str, words: int) -> str:
        whole, sound = sum(self.wholes), sum(self.sounds)
        first = 1e3 * float(np.median(self.firsts))
        return (
            f"{name}: real-time factor {whole / sound:.3f}, first sound of a chunk {first:.0f} ms (median), "
            f"{sound:.0f} s of sound, word errors {self.errors} of {words}: {self.errors / words:.4f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.official", description="Compare kokoro with OpenVINO.")
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    engines: list[Engine] = [OpenVinoEngine(), KokoroEngine()]
    for engine in engines:
        begun = time.perf_counter()
        engine.load()
        print(f"{engine.name}: loaded in {time.perf_counter() - begun:.1f} s", flush=True)
    rendered = [Rendered() for _ in engines]
    texts, catalogue, said, number = Texts(options.seed), Catalogue(), 0, 0
    while said < options.words:
        text = texts.of_phonemes(LENGTHS[number % len(LENGTHS)])
        speaker = catalogue.speaker(VOICES[number % len(VOICES)])
        phonemes, wanted = phonemes_of(text).text, normal(text)
        made = list(zip(engines, rendered, strict=True))
        sounds = {
            id(engine): figures.render(engine, phonemes, speaker) for engine, figures in made[:: 1 - 2 * (number % 2)]
        }
        heard = words_of_each([with_silence(sounds[id(engine)], SILENCE_S) for engine in engines])
        for figures, found in zip(rendered, heard, strict=True):
            figures.errors += word_errors(wanted, found)
        said += len(wanted)
        number += 1
        if number % 10 == 0:
            print(f"{said} of {options.words} words", file=sys.stderr, flush=True)
    for name, value in describe().items():
        print(f"{name}: {value}")
    for engine, figures in zip(engines, rendered, strict=True):
        print(figures.line(engine.name, said))
    ours, theirs = (figures.errors / said for figures in rendered)
    return 0 if abs(ours - theirs) <= POINTS else 1


if __name__ == "__main__":
    sys.exit(main())

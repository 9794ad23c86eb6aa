"""The engine kokoro beside OpenVINO: ``make bench-kokoro``, or ``python -m bench.official [--words N]`` with PyTorch.

Both render the same sentences, new ones, by turns, each in a process of its own: how long the first sound and all of it
take, what CPU time that is, and which words the recogniser hears. The program ends with 1 if the word error rates
differ by more than half a point.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

import numpy as np
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words_of_each

from bench.figures import with_silence
from bench.machine import describe
from bench.texts import Texts
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Settings
from ttsmesh.model.engine.choose import choose_engine
from ttsmesh.model.engine.protocol import Engine, Floats
from ttsmesh.model.voices.catalogue import Catalogue

ENGINES = ("openvino", "kokoro")
VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george")
LENGTHS = (25, 40, 55, 80)
"""Phonemes of a sentence. Single words say more about the recogniser."""

POINTS = 0.005
"""By how much the word error rates may differ."""

SILENCE_S = 0.3
"""Seconds of silence around a sound, without which the recogniser misses first words."""

_engine: Engine
"""The engine of a process that renders."""


def load(name: str) -> None:
    global _engine
    _engine = choose_engine({}, Settings(engine=name))
    _engine.load()


def engine_name() -> str:
    return _engine.name


def render(phonemes: str, voice: str) -> tuple[Floats, float, float, float]:
    """The samples, and the seconds to the first sound, to all of it, and of CPU time."""
    speaker = Catalogue().speaker(voice)
    begun, cpu = time.perf_counter(), time.process_time()
    rendering = _engine.begin(phonemes, speaker, 1.0)
    pieces = [rendering.next()]
    first = time.perf_counter() - begun
    while pieces[-1] is not None:
        pieces.append(rendering.next())
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return np.concatenate([piece for piece in pieces if piece is not None]), first, took, cpu


@dataclass(slots=True)
class Figures:
    """What one engine has made so far, sentence by sentence."""

    firsts: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    sounds: list[float] = field(default_factory=list)
    errors: int = 0

    def add(self, samples: Floats, first: float, whole: float, cpu: float) -> Floats:
        self.firsts.append(first)
        self.wholes.append(whole)
        self.cpu.append(cpu)
        self.sounds.append(samples.size / SAMPLE_RATE)
        return samples

    def line(self, name: str, words: int) -> str:
        sound = sum(self.sounds)
        return (
            f"{name}: real-time factor {sum(self.wholes) / sound:.3f}, {sum(self.cpu) / sound:.3f} CPU seconds for a "
            f"second, first sound of a sentence {1e3 * float(np.median(self.firsts)):.0f} ms (median), {sound:.0f} s "
            f"of sound, word errors {self.errors} of {words}: {self.errors / words:.4f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.official", description="Compare kokoro with OpenVINO.")
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    context = get_context("spawn")
    pools = [ProcessPoolExecutor(1, context, load, (name,)) for name in ENGINES]
    names = [pool.submit(engine_name).result() for pool in pools]
    every = [Figures() for _ in ENGINES]
    texts, said, number = Texts(options.seed), 0, 0
    while said < options.words:
        text, voice = texts.of_phonemes(LENGTHS[number % len(LENGTHS)]), VOICES[number % len(VOICES)]
        phonemes, wanted = phonemes_of(text).text, normal(text)
        sounds = [
            figures.add(*pool.submit(render, phonemes, voice).result())
            for pool, figures in zip(pools, every, strict=True)
        ]
        heard = words_of_each([with_silence(sound, SILENCE_S) for sound in sounds])
        for figures, found in zip(every, heard, strict=True):
            figures.errors += word_errors(wanted, found)
        said += len(wanted)
        number += 1
        if number % 10 == 0:
            print(f"{said} of {options.words} words", file=sys.stderr, flush=True)
    for name, value in describe().items():
        print(f"{name}: {value}")
    for name, figures in zip(names, every, strict=True):
        print(figures.line(name, said))
    for pool in pools:
        pool.shutdown()
    ours, theirs = (figures.errors / said for figures in every)
    return 0 if abs(ours - theirs) <= POINTS else 1


if __name__ == "__main__":
    sys.exit(main())

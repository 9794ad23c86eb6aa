"""Checks that our pipeline speaks as well as the plain float32 graph: ``python -m bench.quality [--seconds N]``.

Both render sentences with several voices until the time is over, and the recogniser hears both. Samples are not
compared, since another phase makes other samples of the same sound. The recogniser is undecided about some words, for
which a few milliseconds then decide. So it hears each sound several times, with more and less silence around it. The
program ends with 1 if a limit is passed.
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from tests.phonemes import phonemes_of
from tests.recogniser import normal, word_errors, words_of_each

from bench.plain import PlainEngine, save
from bench.texts import Texts
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Precision
from ttsmesh.errors import SynthesisError
from ttsmesh.model.engine.openvino.buckets import silent_from
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.voices.catalogue import Catalogue

VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george", "af_bella", "am_fenrir", "af_nicole", "bm_fable")
SENTENCES = 60
LENGTHS = (15, 25, 40, 55, 80)

SILENCES = (0.0, 0.15, 0.4)
"""Seconds of silence added at both ends."""

WORD_ERROR_LIMIT = 0.005
DURATION_LIMIT = 0.02
PEAK_LIMIT_DB = 1.0
LONGEST = 510


@dataclass
class Heard:
    """What was understood of one renderer, over all sentences."""

    words: int = 0
    errors: int = 0
    first: int = 0
    last: int = 0

    def add(self, said: list[str], heard: list[str]) -> None:
        self.words += len(said)
        self.errors += word_errors(said, heard)
        self.first += said[0] in heard[:2]
        self.last += said[-1] in heard[-2:]


@dataclass
class Comparison:
    """What was understood of ``plain`` and ``ours``, and how their prosody and their peaks differ."""

    plain: Heard = field(default_factory=Heard)
    ours: Heard = field(default_factory=Heard)
    sentences: int = 0
    worse: list[int] = field(default_factory=list)
    tokens: int = 0
    shifted: int = 0
    peaks: list[float] = field(default_factory=list)

    def add(self, text: str, tokens: list[int], plain: Rendered, ours: Rendered) -> None:
        said = normal(text)
        self.sentences += 1
        inside = slice(1, silent_from(tokens))
        self.tokens += len(tokens[inside])
        self.shifted += int((plain.durations[inside] != ours.durations[inside]).sum())
        self.peaks.append(float(20 * np.log10(np.abs(ours.samples).max() / np.abs(plain.samples).max())))
        errors = self.ours.errors - self.plain.errors
        ways = [(way, one, silence) for way, one in ((self.plain, plain), (self.ours, ours)) for silence in SILENCES]
        sounds = [with_silence(one.samples, silence) for _, one, silence in ways]
        for (way, _, _), heard in zip(ways, words_of_each(sounds), strict=True):
            way.add(said, heard)
        self.worse.append(self.ours.errors - self.plain.errors - errors)

    def edges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """How often the first word was understood, ours and plain, and how often the last."""
        return (self.ours.first, self.plain.first), (self.ours.last, self.plain.last)

    def lines(self) -> list[tuple[str, bool]]:
        """Lines of results, and whether each is within its limit."""
        plain, ours = (heard.errors / heard.words for heard in (self.plain, self.ours))
        unsure = float(np.std(self.worse)) * len(self.worse) ** 0.5 / self.ours.words
        shifted = self.shifted / self.tokens
        peak = float(np.median(self.peaks))
        few, many = np.percentile(self.peaks, [5, 95])
        first, last = (f"{a} (plain {b})" for a, b in self.edges())
        lost = max(b - a for a, b in self.edges())
        hearings = self.sentences * len(SILENCES)
        return [
            (f"{self.sentences} sentences, {self.ours.words // len(SILENCES)} words, {self.tokens} tokens", True),
            (
                f"word error rate {ours:.4f}, plain {plain:.4f}; standard error of the difference {unsure:.4f}",
                ours - plain <= WORD_ERROR_LIMIT,
            ),
            (f"durations that differ {shifted:.2%}", shifted <= DURATION_LIMIT),
            (f"peaks {peak:+.2f} dB, 90 % of {few:+.2f} to {many:+.2f}", abs(peak) <= PEAK_LIMIT_DB),
            (f"first word heard {first}, last {last}, of {hearings}", lost <= 0.005 * hearings),
        ]


def with_silence(samples: Floats, silence: float) -> NDArray[np.int16]:
    """``samples`` with ``silence`` seconds before and after them."""
    return np.pad((np.clip(samples, -1, 1) * 32767).astype(np.int16), round(silence * SAMPLE_RATE))


def compare(plain: PlainEngine, ours: OpenVinoEngine, seconds: float, seed: int = 7) -> Comparison:
    """Compare sentences and voices in random order, as many as there is time for."""
    catalogue = Catalogue()
    packs = {voice: catalogue.load(voice) for voice in VOICES}
    texts = Texts(seed)
    sentences = [texts.of_phonemes(LENGTHS[number % len(LENGTHS)]) for number in range(SENTENCES)]
    pairs = [(sentence, voice) for sentence in sentences for voice in VOICES]
    random.Random(seed).shuffle(pairs)
    found = Comparison()
    deadline = time.monotonic() + seconds
    for text, voice in pairs:
        tokens = encode(phonemes_of(text, "en-gb" if voice.startswith("b") else "en-us").text)
        style = packs[voice][len(tokens) - 3].reshape(1, -1)
        found.add(text, tokens, plain.render(tokens, style, 1.0), ours.render(tokens, style, 1.0))
        if found.sentences % 20 == 0:
            print(f"{found.sentences} of {len(pairs)}: {found.lines()[1][0]}", file=sys.stderr, flush=True)
        if time.monotonic() > deadline:
            break
    return found


def all_lengths(ours: OpenVinoEngine, step: int) -> int:
    """How many lengths in phonemes, of every ``step``-th up to the longest, make no usable sound."""
    pack = Catalogue().load(VOICES[0])
    pool = np.random.default_rng(1)
    bad = 0
    for count in range(1, LONGEST + 1, step):
        tokens = [0, *(int(token) for token in pool.choice(np.r_[16, 43:160], count)), 0]
        try:
            samples = ours.render(tokens, pack[count - 1].reshape(1, -1), 1.0).samples
            bad += not (samples.size and np.isfinite(samples).all())
        except SynthesisError:
            bad += 1
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Compare with the plain graph.")
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--precision", choices=get_args(Precision), default="auto", help="ours")
    parser.add_argument("--step", type=int, default=7, help="between the lengths that are tried")
    options = parser.parse_args()
    ours = OpenVinoEngine(precision=options.precision)
    ours.load()
    with tempfile.TemporaryDirectory() as directory:
        plain = PlainEngine(save(Path(directory)), "f32")
        lines = [(ours.name, True), *compare(plain, ours, options.seconds).lines()]
    bad = all_lengths(ours, options.step)
    lines.append((f"lengths 1 to {LONGEST}, every {options.step}: {bad} unusable", bad == 0))
    for line, within in lines:
        print(line if within else f"{line}  BEYOND THE LIMIT")
    return 0 if all(within for _, within in lines) else 1


if __name__ == "__main__":
    sys.exit(main())

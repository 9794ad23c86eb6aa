"""Checks that our pipeline speaks as well as the plain float32 graph: ``python -m bench.quality [--seconds N]``.

Both render sentences with many voices until the time is over. Their sounds are compared by spectrum, level and
clearness; the recogniser hears those of the English texts; and ours must have no seams where its pieces join. The gate
is all of it: 60 texts with 8 voices each, and two sentences of each of the 54, which takes an hour. ``--before`` has an
older checkout render the same, for comparison.

Spectra are compared twice. The plain graph's source differs from ours in rounding, after which phases go other ways:
that alone is 0.5 dB. So the limit is for what the float32 decoder makes as a whole of the same prosody and source. The
program ends with 1 if a limit is passed.
"""

import argparse
import contextlib
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
from tests.phonemes import phonemes_of
from tests.whole import render

from bench.figures import Comparison, Ours
from bench.levels import SENTENCES
from bench.plain import PlainEngine, Sound, heard, save
from bench.plot import spectrograms
from bench.rival import ROOT
from bench.stages import Stages, shipped
from bench.texts import Texts
from bench.worker import Worker
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Precision
from ttsmesh.errors import SynthesisError
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Speaker
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue

VOICES = ("af_heart", "am_michael", "bf_emma", "bm_george", "af_bella", "am_fenrir", "af_nicole", "bm_fable")
TEXTS = 60
LENGTHS = (15, 25, 40, 55, 80)

OWN = 2
"""Sentences of each voice in its own language."""

LONGEST = 510

PICTURE = ROOT / "docs" / "windows.png"
PICTURED = {
    "af_heart": "The teacher found a yellow basket behind the station.",
    "bm_fable": "Yesterday the server restarted twice.",
}

Job = tuple[str, str, str, bool]
"""Voice, language, text, and whether the recogniser hears it."""


class Renderers:
    """All that render: ours, the plain graph, the decoder as a whole, and if ``before`` is given an older checkout."""

    def __init__(self, ours: OpenVinoEngine, directory: Path, before: Worker | None) -> None:
        self.catalogue = Catalogue()
        self._ours = ours
        self._plain = PlainEngine(save(directory / "plain"), "f32")
        with contextlib.redirect_stdout(sys.stderr):  # it reports what it does
            *_, decoder = float_stages(shipped())
        self._decoder = Stages([decoder])
        self._before = before
        self._file = directory / "before.npz"

    def plain(self, phonemes: str, voice: str) -> Sound:
        return self._plain.render(phonemes, self.catalogue.load(voice))

    def ours(self, phonemes: str, voice: str) -> Ours:
        speaker = self.catalogue.speaker(voice)
        made = render(self._ours, phonemes, speaker)
        joints = np.cumsum([piece.size for piece in made.pieces])[:-1]
        return Ours(Sound(made.samples, made.durations), self._exact(phonemes, speaker), joints)

    def _exact(self, phonemes: str, speaker: Speaker) -> Sound:
        """What the float32 decoder makes as a whole of what it was given in the last of our renders."""
        text, source = self._ours._text, self._ours._source
        given = {name: text.output(name) for name in ("features", "pitch", "energy", "durations")}
        given |= {"source": source.output("source"), "style": speaker.table[len(phonemes) - 1].reshape(1, -1)}
        made = self._decoder.run(given)
        return heard(phonemes, made["audio"], made["durations"])

    def before(self, phonemes: str, voice: str) -> Sound | None:
        if self._before is None:
            return None
        self._before.ask(phonemes=phonemes, voice=voice, path=str(self._file))
        with np.load(self._file) as made:
            return Sound(made["samples"], made["durations"])


def jobs(catalogue: Catalogue, seed: int) -> list[Job]:
    """English texts with each of ``VOICES``, and sentences of all voices in their languages, in random order. The two
    kinds take turns as long as there are both."""
    texts, chance = Texts(seed), random.Random(seed)
    said = [texts.of_phonemes(LENGTHS[number % len(LENGTHS)]) for number in range(TEXTS)]
    english = [(voice, catalogue.info(voice).language, text, True) for text in said for voice in VOICES]
    languages = {voice: catalogue.info(voice).language for voice in OFFICIAL}
    own = [
        (voice, language, sentence, False)
        for voice, language in languages.items()
        for sentence in chance.sample(SENTENCES[language], OWN)
    ]
    chance.shuffle(english)
    chance.shuffle(own)
    return [job for turn in itertools.zip_longest(english, own) for job in turn if job is not None]


def compare(renderers: Renderers, seconds: float, seed: int = 7) -> Comparison:
    """Compare as many jobs as there is time for."""
    found = Comparison()
    deadline = time.monotonic() + seconds
    todo = jobs(renderers.catalogue, seed)
    for number, (voice, language, text, recognised) in enumerate(todo, start=1):
        phonemes = phonemes_of(text, language).text
        plain, ours = renderers.plain(phonemes, voice), renderers.ours(phonemes, voice)
        found.add(text if recognised else None, phonemes, plain, ours, renderers.before(phonemes, voice))
        if number % 10 == 0:
            print(f"{number} of {len(todo)}", file=sys.stderr, flush=True)
        if time.monotonic() > deadline:
            break
    return found


def all_lengths(ours: OpenVinoEngine, step: int) -> int:
    """How many lengths in phonemes, of every ``step``-th up to the longest, make no usable sound."""
    speaker, draw, symbols = Catalogue().speaker(VOICES[0]), random.Random(1), sorted(ours.symbols)
    bad = 0
    for count in range(1, LONGEST + 1, step):
        try:
            made = render(ours, "".join(draw.choices(symbols, k=count)), speaker)
            bad += made.samples.size != made.ends[-1]
        except SynthesisError:
            bad += 1
    return bad


@contextlib.contextmanager
def checkout(path: Path, directory: Path, precision: str) -> Iterator[Worker]:
    """The engine of another checkout of this project, with its own model files in ``directory``."""
    command = [sys.executable, "-m", "bench.render_before", str(directory / "before" / "model"), precision]
    with Worker(command, ROOT, {**os.environ, "PYTHONPATH": str(path.resolve() / "src")}) as worker:
        yield worker


def picture(renderers: Renderers) -> None:
    every = {}
    for voice, text in PICTURED.items():
        phonemes = phonemes_of(text, renderers.catalogue.info(voice).language).text
        plain, ours = renderers.plain(phonemes, voice), renderers.ours(phonemes, voice)
        every[f"{voice}, {text}"] = {"as a whole": plain.samples, "in windows": ours.sound.samples}
    spectrograms(PICTURE, every, SAMPLE_RATE)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Compare with the plain graph.")
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--precision", choices=get_args(Precision), default="auto", help="ours")
    parser.add_argument("--step", type=int, default=7, help="between the lengths that are tried")
    parser.add_argument("--before", type=Path, metavar="PATH", help="another checkout, which renders the same")
    parser.add_argument("--plot", action="store_true", help=f"draw {PICTURE.relative_to(ROOT)} as well")
    options = parser.parse_args()
    engine = OpenVinoEngine(precision=options.precision)
    engine.load()
    precision = engine.name.split()[-1]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        directory = Path(name)
        before = stack.enter_context(checkout(options.before, directory, precision)) if options.before else None
        renderers = Renderers(engine, directory, before)
        found = compare(renderers, options.seconds)
        if options.plot:
            picture(renderers)
    bad = all_lengths(engine, options.step)
    lines = [
        (engine.name, True),
        *found.lines(precision),
        (f"lengths 1 to {LONGEST}, every {options.step}: {bad} unusable", bad == 0),
    ]
    for line, within in lines:
        print(line if within else f"{line}  BEYOND THE LIMIT")
    return 0 if all(within for _, within in lines) else 1


if __name__ == "__main__":
    sys.exit(main())

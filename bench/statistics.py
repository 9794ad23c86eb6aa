"""Measures the norms of the generator: ``python -m bench.statistics collect`` and then ``fit``.

``collect`` renders texts exactly, in float32 and each as a whole, with all 54 voices, and keeps what is known of each
before the generator runs, and the mean and the variance of every channel that goes into a norm. It takes 15 minutes,
and goes on where it was interrupted. ``fit`` finds how the one follows from the other, says how far it is off for texts
that it has not seen, and writes ``src/ttsmesh/model/engine/openvino/statistics.npz``.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.phonemes import phonemes_of

from bench.levels import SENTENCES
from bench.plain import heard
from bench.regression import regression, save
from bench.stages import Stages, shipped
from bench.texts import Texts
from ttsmesh.host.files import sha256
from ttsmesh.model.build.cut.generator import HIDDEN, MEAN, VARIANCE, cut_decoder, exact
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.openvino.norms import EPSILON, PATH, Predictor, known, wanted
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue
from ttsmesh.paths import cache_dir

Array = NDArray[Any]

COLLECTED = cache_dir() / "statistics"
"""Where ``collect`` keeps a file for each render."""

LENGTHS = (6, 10, 13, 16, 20, 25, 32, 40, 50, 62, 80, 110)
LATER_LENGTHS = (8, 12, 15, 18, 22, 28, 36, 45, 56, 70, 95, 140, 190)
"""Phonemes of the texts of the first two rounds, and of later ones. Short ones are more frequent: their statistics
differ most."""

ENGLISH, OTHERS = 44, 37
"""Texts for each English voice and for each other one."""

SEED = 1610

FOLDS = 6
"""Parts of the texts, each of which is left out once to see how far the others are off."""


def texts(voice: str, language: str, seed: int) -> Iterator[str]:
    """Phonemes of ever new texts for ``voice``.

    English texts are sentences of random words. Those of other languages have the words of a few sentences in random
    order, as phonemes; every fourth one is English.
    """
    chance = random.Random(f"{seed} {voice}")
    english = Texts(chance.randrange(1 << 30))
    words = [phonemes_of(sentence, language).text.split() for sentence in SENTENCES[language]]
    for turn in count():
        lengths = list(LENGTHS if turn < 2 else LATER_LENGTHS)
        chance.shuffle(lengths)
        for number, length in enumerate(lengths):
            if language.startswith("en") or number % 4 == 3:
                yield phonemes_of(english.of_phonemes(length), language if language.startswith("en") else "en-us").text
                continue
            said = ""
            while len(said) < length:
                said = f"{said} {chance.choice(chance.choice(words))}".strip()
            yield said.rstrip(".,!?;: ")[: 2 * length] + chance.choice("...!?")


def collect() -> None:
    COLLECTED.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue()
    jobs = [
        (number, voice)
        for number in range(max(ENGLISH, OTHERS))
        for voice in OFFICIAL
        if number < (ENGLISH if voice[0] in "ab" else OTHERS)
    ]
    given = {voice: texts(voice, catalogue.info(voice).language, SEED) for voice in OFFICIAL}
    begun = time.monotonic()
    text, source, decoder = float_stages(shipped())
    trunk, generator = cut_decoder(decoder)
    model = Stages([text, source, trunk, exact(generator)])
    for done, (number, voice) in enumerate(jobs):
        phonemes = next(given[voice])
        path = COLLECTED / f"{voice}_{number:02d}.npz"
        if path.exists():
            continue
        made = model.render(phonemes, catalogue.load(voice))
        lufs = measure(heard(phonemes, made["audio"], made["durations"]).samples)
        np.savez(
            path,
            phonemes=phonemes,
            mean=made[MEAN].reshape(-1),
            variance=made[VARIANCE].reshape(-1),
            hidden_mean=made[HIDDEN][0, :, 0].mean(-1),
            hidden_sd=made[HIDDEN][0, :, 0].std(-1),
            lufs=np.nan if lufs is None else lufs,
        )
        if done % 20 == 0:
            print(f"{done} of {len(jobs)}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


class Renders:
    """What was collected: ``seen`` [renders, known], and ``wanted`` [renders, targets], as ``norms`` has them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        seen, targets, self.voices, self.numbers = [], [], list[str](), list[int]()
        for path in paths:
            with np.load(path) as kept:
                mean, variance = kept["mean"], kept["variance"]
                source = mean[:SOURCE_CHANNELS], variance[:SOURCE_CHANNELS]
                seen.append(known(*source, kept["hidden_mean"], kept["hidden_sd"] ** 2))
                targets.append(wanted(mean, variance, float(kept["lufs"])))
            voice, _, number = path.stem.rpartition("_")
            self.voices.append(voice)
            self.numbers.append(int(number))
        self.seen, self.wanted = np.array(seen, np.float64), np.array(targets, np.float64)
        unmeasured = np.isnan(self.wanted[:, -1])
        for voice in set(self.voices):  # a sound too short to be measured is as loud as usual
            own = np.array([name == voice for name in self.voices])
            self.wanted[own & unmeasured, -1] = np.nanmean(self.wanted[own, -1])

    def regression(self, rows: Array) -> dict[str, Array]:
        """What is found from ``rows`` of these."""
        return regression(self.seen[rows], self.wanted[rows], np.array(self.voices)[rows])


def fit() -> None:
    renders = Renders(sorted(COLLECTED.glob("*.npz")))
    channels = renders.wanted.shape[1] // 2
    off: list[Array] = []
    with tempfile.TemporaryDirectory() as directory:
        for fold in range(FOLDS):
            unseen = np.array([number % FOLDS == fold for number in renders.numbers])
            path = Path(directory) / f"{fold}.npz"
            save(path, renders.regression(~unseen))
            predictor = Predictor(path)
            for number in np.flatnonzero(unseen):
                centre = predictor.centre({renders.voices[number]: 1.0})
                told = predictor.predict(centre, renders.seen[number].astype(np.float32))
                true = renders.wanted[number]
                levels = 20 / np.log(10) * (np.log(told.variance + EPSILON) / 2 - true[:channels])
                means = (told.mean - true[channels:-1]) / np.exp(true[:channels])
                off.append(np.array([np.sqrt(np.mean(e**2)) for e in (levels, means, told.loudness - true[-1])]))
    level, mean, loudness = np.sqrt(np.mean(np.array(off) ** 2, axis=0))
    print(f"{len(off)} renders of {len(set(renders.voices))} voices; texts that were not seen:")
    print(f"standard deviations {level:.3f} dB, means {mean:.3f} of them, loudness {loudness:.2f} LU")
    save(PATH, renders.regression(np.ones(len(renders.voices), bool)))
    print(f"{PATH}: {PATH.stat().st_size / 1e6:.1f} MB; norms.SHA256 is to be {sha256(PATH)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.statistics", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("collect", "fit"))
    (collect if parser.parse_args().what == "collect" else fit)()


if __name__ == "__main__":
    main()

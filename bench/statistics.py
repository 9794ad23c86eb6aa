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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.phonemes import phonemes_of

from bench.levels import SENTENCES
from bench.texts import Texts
from ttsmesh.model.build.cut.generator import HIDDEN, MEAN, ROWS, VARIANCE, cut_decoder, exact
from ttsmesh.model.build.cut.stages import SOURCE
from ttsmesh.model.build.graph import Graph
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.build.weights_packages import find_installed, read_weights
from ttsmesh.model.engine.openvino.norms import EPSILON, PATH, VERSION, Predictor
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.openvino_import import import_openvino
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue
from ttsmesh.model.voices.loudness import measure
from ttsmesh.paths import cache_dir

Array = NDArray[Any]

COLLECTED = cache_dir() / "statistics"
"""Where ``collect`` keeps a file for each render."""

LENGTHS = (6, 10, 13, 16, 20, 25, 32, 40, 50, 62, 80, 110)
"""Phonemes of the texts, short ones more often: their statistics differ most."""

ENGLISH, OTHERS = 18, 12
"""Texts for each English voice and for each other one."""

SEED = 1610

STRENGTH, RANK = 0.05, 72
"""Of the ridge regression, and of what is kept of it."""

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
    while True:
        lengths = list(LENGTHS)
        chance.shuffle(lengths)
        for number, length in enumerate(lengths):
            if language.startswith("en") or number % 4 == 3:
                yield phonemes_of(english.of_phonemes(length), language if language.startswith("en") else "en-us").text
                continue
            said = ""
            while len(said) < length:
                said = f"{said} {chance.choice(chance.choice(words))}".strip()
            yield said.rstrip(".,!?;: ")[: 2 * length] + chance.choice("...!?")


class Exact:
    """The model in float32, which also gives the statistics of the generator's norms."""

    def __init__(self, directory: Path) -> None:
        text, source, decoder = float_stages(Graph.from_bytes(read_weights(find_installed())))
        trunk, generator = cut_decoder(decoder)
        core = import_openvino().Core()
        self._requests = {}
        for name, graph in (("text", text), ("source", source), ("trunk", trunk), ("exact", exact(generator))):
            (directory / name).mkdir()
            path = graph.save(directory / name)
            settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
            self._requests[name] = core.compile_model(path, "CPU", settings).create_infer_request()

    def render(self, phonemes: str, style: Array) -> dict[str, Array]:
        """Everything that is known of a render in the end."""
        tokens = encode(phonemes)
        made = self._run("text", tokens=np.array([tokens], np.int64), style=style, speed=np.ones(1, np.float32))
        source = self._run("source", pitch=made["pitch"])[SOURCE]
        prosody = {name: made[name] for name in ("features", "pitch", "energy")}
        trunk = self._run("trunk", **prosody, style=style)
        rendered = self._run("exact", source=source, **{HIDDEN: trunk[HIDDEN], ROWS: trunk[ROWS]})
        return {**made, SOURCE: source, **trunk, **rendered}

    def _run(self, name: str, **inputs: Array) -> dict[str, Array]:
        request = self._requests[name]
        request.infer(inputs)
        return {
            known: np.array(request.get_tensor(output).data)
            for output in request.model_outputs
            for known in output.names
        }


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
    with tempfile.TemporaryDirectory() as directory:
        model = Exact(Path(directory))
        for done, (number, voice) in enumerate(jobs):
            phonemes = next(given[voice])
            path = COLLECTED / f"{voice}_{number:02d}.npz"
            if path.exists():
                continue
            style = catalogue.load(voice)[len(phonemes) - 1].reshape(1, -1)
            made = model.render(phonemes, style)
            durations = made["durations"].reshape(-1)
            begin, end = int(durations[0]) - 4, int(durations.sum() - durations[-1]) + 2
            sound = made["audio"].reshape(-1)[600 * begin : 600 * end]
            lufs = measure(sound)
            np.savez(
                path,
                phonemes=phonemes,
                voice=voice,
                mean=made[MEAN].reshape(-1),
                variance=made[VARIANCE].reshape(-1),
                hidden_mean=made[HIDDEN][0, :, 0].mean(-1),
                hidden_sd=made[HIDDEN][0, :, 0].std(-1),
                energy=made["energy"],
                pitch=made["pitch"],
                durations=durations,
                lufs=np.nan if lufs is None else lufs,
            )
            if done % 20 == 0:
                print(f"{done} of {len(jobs)}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


class Renders:
    """What was collected: ``seen`` [renders, known], and ``wanted`` [renders, targets] as ``Predictor`` gives them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        seen, wanted, self.voices, self.numbers = [], [], list[str](), list[int]()
        for path in paths:
            with np.load(path) as kept:
                mean, variance = kept["mean"], kept["variance"]
                means = np.concatenate([mean[:SOURCE_CHANNELS], kept["hidden_mean"]])
                variances = np.concatenate([variance[:SOURCE_CHANNELS], kept["hidden_sd"] ** 2])
                seen.append(np.concatenate([means, np.log(variances + EPSILON) / 2]))
                wanted.append(np.concatenate([np.log(variance + EPSILON) / 2, mean, [kept["lufs"]]]))
            voice, _, number = path.stem.rpartition("_")
            self.voices.append(voice)
            self.numbers.append(int(number))
        self.seen, self.wanted = np.array(seen), np.array(wanted)
        unmeasured = np.isnan(self.wanted[:, -1])
        for voice in set(self.voices):  # a sound too short to be measured is as loud as usual
            own = np.array([name == voice for name in self.voices])
            self.wanted[own & unmeasured, -1] = np.nanmean(self.wanted[own, -1])


def regression(renders: Renders, rows: Array) -> dict[str, Array]:
    """The content of the file, found from ``rows`` of ``renders``."""
    names = np.array(renders.voices)
    voices = sorted(set(renders.voices))
    channels = renders.wanted.shape[1] // 2
    usual, centres, x, y = [], [], [], []
    for voice in voices:
        own = rows & (names == voice)
        usual.append(renders.seen[own].mean(axis=0))
        centre = renders.wanted[own].mean(axis=0)
        centres.append(centre)
        change = renders.wanted[own] - centre
        change[:, channels:-1] /= np.exp(centre[:channels])
        x.append(renders.seen[own] - usual[-1])
        y.append(change)
    seen, wanted = np.concatenate(x), np.concatenate(y)
    scale = (seen.std(axis=0) + 1e-6) * np.sqrt(seen.shape[1])
    z = seen / scale
    weights = np.linalg.solve(z @ z.T + STRENGTH * np.eye(len(z)), wanted)
    # Of low rank: the directions in which what is wanted varies most, over these renders.
    _, _, directions = np.linalg.svd(z @ (z.T @ weights), full_matrices=False)
    expand = directions[:RANK]
    reduce = z.T @ (weights @ expand.T)
    return {
        "version": np.array(VERSION),
        "voices": np.array(voices),
        "usual": np.array(usual, np.float32),
        "centres": np.array(centres, np.float32),
        "scale": scale.astype(np.float32),
        "reduce": reduce.astype(np.float32),
        "expand": expand.astype(np.float32),
    }


def save(path: Path, found: dict[str, Array]) -> None:
    kept: dict[str, Any] = {"version": found["version"], "voices": found["voices"], "scale": found["scale"]}
    for name in ("usual", "centres", "reduce", "expand"):
        kept[name] = found[name].astype(np.float16)
    np.savez_compressed(path, **kept)


def fit() -> None:
    renders = Renders(sorted(COLLECTED.glob("*.npz")))
    channels = renders.wanted.shape[1] // 2
    off: list[Array] = []
    with tempfile.TemporaryDirectory() as directory:
        for fold in range(FOLDS):
            unseen = np.array([number % FOLDS == fold for number in renders.numbers])
            path = Path(directory) / f"{fold}.npz"
            save(path, regression(renders, ~unseen))
            predictor = Predictor(path)
            for number in np.flatnonzero(unseen):
                told = predictor.predict(renders.voices[number], renders.seen[number].astype(np.float32))
                wanted = renders.wanted[number]
                levels = 20 / np.log(10) * (np.log(told.variance + EPSILON) / 2 - wanted[:channels])
                means = (told.mean - wanted[channels:-1]) / np.exp(wanted[:channels])
                off.append(np.array([np.sqrt(np.mean(e**2)) for e in (levels, means, told.loudness - wanted[-1])]))
    level, mean, loudness = np.sqrt(np.mean(np.array(off) ** 2, axis=0))
    print(f"{len(off)} renders of {len(set(renders.voices))} voices; texts that were not seen:")
    print(f"standard deviations {level:.3f} dB, means {mean:.3f} of them, loudness {loudness:.2f} LU")
    save(PATH, regression(renders, np.ones(len(renders.voices), bool)))
    print(f"{PATH}: {PATH.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.statistics", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("collect", "fit"))
    (collect if parser.parse_args().what == "collect" else fit)()


if __name__ == "__main__":
    main()

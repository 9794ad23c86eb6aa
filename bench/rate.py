"""As fast as one listens: what is understood of stretched speech and of the model's own speed, and what it costs.

The recogniser was never taught fast speech, and gives up where practised listeners do not. So each sound is judged
twice: as it is, and brought back to normal speed by the same stretching, which shows what was lost for good.
"""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from tests import recogniser
from tests.heard import Heard, Samples, missing_programs
from tests.mesh import Mesh
from tests.talk import Saying, ask

from bench.plot import plot
from bench.run import Run
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.messages import SetSpeed
from ttsmesh.model.engines import choose_engine
from ttsmesh.model.g2p import G2P
from ttsmesh.model.renderer import Renderer
from ttsmesh.model.synthesis import Synthesizer
from ttsmesh.model.voices import Catalogue
from ttsmesh.voice.pace import Pace

RATES = (0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)
SENTENCES = 30
PHONEMES = 45
"""About 3 s each."""

ADDED_MS = 15.0
CHANGED_MS = 100.0
PLOT = Path(__file__).parent.parent / "docs" / "rate.png"

_FIRST = """
import time
from ttsmesh.voice.pace import Pace
pcm = bytes(9600)
begun = time.perf_counter()
pace = Pace({rate})
pace.prepare()
pace.take(960, lambda count: pcm[:2 * count], last=lambda: False)
print(1e3 * (time.perf_counter() - begun))
"""


def measure(run: Run) -> None:
    _first_sound(run)
    if missing := missing_programs():
        run.say(f"not at the ear: {', '.join(missing)}")
    else:
        _change(run)
    sentences = [run.texts.of_phonemes(PHONEMES) for _ in range(3 if run.quick else SENTENCES)]
    own = asyncio.run(_render(run, sentences))
    stretched = _stretch(run, own[1.0])
    errors = {
        "stretched": _errors(run, "stretched", sentences, stretched),
        "the model's own speed": _errors(run, "model's own", sentences, own),
    }
    if not run.quick:
        plot(PLOT, RATES, errors)


def _first_sound(run: Run) -> None:
    """In a new process each time, so that loading the library is part of it."""
    added: list[float] = []
    for _ in run.tries(10, "added to the first sound"):
        took = [
            float(
                subprocess.run([sys.executable, "-c", _FIRST.format(rate=rate)], capture_output=True, check=True).stdout
            )
            for rate in (1.0, 2.0)
        ]
        added.append(took[1] - took[0])
    run.add("added to the first sound by stretching", "ms", added, goal=ADDED_MS, judged="p95")


def _change(run: Run) -> None:
    """From asking to hearing the new speed. Half of the text is heard at one speed and half at the other, so its length
    says when the change was. The tone engine renders the same each time."""
    changed: list[float] = []
    with contextlib.closing(Heard()) as heard, Mesh(heard.env) as mesh:
        text = "word " * 8
        mesh.run("say", "--wait", "warm")
        with Saying(mesh, text) as saying:
            saying.outcome()
            rendered = len(heard.since(saying.begun).sound())
        for _ in run.tries(10, "change of speed"):
            with Saying(mesh, text, speed=1.0) as saying:
                heard.recorder.await_sound(saying.begun, 2 * SAMPLE_RATE)
                asked = time.monotonic()
                ask(mesh, SetSpeed(speed=2.0))
                saying.outcome()
                clip = heard.since(saying.begun)
            first, end = clip.span()
            gap = sum(stop - start for start, stop in clip.gaps(SAMPLE_RATE // 100))
            at_old = 2 * (end - first - gap) - rendered
            changed.append(1e3 * (clip.time(first) + at_old / SAMPLE_RATE - asked))
    run.add("from asking for a speed to hearing it", "ms", changed, goal=CHANGED_MS)


async def _render(run: Run, sentences: list[str]) -> dict[float, list[Samples]]:
    """Each sentence by the model at each of its speeds."""
    g2p = G2P()
    renderer = Renderer(choose_engine(os.environ), on_stuck=lambda: os._exit(1))
    synthesizer = Synthesizer(renderer, g2p, Catalogue())
    sounds: dict[float, list[Samples]] = {rate: [] for rate in RATES}
    for rate in RATES:
        run.say(f"rendering at {rate:g}")
        for sentence in sentences:
            parts = [
                part.pcm
                async for part in synthesizer.speak(
                    sentence, voice="af_heart", language="en-us", speed=rate, rank=lambda: 0
                )
            ]
            sounds[rate].append(np.frombuffer(b"".join(parts), "<i2"))
    await renderer.close()
    await g2p.close()
    return sounds


def _stretch(run: Run, normal: list[Samples]) -> dict[float, list[Samples]]:
    sounds: dict[float, list[Samples]] = {}
    for rate in RATES:
        begun = time.process_time()
        sounds[rate] = [_at(sound, rate) for sound in normal]
        cost = time.process_time() - begun
        heard = sum(map(len, sounds[rate])) / SAMPLE_RATE
        exact = sum(map(len, normal)) / SAMPLE_RATE / rate
        run.add(f"CPU for a heard second, {rate:g}x", "ms", [1e3 * cost / heard])
        run.add(f"duration off 1/rate, {rate:g}x", "%", [100 * abs(heard / exact - 1)], goal=3.0)
    return sounds


def _at(sound: Samples, rate: float) -> Samples:
    pace = Pace(rate)
    return np.frombuffer(pace.change(sound.tobytes()) + pace.finish(), "<i2")


def _errors(
    run: Run, what: str, sentences: list[str], sounds: Mapping[float, list[Samples]]
) -> dict[str, list[tuple[float, float]]]:
    """Word error rates by rate: as it is, and brought back to normal speed."""
    found: dict[str, list[tuple[float, float]]] = {"as it is": [], "brought back": []}
    for rate in RATES:
        found["as it is"].append((rate, _rate_of_errors(sentences, sounds[rate])))
        run.add(f"word error rate, {what}, {rate:g}x", "", [found["as it is"][-1][1]])
        if rate >= 2:
            back = [_at(sound, 1 / rate) for sound in sounds[rate]]
            found["brought back"].append((rate, _rate_of_errors(sentences, back)))
            run.add(f"word error rate, {what}, {rate:g}x and back", "", [found["brought back"][-1][1]])
        run.say(f"{what}, {rate:g}: {found['as it is'][-1][1]:.3f}")
    return found


def _rate_of_errors(sentences: list[str], sounds: list[Samples]) -> float:
    said = [recogniser.normal(sentence) for sentence in sentences]
    wrong = [recogniser.word_errors(words, recogniser.words(sound)) for words, sound in zip(said, sounds, strict=True)]
    # The recogniser, at a loss, may repeat itself for ever: more wrong than there is says nothing more.
    return statistics.fmean(min(1.0, errors / len(words)) for errors, words in zip(wrong, said, strict=True))

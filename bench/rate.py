"""Measures what is understood of stretched speech and of the model's own speeds, and what stretching costs.

The recogniser was not trained on fast speech, and fails where practised listeners do not. So each sound is judged
twice: as it is, and brought back to normal speed by the same stretching, which shows what was lost for good.
"""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from tests import recogniser
from tests.heard import Clip, Heard, Samples, missing_programs
from tests.mesh import Mesh
from tests.talk import Saying, ask, saved

from bench import joins
from bench.pitch import fundamental
from bench.plot import plot
from bench.run import Run
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.choose import choose_engine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.synthesis import RENDER_SPEED, Synthesizer
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.voice.pace import Pace
from ttsmesh.wire.messages import Progress, SetSpeed

READING = Reading(language="en-us")
RATES = (0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)
FASTEST = (3.0, 4.0)
"""Rates at which a long text may have underruns."""

PITCHES = (0.7, 0.85, 1.2, 1.4)
SENTENCES = 30
PHONEMES = 35
"""Phonemes of a sentence, about 2 s of speech."""

RENDER_S = 60.0
"""Seconds in which all sentences are rendered at all speeds, or fewer sentences on a slow machine."""

LONG_S = 20.0
"""Seconds of the text that is heard at the highest speeds."""

ADDED_MS = 15.0
CHANGED_MS = 100.0
WORD_MS = 300.0
"""Milliseconds of a short word at speed 1."""

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
    ahead: dict[float, tuple[str, Clip]] = {}
    if missing := missing_programs():
        run.say(f"not at the ear: {', '.join(missing)}")
    else:
        _change(run)
        ahead = joins.listen(run, FASTEST, LONG_S)
    sentences, own, meant = asyncio.run(_render(run, {rate: text for rate, (text, _) in ahead.items()}))
    for rate, (_, clip) in ahead.items():
        joins.compare(run, rate, clip, _at(meant[rate], rate))
    stretched = _stretch(run, own[1.0])
    _pitch(run, np.concatenate(own[1.0]))
    errors = {
        "stretched": _errors(run, "stretched", sentences, stretched),
        "the model's own speed": _errors(run, "model's own", sentences, own),
    }
    if len(sentences) == SENTENCES:
        plot(PLOT, RATES, errors)


def _first_sound(run: Run) -> None:
    """Measure in a new process each time, so that loading the library is included."""
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
    """Change the speed in the middle of a text. The length of what is heard tells when the change was heard.

    The tone engine renders the same each time.
    """
    changed: list[float] = []
    off: list[float] = []
    steps: list[float] = []
    with contextlib.closing(Heard()) as heard, Mesh(heard.env) as mesh:
        text = "word " * 5
        mesh.run("say", "--wait", "warm")
        alone = Clip(saved(mesh, text), 0.0)
        lead, rendered = alone.span()[0], len(alone.sound())
        for _ in run.tries(10, "change of speed"):
            ask(mesh, SetSpeed(speed=1.0))  # a speed that came with the text could not be changed
            with Saying(mesh, text) as saying:
                heard.recorder.await_sound(saying.begun, SAMPLE_RATE)
                asked = time.monotonic()
                ask(mesh, SetSpeed(speed=2.0))
                saying.outcome()
                clip = heard.since(saying.begun)
            first, end = clip.span()
            gap = sum(stop - start for start, stop in clip.gaps(SAMPLE_RATE // 100))
            at_old = 2 * (end - first - gap) - rendered
            change = clip.time(first) + at_old / SAMPLE_RATE
            changed.append(1e3 * (change - asked))
            steps.append(clip.largest_step() / alone.largest_step())
            for at, report in saying.told:
                if isinstance(report, Progress) and not gap:
                    said = at_old / SAMPLE_RATE + (at - change) * (2 if at > change else 1)
                    off.append(1e3 * abs((report.heard - lead) / SAMPLE_RATE - said))
    run.add("from asking for a speed to hearing it", "ms", changed, goal=CHANGED_MS, judged="p95")
    run.add("largest step across a change of speed over the sound's own", "x", steps, goal=1.05, judged="max")
    run.add("heard so far, as reported, off what was heard", "ms of speech", off, goal=WORD_MS, judged="max")


async def _render(
    run: Run, texts: dict[float, str]
) -> tuple[list[str], dict[float, list[Samples]], dict[float, Samples]]:
    """As many sentences as there is time for, rendered at each of the model's speeds; and each of ``texts``."""
    g2p = G2P()
    renderer = Renderer(choose_engine(os.environ), on_stuck=lambda: os._exit(1))
    synthesizer = Synthesizer(renderer, g2p, Catalogue())

    async def rendered(text: str, speed: float) -> Samples:
        parts = synthesizer.rendition(text, READING, voice="af_heart", speed=speed, rank=lambda: 0).pieces()
        return np.frombuffer(b"".join([part.pcm async for part in parts]), "<i2")

    meant = {rate: await rendered(text, RENDER_SPEED) for rate, text in texts.items()}
    sentences: list[str] = []
    own: dict[float, list[Samples]] = {rate: [] for rate in RATES}
    for _ in run.tries(SENTENCES, "sentences at each of the model's own speeds", seconds=RENDER_S):
        sentences.append(run.texts.of_phonemes(PHONEMES))
        for rate in RATES:
            own[rate].append(await rendered(sentences[-1], rate))
    await renderer.close()
    await g2p.close()
    return sentences, own, meant


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


def _pitch(run: Run, normal: Samples) -> None:
    """The pitch must stay at any rate, and follow ``--pitch``, which must not change the length."""
    own = fundamental(normal)
    rates = [100 * abs(fundamental(_at(normal, rate)) / own - 1) for rate in (*RATES, *FASTEST)]
    run.add("pitch moved by stretching, all rates", "%", rates, judged="max", note=f"of {own:.0f} Hz")
    asked = {pitch: _at(normal, 1.0, pitch) for pitch in PITCHES}
    off = [100 * abs(fundamental(sound) / own / pitch - 1) for pitch, sound in asked.items()]
    run.add("pitch off what --pitch asks for", "%", off, judged="max", note=f"{PITCHES[0]:g} to {PITCHES[-1]:g}")
    lengths = [100 * abs(len(sound) / len(normal) - 1) for sound in asked.values()]
    run.add("duration changed by --pitch", "%", lengths, goal=3.0, judged="max")


def _at(sound: Samples, rate: float, pitch: float = 1.0) -> Samples:
    pace = Pace(rate, pitch)
    return np.frombuffer(pace.change(sound.tobytes()) + pace.finish(), "<i2")


def _errors(
    run: Run, what: str, sentences: list[str], sounds: dict[float, list[Samples]]
) -> dict[str, list[tuple[float, float]]]:
    """Pairs of rate and word error rate: as it is, and brought back to normal speed."""
    found: dict[str, list[tuple[float, float]]] = {"as it is": [], "brought back": []}
    note = f"{len(sentences)} sentences"
    for rate in RATES:
        found["as it is"].append((rate, _rate_of_errors(sentences, sounds[rate])))
        run.add(f"word error rate, {what}, {rate:g}x", "", [found["as it is"][-1][1]], note=note)
        if rate > 1:
            back = [_at(sound, 1 / rate) for sound in sounds[rate]]
            found["brought back"].append((rate, _rate_of_errors(sentences, back)))
            run.add(f"word error rate, {what}, {rate:g}x and back", "", [found["brought back"][-1][1]], note=note)
    return found


def _rate_of_errors(sentences: list[str], sounds: list[Samples]) -> float:
    said = [recogniser.normal(sentence) for sentence in sentences]
    heard = recogniser.words_of_each(sounds)
    wrong = [recogniser.word_errors(words, got) for words, got in zip(said, heard, strict=True)]
    # A recogniser that understands nothing may repeat itself for ever. More errors than words mean no more than all.
    return statistics.fmean(min(1.0, errors / len(words)) for errors, words in zip(wrong, said, strict=True))

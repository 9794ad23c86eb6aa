"""Measures how soon a new short text is heard, warm and cold, and where the milliseconds go.

It measures at the ear: from the start of a process, or from a line written to one that stays, to the first audible
sample of the virtual sink. All ways to speak take turns at the same sink.
"""

import contextlib
import random
import time
from pathlib import Path

import numpy as np
from tests.heard import RATE, Heard, missing_programs
from tests.mesh import Mesh

from bench import listening
from bench.machine import multiplies
from bench.plot import cumulative, waterfall
from bench.run import Run
from bench.warm import ask, state, until_idle, warm_mesh
from bench.ways import Say, Way, ways
from ttsmesh.wire.messages import MILESTONES, Stop, Timeline

TRIES = 35
OTHERS = 4
"""Of this number of tries, one is also made with each program that we compare with."""

SHORT = (8, 45)
"""Phonemes of a short text: from one word to a sentence."""

VOICE = "af_heart"
COLD_TRIES = 5
SETTLED_S = 0.2
"""Seconds of silence before each try."""

HEARD_S = 0.2
"""Seconds of each text that are heard. After them the server knows when the first sample was written."""

DOCS = Path(__file__).parent.parent / "docs"

Reached = dict[str, float]
"""Milliseconds from the beginning of a text to each milestone that it reached."""

LONG = "say, a first sentence of 60 phonemes"
LONG_PHONEMES = 60

GOALS = {"AMX": 150.0, "VNNI": 200.0, "AVX2": 300.0}
"""Milliseconds that the median of `say` may take, by what the CPU multiplies with; of `pipe` ``KEPT_MS`` less."""

KEPT_MS = 60.0
P95, LONGER = 1.6, 1.5
"""How many times as long as that the 95th percentile may be, and as a short text a first sentence of 60 phonemes."""

BEYOND_MS = 40.0
RENDERS = 1.2
"""Milliseconds that a first sound may take, besides the client's process and ``RENDERS`` times the render of the first
piece."""


def short(run: Run, number: int) -> str:
    least, most = SHORT
    return run.texts.of_phonemes(least + number * 7 % (most - least))


def measure(run: Run) -> None:
    if missing := missing_programs():
        raise RuntimeError(f"not installed: {', '.join(missing)}")
    with contextlib.closing(Heard()) as heard, warm_mesh(run, heard.env) as mesh:
        warm = _warm(run, mesh, heard)
        cold = _cold(run, mesh, heard)
    for name, every in (warm | {"say, nothing running": cold}).items():
        for stage in every[0]:
            run.add(f"{name}: began to {stage}", "ms", [one[stage] for one in every if stage in one])
    if not run.quick:
        waterfall(DOCS / "timeline.png", warm)


def _warm(run: Run, mesh: Mesh, heard: Heard) -> dict[str, list[Reached]]:
    draw = random.Random(run.seed)
    first: dict[str, list[float]] = {}
    stages: dict[str, list[Reached]] = {}
    beyond: list[float] = []
    with ways(run, mesh, heard.env, VOICE) as found:
        order = list(found)
        for number in run.tries(TRIES, f"first sound: {', '.join(found)}", seconds=120):
            draw.shuffle(order)
            for name in order:
                way = found[name]
                if not isinstance(way, Say) and number % OTHERS:
                    continue
                began, taken = _first_sound(way, short(run, number), heard, draw)
                first.setdefault(name, []).append(taken)
                if isinstance(way, Say):
                    reached = _stages(mesh, began) | {"heard": taken}
                    stages.setdefault(name, []).append(reached)
                    if name == "say":
                        render = reached["rendered"] - reached["phonemes"]
                        beyond.append(taken - way.took_s * 1e3 - RENDERS * render)
                        long = run.texts.of_phonemes(LONG_PHONEMES)
                        first.setdefault(LONG, []).append(_first_sound(way, long, heard, draw)[1])
    goal = GOALS[multiplies()]
    goals = {"say": goal, LONG: LONGER * goal, "pipe": goal - KEPT_MS, "say, a text said before": 90.0}
    for name, values in first.items():
        run.add(f"first sound: {name}", "ms", values, goal=goals.get(name))
    run.add("first sound: say", "ms", first["say"], goal=P95 * goal, judged="p95")
    longer = float(np.median(first[LONG]) / np.median(first["say"]))
    run.add("a first sentence of 60 phonemes over a short text", "x", [longer], goal=LONGER)
    what = f"`say`: beyond its process and {RENDERS:g} times the render of the first piece"
    run.add(what, "ms", beyond, goal=BEYOND_MS)
    if not run.quick:
        cumulative(DOCS / "first-sound.png", first)
    return stages


def _first_sound(way: Way, text: str, heard: Heard, draw: random.Random) -> tuple[float, float]:
    """When the text began, and the milliseconds until it was heard.

    A random pause makes each try begin at another point of the sink's blocks.
    """
    heard.await_silence(SETTLED_S)
    time.sleep(draw.uniform(0.01, 0.05))
    began = way.begin(text)
    sounding = heard.recorder.await_sound(began)
    heard.recorder.between(began, sounding + HEARD_S)
    way.end()
    clip = heard.since(began)
    audible = listening.first_sound(clip, listening.AUDIBLE)
    if audible is None:
        raise RuntimeError("a text was too quiet to be heard")
    return began, (clip.time(audible) - began) * 1e3


def _stages(mesh: Mesh, began: float) -> Reached:
    """Milliseconds from ``began`` to each milestone of the last text, in the order in which it reached them."""
    (timeline,) = [entry for entry in state(mesh)[1] if isinstance(entry, Timeline)]
    late = (timeline.zero_at - began) * 1e3
    reached = {stage: late + at for stage in MILESTONES if (at := getattr(timeline, stage)) is not None}
    return dict(sorted(reached.items(), key=lambda one: one[1]))


def _cold(run: Run, mesh: Mesh, heard: Heard) -> list[Reached]:
    """Times when no process runs, but the model is prepared and, as far as memory allows, in the page cache."""
    cold: list[float] = []
    stages: list[Reached] = []
    say = Say(mesh)
    for number in run.tries(COLD_TRIES, "first sound, nothing running", seconds=40):
        mesh.run("kill")
        mesh.until_gone()
        began = say.begin(short(run, number))
        cold.append((heard.recorder.await_sound(began, timeout=60) - began) * 1e3)
        heard.recorder.await_sound(began, round(HEARD_S * RATE))
        stages.append(_stages(mesh, began) | {"heard": cold[-1]})
        ask(mesh, Stop()).close()
        until_idle(mesh)
        heard.await_silence(SETTLED_S)
    run.add("first sound: `say`, nothing running", "ms", cold, goal=2500)
    return stages

"""Real speech at the highest speeds, at the ear: whether it runs dry, and whether it clicks where chunks join.

Then the next chunk has the least time. How stretched sound comes out depends on the portions it is fed in, so what was
heard is not compared with what was rendered sample for sample, but pause for pause.
"""

import contextlib
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from tests.heard import RATE, Clip, Heard, Samples

from bench.listening import SILENCE, largest_step
from bench.run import Run
from bench.warm import ask, until_idle, warm_mesh
from ttsmesh.messages import Finished, Say

NEAR = round(0.05 * RATE)
"""Frames by which the sound between two pauses may differ: a few periods of the voice."""

EDGE = RATE // 200
"""Frames looked at on either side of a pause's ends."""


@dataclass(frozen=True)
class Pause:
    """Zeros from ``first`` to ``end``, after ``sound`` frames since the pause before."""

    first: int
    end: int
    sound: int


def listen(run: Run, texts: dict[float, str]) -> dict[float, Clip]:
    """Each text heard at its rate from a mesh with the real model, and how often that ran dry."""
    clips: dict[float, Clip] = {}
    with contextlib.closing(Heard()) as heard, warm_mesh(run, heard.env) as mesh:
        for rate, text in texts.items():
            run.say(f"a long text at {rate:g}")
            logged = len(mesh.log())
            begun = time.monotonic()
            with ask(mesh, Say(text=text, speed=rate, wait=True)) as client:
                *_, outcome = client
            clips[rate] = heard.since(begun)
            if not isinstance(outcome, Finished):
                raise RuntimeError(f"ended as {outcome!r}\n{mesh.log()}")
            until_idle(mesh)
            log = mesh.log()[logged:]
            underruns = sum(map(int, re.findall(r"(\d+) underruns", log)))
            factor = "".join(re.findall(r"real-time factor [\d.]+", log))
            run.add(f"underruns, {rate:g}x", "", [underruns], goal=0, note=factor)
    return clips


def compare(run: Run, rate: float, clip: Clip, meant: Samples) -> None:
    """What was heard against ``meant``, the same text stretched without a device."""
    heard = clip.sound()
    beyond = list(gaps(heard, meant))
    pauses = list(_pauses(heard))
    note = f"{len(heard) / RATE:.0f} s heard, {len(pauses)} pauses"
    run.add(f"largest gap beyond the intended pauses, {rate:g}x", "ms", [1e3 * max(beyond) / RATE], goal=5, note=note)
    run.add(f"gaps over 5 ms, {rate:g}x", "", [sum(gap > SILENCE for gap in beyond)], goal=0)
    edges = [edge for pause in pauses for edge in (pause.first, pause.end)]
    steps = [largest_step(heard[max(0, edge - EDGE) : edge + EDGE]) / largest_step(meant) for edge in edges]
    run.add(f"step where chunks join over the speech's largest, {rate:g}x", "x", steps, goal=1, judged="max")


def gaps(heard: Samples, meant: Samples) -> Iterator[int]:
    """How many frames each pause of ``heard`` is longer than meant: all of them where none was meant."""
    yield 0
    wanted = deque(_pauses(meant))
    sound = 0
    for pause in _pauses(heard):
        sound += pause.sound
        length = pause.end - pause.first
        if wanted and abs(sound - wanted[0].sound) <= NEAR:
            length -= wanted[0].end - wanted[0].first
            wanted.popleft()
            sound = 0
        yield max(0, length)


def _pauses(samples: Samples) -> Iterator[Pause]:
    """Of zeros between sounds; the model's own silence is none."""
    before = 0
    for first, end in Clip(samples, 0.0).gaps(SILENCE):
        yield Pause(first, end, first - before)
        before = end

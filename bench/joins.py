"""Measures real speech at the highest speeds, at the ear: underruns, and clicks where chunks join.

A machine that renders no faster than the text is heard must have underruns. So one text is heard at once, and another
one is held after its first sound until it has been rendered ahead; that one must be faultless on any machine.

Stretched sound depends on the portions in which it is fed. So what was heard is compared with what was rendered pause
by pause, not sample by sample.
"""

import contextlib
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tests.heard import RATE, Clip, Heard, Samples

from bench.listening import SILENCE, largest_step
from bench.run import Run
from bench.warm import ask, queue, until_idle, warm_mesh
from ttsmesh.wire.messages import Finished, Pause, Resume, Say, Started

NEAR = round(0.05 * RATE)
"""Frames by which the sound between two pauses may differ, which are a few periods of the voice."""

EDGE = RATE // 200
"""Frames before and after each end of a pause in which steps are looked for."""

AHEAD_S = 10.0
"""Seconds of a text that is rendered while it is held. The buffers hold that much."""

SETTLED_S = 8.0
"""Seconds without a further chunk after which the buffers are full."""


@dataclass(frozen=True)
class Silence:
    """Zeros from ``first`` to ``end``, with ``sound`` frames between them and the silence before."""

    first: int
    end: int
    sound: int


def listen(run: Run, rates: tuple[float, ...], seconds: float) -> dict[float, tuple[str, Clip]]:
    """Count the underruns of a text of ``seconds`` at each rate. Returns another text and what was heard of it when it
    was rendered ahead, for each rate."""
    ahead: dict[float, tuple[str, Clip]] = {}
    with contextlib.closing(Heard()) as heard, warm_mesh(run, heard.env) as mesh:
        for rate in rates:
            run.say(f"a long text at {rate:g}")
            logged = len(mesh.log())
            with ask(mesh, Say(text=run.texts.of_seconds(seconds), speed=rate, wait=True)) as client:
                *_, outcome = client
            if not isinstance(outcome, Finished):
                raise RuntimeError(f"ended as {outcome!r}\n{mesh.log()}")
            until_idle(mesh)
            log = mesh.log()[logged:]
            underruns = sum(map(int, re.findall(r"(\d+) underruns", log)))
            factor = float(re.findall(r"real-time factor ([\d.]+)", log)[-1])
            note = f"real-time factor {factor:g}" + (": slower than it is listened to" if factor * rate > 1 else "")
            run.add(f"underruns, {rate:g}x", "", [underruns], goal=0, note=note)

            text = run.texts.of_seconds(AHEAD_S)
            begun = time.monotonic()
            with ask(mesh, Say(text=text, speed=rate, wait=True)) as client:
                next(message for message in client if isinstance(message, Started))
                ask(mesh, Pause()).close()
                rendered, since = 0.0, time.monotonic()
                while time.monotonic() < since + SETTLED_S:
                    if (now := queue(mesh)[0].rendered_s) > rendered:
                        rendered, since = now, time.monotonic()
                    time.sleep(0.05)
                ask(mesh, Resume()).close()
                for _ in client:
                    pass
            until_idle(mesh)
            ahead[rate] = text, heard.since(begun)
    return ahead


def compare(run: Run, rate: float, clip: Clip, meant: Samples) -> None:
    """Compare what was heard, without the hold, with ``meant``, the same text stretched without a device."""
    first, end = max(clip.gaps(), key=lambda gap: gap[1] - gap[0])
    heard = np.concatenate([clip.samples[:first], clip.samples[end:]])
    heard = Clip(heard, 0.0).sound()
    beyond = list(gaps(heard, meant))
    pauses = list(_silences(heard))
    note = f"{len(heard) / RATE:.0f} s heard, {len(pauses)} pauses"
    run.add(f"largest gap beyond the intended pauses, {rate:g}x", "ms", [1e3 * max(beyond) / RATE], goal=5, note=note)
    run.add(f"gaps over 5 ms, {rate:g}x", "", [sum(gap > SILENCE for gap in beyond)], goal=0)
    edges = [edge for pause in pauses for edge in (pause.first, pause.end)]
    steps = [largest_step(heard[max(0, edge - EDGE) : edge + EDGE]) / largest_step(meant) for edge in edges]
    run.add(f"step where chunks join over the speech's largest, {rate:g}x", "x", steps, goal=1, judged="max")


def gaps(heard: Samples, meant: Samples) -> Iterator[int]:
    """The frames by which each pause of ``heard`` is longer than meant, or all its frames if no pause was meant."""
    yield 0
    wanted = deque(_silences(meant))
    sound = 0
    for pause in _silences(heard):
        sound += pause.sound
        length = pause.end - pause.first
        if wanted and abs(sound - wanted[0].sound) <= NEAR:
            length -= wanted[0].end - wanted[0].first
            wanted.popleft()
            sound = 0
        yield max(0, length)


def _silences(samples: Samples) -> Iterator[Silence]:
    """The runs of zeros between sounds. The model's own silence does not consist of zeros."""
    before = 0
    for first, end in Clip(samples, 0.0).gaps(SILENCE):
        yield Silence(first, end, first - before)
        before = end

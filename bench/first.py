"""How soon a short text's first sound exists, inside the mesh: before there is an audio device to be heard from."""

import time

from tests.heard import Heard
from tests.mesh import Mesh

from bench.run import Run
from bench.warm import ask, until_idle, warm_mesh
from ttsmesh.messages import Finished, Say, Started
from ttsmesh.schema import Request

SHORT = (8, 45)
"""Phonemes of a short text: from one word to a sentence."""


def short(run: Run, number: int) -> str:
    least, most = SHORT
    return run.texts.of_phonemes(least + number * 7 % (most - least))


def measure(run: Run) -> None:
    heard = Heard()
    try:
        with warm_mesh(run, heard.env) as mesh:
            ready, saved = [], []
            for number in run.tries(30, "Say to the voice server's first PCM, and to a saved file"):
                time.sleep(0.1)
                ready.append(_until(mesh, Say(text=short(run, number), wait=True), Started))
                until_idle(mesh)
                target = str(mesh.work / f"{number}.wav")
                saved.append(_until(mesh, Say(text=short(run, number), output=target, wait=True), Finished))
                until_idle(mesh)
            run.add("`Say` sent to `Started`, short text", "ms", ready, note="the voice server has the first PCM")
            run.add("`Say` sent to `Finished`, short text saved", "ms", saved)
    finally:
        heard.close()


def _until(mesh: Mesh, request: Request, wanted: type[Started] | type[Finished]) -> float:
    """Milliseconds. It is heard to the end nevertheless: interruptions are measured elsewhere."""
    begun = time.monotonic()
    taken = None
    with ask(mesh, request) as client:
        for message in client:
            if isinstance(message, wanted):
                taken = (time.monotonic() - begun) * 1e3
    if taken is not None:
        return taken
    raise RuntimeError(f"no {wanted.__name__}\n{mesh.log()}")

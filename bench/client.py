"""Measures what the caller waits for: the ``say`` process, and the acknowledgement."""

import json
import time

from tests.heard import Heard
from tests.mesh import Mesh

from bench.run import Run
from bench.warm import ask, queue, state, timed, until_idle, warm_mesh
from ttsmesh.wire.messages import Accepted, Say, Stop

BARE = "import click, msgpack, socket"
"""Imports that any client made of these libraries pays for before it does anything."""

PROBE_PAUSE = 0.07
"""Seconds between acknowledgements. With the exchange itself they are no multiple of a period in the server."""


def measure(run: Run) -> None:
    heard = Heard()
    try:
        with warm_mesh(run, heard.env) as mesh:
            _process(run, mesh)
            _hook(run, mesh)
            _acknowledgement(run, mesh)
    finally:
        heard.close()


def _quiet(mesh: Mesh) -> None:
    ask(mesh, Stop()).close()
    until_idle(mesh)
    time.sleep(0.05)


def _process(run: Run, mesh: Mesh) -> None:
    """Run both commands in turn, each time in the other order, on an idle mesh."""
    python = mesh.command()[0].removesuffix("ttsmesh") + "python"
    say: list[float] = []
    bare: list[float] = []
    for number in run.tries(40, "the say process against a bare client", quick=5):
        commands = [
            (say, mesh.command("say", run.texts.of_phonemes(40))),
            (bare, [python, "-c", BARE]),
        ]
        for taken, command in commands if number % 2 else reversed(commands):
            begun, ended = timed(mesh, *command)
            taken.append((ended - begun) * 1e3)
            _quiet(mesh)
    run.add("`say` process on a warm mesh", "ms", say)
    run.add(f"`python -c '{BARE}'`", "ms", bare)
    run.add("`say` over it, pair by pair", "x", [a / b for a, b in zip(say, bare, strict=True)], goal=1.5)


def _hook(run: Run, mesh: Mesh) -> None:
    """Run a `say`, and the hook that a coding agent calls for each piece of an answer, in turn."""
    say: list[float] = []
    hook: list[float] = []
    said = mesh.work / "said.json"
    for number in run.tries(40, "an agent's hook against the say process", quick=5):
        piece = {"hook_event_name": "MessageDisplay", "session_id": "bench", "message_id": str(number), "final": False}
        said.write_text(json.dumps(piece | {"index": 0, "delta": run.texts.of_phonemes(40)}))
        commands = [
            (say, mesh.command("say", run.texts.of_phonemes(40))),
            (hook, mesh.command("agent", "hook", "claude")),
        ]
        for taken, command in commands if number % 2 else reversed(commands):
            with said.open("rb") as input:
                begun, ended = timed(mesh, *command, input=input)
            taken.append((ended - begun) * 1e3)
            _quiet(mesh)
    run.add("an agent's hook for a piece of an answer", "ms", hook)
    run.add("it over a `say`, pair by pair", "x", [a / b for a, b in zip(hook, say, strict=True)], goal=1.2)


def _acknowledgement(run: Run, mesh: Mesh) -> None:
    idle = []
    for _ in run.tries(150, "acknowledgement, idle", quick=10):
        idle.append(_acknowledged(run, mesh))
        _quiet(mesh)
    run.add("connect to `Accepted`, idle", "ms", idle, goal=10, judged="p99")

    rendering = []
    long = ""
    for number in run.tries(200, "acknowledgement while a long save is rendered", quick=20):
        if not any(utterance.id == long for utterance in queue(mesh)):
            target = str(mesh.work / f"long-{number}.wav")
            with ask(mesh, Say(text=run.texts.of_seconds(120), output=target)) as client:
                assert isinstance(client.first, Accepted)
                long = client.first.id or ""
        time.sleep(PROBE_PAUSE)
        rendering.append(_acknowledged(run, mesh))
    run.add("connect to `Accepted`, while the model renders a long save", "ms", rendering, goal=10, judged="p99")
    ask(mesh, Stop(id=long)).close()
    _quiet(mesh)
    if failed := state(mesh)[0].failed:
        run.add("texts of this part that failed", "", [failed], goal=0, note=mesh.status()["last_failure"])


def _acknowledged(run: Run, mesh: Mesh) -> float:
    """Milliseconds to the acknowledgement of a text that supersedes the one before."""
    say = Say(text=run.texts.of_phonemes(30))
    begun = time.monotonic()
    with ask(mesh, say) as client:
        ended = time.monotonic()
        assert isinstance(client.first, Accepted)
    return (ended - begun) * 1e3

"""A warm mesh with the real model, and the bench's own exchanges with it."""

import contextlib
import subprocess
import time
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tests.mesh import Mesh

from bench.run import Run
from ttsmesh.cli.client import Client
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import Finished, Say, ServerState, Status, UtteranceState
from ttsmesh.wire.schema import Message, Request

UTTERANCE_PATIENCE = 600.0
"""Seconds until an accepted text must have been said. The longest one takes two minutes."""


@contextlib.contextmanager
def warm_mesh(run: Run, env: Mapping[str, str] | None = None, settings: str = "") -> Iterator[Mesh]:
    """A mesh whose model, G2P and default voice have all spoken once. It ends with the context."""
    with Mesh(env, engine="openvino", as_shipped=True) as mesh:
        # The tests need it, and it would cost time at each start of a process.
        del mesh.env["PYTHONWARNINGS"]
        if settings:
            mesh.settings(settings)
        run.say("a mesh with the real model comes up")
        for phonemes in (20, 60, 100):
            heard = env and phonemes == 20  # hearing the others would take as long as the mesh takes to come up
            output = [] if heard else ["-o", "w.wav"]
            warm_up = mesh.run("say", "--wait", run.texts.of_phonemes(phonemes), *output, timeout=UTTERANCE_PATIENCE)
            if warm_up.returncode:
                raise RuntimeError(f"the mesh does not speak: {warm_up.stderr.decode()}\n{mesh.log()}")
            (mesh.work / "w.wav").unlink(missing_ok=True)
        yield mesh


def timed(mesh: Mesh, *command: str, input: BinaryIO | None = None) -> tuple[float, float]:
    """Run a command to its end. Returns when it was started and when it had ended, in monotonic seconds."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        env=mesh.env,
        cwd=mesh.work,
        stdin=subprocess.DEVNULL if input is None else input,
        stdout=subprocess.DEVNULL,
    )
    status = process.wait()
    ended = time.monotonic()
    if status:
        raise RuntimeError(f"{command[1]} ended with {status}\n{mesh.log()}")
    return begun, ended


def ask(mesh: Mesh, request: Request) -> Client:
    """An exchange with the mesh whose first reply has come."""
    return Client(sockets.connect(mesh.socket()), request)


def state(mesh: Mesh) -> tuple[ServerState, list[Message]]:
    """What ``status`` shows, without starting a process."""
    with ask(mesh, Status()) as client:
        entries = list(client)
        assert isinstance(client.first, ServerState)
        return client.first, entries


def queue(mesh: Mesh) -> list[UtteranceState]:
    return [entry for entry in state(mesh)[1] if isinstance(entry, UtteranceState)]


def until_idle(mesh: Mesh) -> None:
    """Wait until every accepted utterance has its outcome."""
    deadline = time.monotonic() + UTTERANCE_PATIENCE
    while queue(mesh):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the mesh does not become idle\n{mesh.log()}")
        time.sleep(0.01)


def save(mesh: Mesh, text: str, name: str, voice: str | None = None) -> None:
    """Save ``text`` as the file ``name`` in the mesh's work directory."""
    with ask(mesh, Say(text=text, voice=voice, output=str(mesh.work / name), wait=True)) as client:
        *_, outcome = client
    if not isinstance(outcome, Finished):
        raise RuntimeError(f"a save ended as {outcome!r}\n{mesh.log()}")

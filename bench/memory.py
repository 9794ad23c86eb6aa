"""Measures the memory of each process, what an idle exit gives back, and how soon a voice process starts."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.heard import Heard
from tests.mesh import PATIENCE, Mesh

from bench.first import short
from bench.run import Run
from bench.warm import ask, save, state, until_idle, warm_mesh
from ttsmesh.cli.client import Client
from ttsmesh.errors import RejectedError
from ttsmesh.limits import MIB
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import Accepted, Say, Started, Status, VoiceState

VOICE_IDLE = 3
MODEL_IDLE = 4
"""Seconds, short enough for the bench to see both idle exits."""

INT8_MIB, OTHER_MIB = 800.0, 1000.0
"""MiB that the model server, reader and G2P may have after texts of all lengths, in int8 and in other precisions."""

UTTERANCES = 12
LONGER = 25
"""Phonemes by which each utterance is longer than the one before."""

FRESH_VOICES = (
    *("af_bella", "am_adam", "bf_emma", "bm_george", "af_nicole"),
    *("am_puck", "bf_alice", "bm_lewis", "af_sarah", "am_eric"),
)
"""English voices, so that G2P has nothing to load."""


def measure(run: Run) -> None:
    heard = Heard()
    try:
        settings = f"prestart = false\nvoice_idle = {VOICE_IDLE}\nmodel_idle = {MODEL_IDLE}\n"
        with warm_mesh(run, heard.env, settings) as mesh:
            _memory(run, mesh)
        with warm_mesh(run, heard.env) as mesh:
            _fresh_voice(run, mesh)
    finally:
        heard.close()


def _memory(run: Run, mesh: Mesh) -> None:
    for number in run.tries(UTTERANCES, "utterances of all lengths, then everybody's memory", quick=UTTERANCES):
        if number % 4 == 0 or number == UTTERANCES - 1:
            with ask(mesh, Say(text=short(run, number), wait=True)) as client:
                list(client)
        else:
            save(mesh, run.texts.of_phonemes(10 + LONGER * number), f"{number}.wav")
    server, entries = state(mesh)
    (voice,) = [entry.pid for entry in entries if isinstance(entry, VoiceState) and entry.pid is not None]
    assert server.g2p_memory_bytes is not None
    voice_mib, server_mib, g2p_mib = rss(voice), rss(server.pid), server.g2p_memory_bytes / MIB
    after = f"RSS after {UTTERANCES} utterances of up to {10 + LONGER * (UTTERANCES - 2)} phonemes, some of them played"
    run.add("voice server", "MiB", [voice_mib], goal=45, note=after)
    note = f"{server.engine}; reader and G2P {g2p_mib:.0f}"
    goal = INT8_MIB if "int8" in server.engine else OTHER_MIB
    run.add("model server, reader and G2P", "MiB", [server_mib + g2p_mib], goal=goal, note=note)
    run.say("idle exits")
    before = _all(mesh)
    _until(lambda: voice not in mesh.processes())
    run.add("given back when the voice server left", "MiB", [before - _all(mesh)])
    _until(lambda: not mesh.processes())
    run.add("given back when the model server left", "MiB", [before - voice_mib], note="nothing of the mesh is left")


def _fresh_voice(run: Run, mesh: Mesh) -> None:
    ready, fresh, warm = [], [], []
    for number in run.tries(len(FRESH_VOICES), "a voice that has no process yet"):
        voice = FRESH_VOICES[number]
        until_idle(mesh)
        time.sleep(0.1)
        begun = time.monotonic()
        with ask(mesh, Say(text=short(run, number), voice=voice, wait=True)) as client:
            assert isinstance(client.first, Accepted)
            accepted = time.monotonic()
            ready.append((_answers(mesh, voice) - accepted) * 1e3)
            fresh.append(_started(client, begun))
        until_idle(mesh)
        begun = time.monotonic()
        with ask(mesh, Say(text=short(run, number), voice=voice, wait=True)) as client:
            warm.append(_started(client, begun))
    run.add(
        "voice process ready after the `Accepted` that needs it",
        "ms",
        ready,
        goal=300,
        judged="p95",
        note="a request of our own, behind the model server's in the voice's backlog, was answered",
    )
    run.add("`Say` sent to `Started`, voice without a process", "ms", fresh)
    run.add("`Say` sent to `Started`, the same voice again", "ms", warm)


def _answers(mesh: Mesh, voice: str) -> float:
    """When the process of ``voice`` answered. The request is one that it rejects, so it does nothing else."""
    name = hashlib.sha256(f"{voice}\0{_language(voice)}".encode()).hexdigest()[:16]
    path = str(mesh.runtime / f"voice-{name}.sock")
    deadline = time.monotonic() + PATIENCE
    while not os.path.exists(path):  # bound when it is first needed, right after the acknowledgement
        if time.monotonic() > deadline:
            raise TimeoutError(path)
        time.sleep(0.001)
    try:
        Client(sockets.connect(path), Status()).close()
    except RejectedError:
        return time.monotonic()
    raise RuntimeError("a voice server knows its status")


def _language(voice: str) -> str:
    return {"a": "en-us", "b": "en-gb"}[voice[0]]


def _started(client: Client, begun: float) -> float:
    """Milliseconds from ``begun`` to ``Started``. Waits until the text was heard to its end."""
    taken = None
    for message in client:
        if isinstance(message, Started):
            taken = (time.monotonic() - begun) * 1e3
    if taken is not None:
        return taken
    raise RuntimeError("ended without having started")


def _all(mesh: Mesh) -> float:
    """MiB of every process of the mesh."""
    return sum(rss(pid) for pid in mesh.processes())


def rss(pid: int) -> float:
    """Resident memory in MiB; 0 if the process has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE + VOICE_IDLE + MODEL_IDLE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("nobody leaves")
        time.sleep(0.05)

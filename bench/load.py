"""Measures many jobs at once: a hundred clients that save files, a book, and live speech now and then."""

import asyncio
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.heard import Heard
from tests.mesh import Mesh

from bench.first import short
from bench.run import Run
from bench.warm import ask, queue, state, until_idle, warm_mesh
from ttsmesh.limits import MIB
from ttsmesh.model.server.usage import usage
from ttsmesh.wire.messages import Accepted, Finished, Interrupted, Say, Started, Stop, VoiceState
from ttsmesh.wire.stream import Channel

CLIENTS = 100
SECONDS = 40.0
ARRIVING_S = 5.0
"""Seconds in which all clients come, one after the other."""

BOOK_S = 1800.0
"""Seconds that the book takes to hear, so its render never ends."""

SAVED = (8, 30)
"""Phonemes of the texts that the clients save: least and most."""

PAUSE_IDLE_S = 0.3
PAUSE = (1.5, 4.0)
"""Seconds between two texts that are heard: least and most."""

AHEAD = 2
"""Files that one client may have more than another. Clients are served in turn, and some texts have two chunks."""

HEARD_S = 0.1
IDLE_TRIES = 20

SHORT_REQUESTS = 5000
WORKERS = 50
SETTLED_REQUESTS = 1000
"""Requests after which memory and descriptors must stay as they are."""


@dataclass
class Load:
    """What was measured. ``saves`` counts each client's files since all have come. ``waits`` has seconds for each."""

    acknowledged: list[float] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    saves: list[int] = field(default_factory=lambda: [0] * CLIENTS)
    waits: list[float] = field(default_factory=list)


def measure(run: Run) -> None:
    heard = Heard()
    try:
        with warm_mesh(run, heard.env) as mesh:
            _real(run, mesh)
    finally:
        heard.close()
    _short(run)


# --- the real model ------------------------------------------------------------------------------------------------


def _real(run: Run, mesh: Mesh) -> None:
    idle, loaded = Load(), Load()
    live = (short(run, number) for number in range(10**6))
    seconds = 3.0 if run.quick else SECONDS
    for _ in run.tries(IDLE_TRIES, "first sound, idle"):
        asyncio.run(_speak(mesh, next(live), idle))
        time.sleep(PAUSE_IDLE_S)
    texts = [[run.texts.of_phonemes(random.Random(run.seed + n).randint(*SAVED)) for n in range(8)] for _ in range(100)]
    book = run.texts.of_seconds(BOOK_S)
    run.say(f"{CLIENTS} clients, a book and live speech ({seconds:.0f} s)")
    with ask(mesh, Say(text=book, output=str(mesh.work / "book.wav"))) as client:
        assert isinstance(client.first, Accepted)
        id = client.first.id
    begun = _rendered(mesh, id)
    asyncio.run(_crowd(mesh, texts, live, loaded, seconds))
    rendered = _rendered(mesh, id) - begun
    for utterance in queue(mesh):
        ask(mesh, Stop(id=utterance.id)).close()
    until_idle(mesh)
    who = f"{CLIENTS} clients save, a book is rendered"
    run.add(f"connect to `Accepted` while {who}", "ms", loaded.acknowledged, goal=20, judged="p99")
    run.add("`Say` sent to `Started`, idle", "ms", idle.started)
    run.add("`Say` sent to `Started`, under that load", "ms", loaded.started)
    middle = sorted(idle.started)[len(idle.started) // 2]
    run.add("the same over the idle median", "x", [taken / middle for taken in loaded.started], goal=1.5)
    run.add("a save under that load, accepted to complete", "s", loaded.waits)
    ahead = max(loaded.saves) - min(loaded.saves)
    note = f"{sum(loaded.saves)} files in {seconds:.0f} s"
    run.add("files that one client had more than another", "", [ahead], goal=AHEAD, note=note)
    run.add(
        "sound of the book rendered in a second", "s", [rendered / (seconds + ARRIVING_S)], note="0 would be starved"
    )


def _rendered(mesh: Mesh, id: str | None) -> float:
    return sum(utterance.rendered_s for utterance in queue(mesh) if utterance.id == id)


async def _crowd(mesh: Mesh, texts: Sequence[Sequence[str]], live: Iterator[str], load: Load, seconds: float) -> None:
    async def keep_saving(number: int) -> None:
        await asyncio.sleep(number * ARRIVING_S / CLIENTS)
        for turn in range(10**6):
            text = texts[number][turn % len(texts[number])]
            begun = time.monotonic()
            if await _save(mesh, text, f"{number}.wav", load):
                load.saves[number] += 1
                load.waits.append(time.monotonic() - begun)

    saving = [asyncio.create_task(keep_saving(number)) for number in range(CLIENTS)]
    await asyncio.sleep(ARRIVING_S)
    load.saves = [0] * CLIENTS
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await _speak(mesh, next(live), load)
        await asyncio.sleep(random.uniform(*PAUSE))
    for task in saving:
        task.cancel()
    ended = await asyncio.gather(*saving, return_exceptions=True)
    if faults := [fault for fault in ended if not isinstance(fault, asyncio.CancelledError)]:
        raise RuntimeError(f"{len(faults)} clients failed\n{mesh.log()[-2000:]}") from faults[0]


async def _speak(mesh: Mesh, text: str, load: Load) -> None:
    """Say a text, and end it when it has begun to sound."""
    begun = time.monotonic()
    async with await Channel.to(mesh.socket()) as channel:
        await channel.send(Say(text=text, wait=True))
        assert isinstance(await channel.receive(), Accepted)
        load.acknowledged.append((time.monotonic() - begun) * 1e3)
        if not isinstance(await channel.receive(), Started):
            raise RuntimeError(f"a text was not heard\n{mesh.log()[-2000:]}")
        load.started.append((time.monotonic() - begun) * 1e3)
        await asyncio.sleep(HEARD_S)
        channel.half_close()
        while not isinstance(await channel.receive(), Finished | Interrupted):
            pass


async def _save(mesh: Mesh, text: str, name: str, load: Load) -> bool:
    """Save a file. True if it is complete."""
    begun = time.monotonic()
    async with await Channel.to(mesh.socket()) as channel:
        await channel.send(Say(text=text, output=str(mesh.work / name), force=True, wait=True))
        if not isinstance(await channel.receive(), Accepted):
            raise RuntimeError("a save was refused")
        load.acknowledged.append((time.monotonic() - begun) * 1e3)
        while not channel.ended:
            last = await channel.receive()
    return isinstance(last, Finished)


# --- many short requests -------------------------------------------------------------------------------------------


def _short(run: Run) -> None:
    share = 50 if run.quick else 1 if run.alone else 3
    count, settled = SHORT_REQUESTS // share, SETTLED_REQUESTS // share
    run.say(f"short requests to the tone engine ({count})")
    with Mesh() as mesh:
        del mesh.env["PYTHONWARNINGS"]
        mesh.run("say", "--wait", "-o", "warm.wav", "warm")
        asyncio.run(_requests(mesh, settled))
        before = _used(mesh)
        begun = time.monotonic()
        asyncio.run(_requests(mesh, count - settled))
        taken = time.monotonic() - begun
        after = _used(mesh)
        failed = state(mesh)[0].failed
    what = f"{WORKERS} clients save one word after the other, tone engine"
    run.add("short requests in a second", "", [(count - settled) / taken], note=what)
    run.add("short requests that failed", "", [failed], goal=0, note=f"of {count}")
    for who in before:
        grown = (after[who][0] - before[who][0]) / MIB
        note = f"from request {settled} to {count}; {after[who][0] / MIB:.0f} MiB then"
        run.add(f"memory that the {who} gained", "MiB", [grown], goal=5, note=note)
        run.add(f"descriptors that the {who} gained", "", [after[who][1] - before[who][1]], goal=0)


async def _requests(mesh: Mesh, count: int) -> None:
    left = iter(range(count))

    async def work(number: int) -> None:
        for _ in left:
            await _save(mesh, "word", f"{number}.wav", Load())

    await asyncio.gather(*(work(number) for number in range(WORKERS)))


def _used(mesh: Mesh) -> dict[str, tuple[int, int]]:
    """Bytes of memory and open descriptors of each process of the idle mesh."""
    until_idle(mesh)
    time.sleep(0.5)
    server, entries = state(mesh)
    (voice,) = [entry.pid for entry in entries if isinstance(entry, VoiceState) and entry.pid is not None]
    found = {}
    for who, pid in (("model server", server.pid), ("voice server", voice)):
        used = usage(pid)
        assert used is not None
        found[who] = (used.memory_bytes, len(os.listdir(Path(f"/proc/{pid}/fd"))))
    return found

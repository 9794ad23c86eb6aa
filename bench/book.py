"""Streams one long text, and watches how fast that is and what memory each process has: ``python -m bench.book``.

With the real model some minutes of a book are rendered, and the rest is extrapolated. With ``--engine tone`` all of it
is: sentences, phonemes, pauses and the stream are real then, and only the sound is cheap. The process ends with 1 if
the second half of the time needs more than ``GROWTH`` times the memory of the first.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.mesh import Mesh

from bench import plot
from bench.machine import describe
from bench.memory import rss
from bench.texts import Texts
from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.limits import MIB

GROWTH = 1.1

PARAGRAPH_S = (10.0, 60.0, 25.0)
"""Seconds of speech in a paragraph; one after the other."""

WARM_S = 20.0
"""Seconds in which processes start, and in which memory grows as it should: they are not judged."""

BLOCK = 1 << 20


def book(least: int, unit: str, seed: int) -> str:
    """A text of paragraphs that has at least so many "words" or "bytes"."""
    texts, paragraphs, size = Texts(seed), list[str](), 0
    while size < least:
        paragraph = texts.of_seconds(PARAGRAPH_S[len(paragraphs) % len(PARAGRAPH_S)])
        size += len(paragraph.split()) if unit == "words" else len(paragraph) + 2
        paragraphs.append(paragraph)
    text = "\n\n".join(paragraphs)
    return text if unit == "words" else text[:least]


def who(command: str) -> str:
    """Which of the processes has this command line."""
    for part, name in (("model serve", "model server"), ("ttsmesh.voice", "voice server"), ("g2p", "G2P and reader")):
        if part in command:
            return name
    return "client"


def sampled(mesh: Mesh) -> Mapping[str, float]:
    """MiB of each kind of process."""
    found: dict[str, float] = {}
    for pid, command in mesh.processes().items():
        found[who(command)] = found.get(who(command), 0.0) + rss(pid)
    return found


def watched(mesh: Mesh, path: Path, seconds: float) -> Iterator[tuple[float, float, Mapping[str, float]]]:
    """Each second since the start: how many seconds of sound there are, and the memory of each kind of process."""
    command = mesh.command("say", "-o", "-", "--format", "raw", "--as", "text", "-f", str(path))
    with subprocess.Popen(command, env=mesh.env, cwd=mesh.work, stdin=subprocess.DEVNULL, stdout=-1) as saying:
        assert saying.stdout is not None
        begun, next_at, taken = time.monotonic(), 0.0, 0
        while data := saying.stdout.read1(BLOCK):  # type: ignore[attr-defined]
            taken += len(data)
            if (at := time.monotonic() - begun) >= next_at:
                next_at = at + 1
                yield at, taken / BYTES_PER_FRAME / SAMPLE_RATE, sampled(mesh)
            if at > seconds:
                saying.terminate()
                break
        saying.communicate()
        yield time.monotonic() - begun, taken / BYTES_PER_FRAME / SAMPLE_RATE, {}


def judged(every: Sequence[tuple[float, float, Mapping[str, float]]]) -> Iterator[tuple[str, float, float]]:
    """The most MiB of each kind of process in the first and in the second half of the time."""
    samples = [(at, memory) for at, _, memory in every if memory and at > WARM_S]
    middle = len(samples) // 2
    for name in sorted({name for _, memory in samples for name in memory}):
        halves = [
            max((memory.get(name, 0.0) for _, memory in half), default=0.0)
            for half in (samples[:middle], samples[middle:])
        ]
        yield name, halves[0], halves[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.book", description="Stream a long text, and watch memory.")
    parser.add_argument("--engine", choices=("openvino", "tone"), default="openvino")
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--mib", type=float, help="MiB of text, in place of --words")
    parser.add_argument("--seconds", type=float, default=300.0, help="give up after so long, and extrapolate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    least, unit = (int(options.mib * MIB), "bytes") if options.mib else (options.words, "words")
    text = book(least, unit, options.seed)
    cpu = describe()
    print(f"{cpu['cpu']}, {cpu['flags']}, {cpu['cores']} CPUs")
    print(f"{len(text.split())} words, {len(text.encode()) / MIB:.2f} MiB, {options.engine}", flush=True)
    with Mesh(engine=options.engine, as_shipped=True) as mesh:
        del mesh.env["PYTHONWARNINGS"]
        path = mesh.work / "book.txt"
        path.write_text(text)
        every = []
        for at, sound, memory in watched(mesh, path, options.seconds):
            every.append((at, sound, memory))
            if len(every) % 30 == 1:
                print(f"{at:5.0f} s: {sound:7.0f} s of sound; {_shown(memory)}", flush=True)
        outcome = mesh.run("history", "-n", "1").stdout.decode().splitlines()[-1].split()[-1]
    seconds, sound, _ = every[-1]
    print(f"{outcome} after {seconds:.0f} s: {sound:.0f} s of sound, {sound / seconds:.1f} times real time")
    if options.plot is not None:
        plot.memory(options.plot, [(at, memory) for at, _, memory in every if memory])
    flat = True
    for name, first, second in judged(every):
        print(f"{name}: at most {first:.0f} MiB in the first half, {second:.0f} MiB in the second")
        flat = flat and second <= GROWTH * first
    return 0 if flat else 1


def _shown(memory: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {mib:.0f}" for name, mib in sorted(memory.items())) + " MiB"


if __name__ == "__main__":
    sys.exit(main())

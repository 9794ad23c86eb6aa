"""How much of the engine's throughput `ttsmesh render` has while nobody speaks: ``python -m bench.throughput``.

The same book is rendered by the engine alone, chunk by chunk, and by the command on a warm mesh, from its start to the
last byte of its file. Each try has a new book. Ends with 1 if the median ratio is below ``GOAL``.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time

from tests.mesh import Mesh

from bench.render_ours import READING
from bench.texts import Texts
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import Speaker
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.script import Script, Text
from ttsmesh.model.voices.catalogue import Catalogue

GOAL = 0.9
VOICE = "af_heart"
PARAGRAPH = 500
"""Phonemes of a paragraph."""


def book(texts: Texts, characters: int) -> str:
    """A new text of two chapters."""
    paragraphs = [texts.of_phonemes(PARAGRAPH) for _ in range(max(2, characters // PARAGRAPH))]
    half = len(paragraphs) // 2
    return "\n\n".join(["# One", *paragraphs[:half], "# Two", *paragraphs[half:]]) + "\n"


async def phonemes(text: str) -> list[str]:
    g2p = G2P()
    try:
        return [made.text async for _, made in Script(g2p, Text(g2p, text, READING))]
    finally:
        await g2p.close()


def alone(engine: OpenVinoEngine, speaker: Speaker, chunks: list[str]) -> tuple[float, float]:
    """Seconds that the engine takes for all chunks, and seconds of their sound."""
    begun, samples = time.perf_counter(), 0
    for chunk in chunks:
        rendering = engine.begin(chunk, speaker, 1.0)
        while (piece := rendering.next()) is not None:
            samples += len(piece)
    return time.perf_counter() - begun, samples / engine.sample_rate


def command(mesh: Mesh, text: str, output: str) -> float:
    """Seconds that the command takes."""
    (mesh.work / "book.md").write_text(text)
    begun = time.perf_counter()
    subprocess.run(
        mesh.command("render", "book.md", "-o", output, "--force", "-v", VOICE),
        env=mesh.env,
        cwd=mesh.work,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description="Render books, and compare.")
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--characters", type=int, default=20_000, help="of a book")
    parser.add_argument("--output", default="book.opus", help="the name of the file that is made")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = Texts(options.seed)
    engine, speaker = OpenVinoEngine(), Catalogue().speaker(VOICE)
    engine.load()
    ratios = []
    with Mesh(engine="openvino", as_shipped=True) as mesh:
        del mesh.env["PYTHONWARNINGS"]
        for warm in (book(texts, 1000), book(texts, 1000)):
            command(mesh, warm, options.output)
            alone(engine, speaker, asyncio.run(phonemes(warm)))
        for number in range(options.tries):
            text = book(texts, options.characters)
            chunks = asyncio.run(phonemes(text))
            own_s, sound_s = alone(engine, speaker, chunks)
            took_s = command(mesh, text, options.output)
            ratios.append(own_s / took_s)
            print(
                f"{number}: {sound_s:.0f} s of sound; engine alone {sound_s / own_s:.2f}x, render "
                f"{sound_s / took_s:.2f}x: {ratios[-1]:.0%} (load {os.getloadavg()[0]:.1f})",
                flush=True,
            )
    print(f"median: {statistics.median(ratios):.0%} of the engine alone")
    return 0 if statistics.median(ratios) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

"""Checks that memory stays flat: ``python -m bench.long [--count N]`` renders 10,000 utterances of varying length.

One process renders random phonemes of random numbers and cancels some of the renders. It ends with 1 if the second
half of the utterances needs more than ``GROWTH`` times the memory of the first half.
"""

import argparse
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.whole import render

from ttsmesh.limits import MIB
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.protocol import RenderCancelled
from ttsmesh.model.text.chunking import CHUNK_LIMIT
from ttsmesh.model.voices.catalogue import Catalogue

GROWTH = 1.05
CANCELLED = 50
"""Renders of which one is cancelled."""

LATEST = 0.5
"""Seconds after which it is cancelled at the latest: before the first window, or in one of the first."""

VOICE = "af_heart"


def resident() -> float:
    """Resident memory of this process in MiB."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024 / MIB


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.long", description="Render for long, and watch memory.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--mean", type=float, default=45.0, help="phonemes of an utterance; few make it end sooner")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    speaker = Catalogue().speaker(VOICE)
    engine = OpenVinoEngine()
    engine.load()
    symbols = sorted(engine.symbols)
    print(f"loaded: {resident():.0f} MiB", flush=True)
    most: list[float] = []
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        for number in range(options.count):
            length = min(CHUNK_LIMIT, 1 + int(draw.expovariate(1 / options.mean)))
            job = pool.submit(render, engine, "".join(draw.choices(symbols, k=length)), speaker)
            if number % CANCELLED == 1:
                time.sleep(draw.uniform(0, LATEST))
                while not job.done():
                    engine.cancel()
            if job.exception() is not None and not isinstance(job.exception(), RenderCancelled):
                raise RuntimeError(f"utterance {number}") from job.exception()
            most.append(resident())
            if number % max(1, options.count // 20) == 0:
                print(f"{number}: {most[-1]:.0f} MiB, {time.monotonic() - begun:.0f} s", flush=True)
    first, second = max(most[: len(most) // 2]), max(most[len(most) // 2 :])
    print(f"at most {first:.0f} MiB in the first half of {options.count}, {second:.0f} MiB in the second")
    return 0 if second <= GROWTH * first else 1


if __name__ == "__main__":
    sys.exit(main())

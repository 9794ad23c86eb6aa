"""``python -m bench [PART...]`` measures, writes the results, and shows the table."""

import argparse
import importlib
import random
import signal
import sys
import traceback
from pathlib import Path

from bench import machine, report
from bench.run import Run

PARTS = ("client", "reading", "render", "first", "ear", "memory", "captions", "load")
SINGLE = ("rate",)
"""Parts that take too long for a run of all parts."""

KNOWN = (*PARTS, *SINGLE)
RESULTS = Path(__file__).parent / "results"
SECONDS = 840.0
"""Seconds after which each part makes its fewest tries only. A run takes 15 minutes at most, on a busy machine too."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure time and memory of ttsmesh.")
    which = f"of {', '.join(KNOWN)}; without any: all but {', '.join(SINGLE)}"
    parser.add_argument("parts", nargs="*", metavar="PART", help=which)
    parser.add_argument("--quick", action="store_true", help="make a few tries of each: only shows whether it works")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="seed of the texts")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(KNOWN):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    # SIGTERM becomes an exception, so that the processes that this one has started end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    run = Run(options.seed, quick=options.quick, seconds=SECONDS, alone=len(options.parts) == 1)
    print(f"bench: seed {run.seed}", file=sys.stderr)
    load = machine.load()
    failed = []
    for part in options.parts or PARTS:
        run.part = part
        try:
            importlib.import_module(f"bench.{part}").measure(run)
        except Exception:  # reason: the other parts' figures are worth having
            traceback.print_exc()
            failed.append(part)
    print(report.write(run, machine.describe(), (load, machine.load()), RESULTS))
    if failed:
        print(f"bench: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

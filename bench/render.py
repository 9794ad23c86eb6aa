"""Wall time per text that nobody has rendered before, ours against kokoro-onnx with the same weights and voice."""

import sys
import time

from bench import rival
from bench.run import Run
from bench.worker import Worker

VOICE = "af_heart"
LENGTHS = ((5, 7), (13, 7), (30, 7), (72, 5), (150, 4), (292, 3), (400, 3))
"""Phonemes wanted, and how many texts of that length."""

PAUSE = 0.1
"""Seconds before each text: threads of the one before may still be spinning."""

Times = list[tuple[dict[str, float], dict[str, float]]]


def measure(run: Run) -> None:
    warm_up = [run.texts.of_phonemes(60) for _ in range(2)]
    theirs_command = rival.command(run, VOICE, warm_up[0])
    ours_command = [sys.executable, "-m", "bench.render_ours", VOICE, warm_up[0]]
    run.say("both renderers load")
    with Worker(ours_command, rival.ROOT) as ours, Worker(theirs_command, rival.ROOT) as theirs:
        both = {"ours": ours, "theirs": theirs}
        for worker in both.values():
            worker.ask(text=warm_up[1])
        times: dict[int, Times] = {wanted: [] for wanted, _ in LENGTHS}
        # All lengths in turn, so that a slow minute of the machine does not fall on one of them.
        jobs = [wanted for turn in range(max(dict(LENGTHS).values())) for wanted, count in LENGTHS if turn < count]
        for number in run.tries(len(jobs), "a text each, of all lengths in turn", quick=len(LENGTHS), seconds=200):
            text = run.texts.of_phonemes(jobs[number])
            answers = {}
            for name in sorted(both, reverse=bool(number % 2)):
                time.sleep(PAUSE)
                answers[name] = both[name].ask(text=text)
            times[jobs[number]].append((answers["ours"], answers["theirs"]))
        _report(run, times, f"{theirs.ready['name']} against ours on {ours.ready['name']}")


def _report(run: Run, times: dict[int, Times], who: str) -> None:
    every = [pair for pairs in times.values() for pair in pairs]
    for wanted, pairs in times.items():
        tokens = [int(ours["tokens"]) for ours, _ in pairs]
        if pairs:
            length = f"~{wanted} phonemes ({min(tokens)}-{max(tokens)})"
            run.add(f"ours, {length}", "ms", [ours["whole"] * 1e3 for ours, _ in pairs])
            run.add(f"kokoro-onnx, {length}", "ms", [theirs["whole"] * 1e3 for _, theirs in pairs])
            run.add(f"kokoro-onnx over ours, {length}", "x", [b["whole"] / a["whole"] for a, b in pairs])
    run.add("kokoro-onnx over ours, all", "x", [b["whole"] / a["whole"] for a, b in every], note=who)
    run.add("real-time factor, ours", "", [ours["whole"] / ours["sound"] for ours, _ in every])
    run.add("real-time factor, kokoro-onnx", "", [theirs["whole"] / theirs["sound"] for _, theirs in every])
    short = [ours["first"] * 1e3 for ours, _ in every if ours["tokens"] <= 40]
    run.add("text to first PCM, ours, up to 40 phonemes", "ms", short)
    long = [ours["first"] * 1e3 for ours, _ in every if ours["tokens"] > 40]
    run.add("text to first PCM, ours, longer", "ms", long)

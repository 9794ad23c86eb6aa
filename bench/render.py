"""Measures the wall time of rendering a new text: ours, and others with the same weights and voice."""

import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench import plain, rival
from bench.plot import by_length
from bench.run import Run
from bench.worker import Worker

VOICE = "af_heart"
LENGTHS = ((5, 6), (13, 6), (30, 6), (72, 4), (150, 3), (292, 2), (400, 2))
"""Phonemes of a text, and the number of texts of that length."""

PAUSE = 0.1
"""Seconds before each text, since threads of the one before may still be spinning."""

PICTURE = rival.ROOT / "docs" / "render.png"

OURS, RIVAL, ORT, PLAIN = "ours", "kokoro-onnx", "ONNX Runtime, f32", "OpenVINO, plain"
PRECISIONS = {"ours, int8": "int8", "ours, f32": "f32"}
"""Precisions besides the one that ours chooses. What is not int8 is float32 in both."""

Answers = dict[str, dict[str, float]]
"""The answers of all renderers for one text: the seconds it took as ``whole``, and more from ours."""


def measure(run: Run) -> None:
    warm_up = [run.texts.of_phonemes(60) for _ in range(2)]
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for name, command in _commands(run, warm_up[0]).items():
            if name in PRECISIONS and workers[OURS].ready["name"] == f"openvino {PRECISIONS[name]}":
                continue  # it is what ours chose
            run.say(f"{name} loads")
            workers[name] = stack.enter_context(Worker(command, rival.ROOT))
        times: dict[int, list[Answers]] = {wanted: [] for wanted, _ in LENGTHS}
        # All lengths take turns, so that a slow minute of the machine does not affect one of them only.
        jobs = [wanted for turn in range(max(dict(LENGTHS).values())) for wanted, count in LENGTHS if turn < count]
        _ask(workers, warm_up[1], 0)
        for number in run.tries(len(jobs), "a text each, of all lengths in turn", quick=len(LENGTHS), seconds=60):
            times[jobs[number]].append(_ask(workers, run.texts.of_phonemes(jobs[number]), number))
        who = ", ".join(f"{name}: {worker.ready['name']}" for name, worker in workers.items())
    _report(run, times, who)
    by_length(PICTURE, [answers for group in times.values() for answers in group])


def _commands(run: Run, warm_up: str) -> dict[str, list[str]]:
    theirs = rival.command(run, VOICE, warm_up)
    graph = plain.save(Path(rival.ENVIRONMENT) / "plain")
    tokens = [str(graph), str(rival.voices(VOICE)), VOICE]
    ours = [sys.executable, "-m", "bench.render_ours", VOICE, warm_up]
    return {
        OURS: [*ours, "auto"],
        **{name: [*ours, precision] for name, precision in PRECISIONS.items()},
        RIVAL: theirs,
        ORT: [theirs[0], "-m", "bench.render_plain", "onnxruntime", *tokens],
        PLAIN: [sys.executable, "-m", "bench.render_plain", "openvino", *tokens],
    }


def _ask(workers: dict[str, Worker], text: str, number: int) -> Answers:
    """Ask all workers one after the other. Ours comes first, since it gives the tokens; the others take turns."""
    others = [name for name in workers if name != OURS]
    turn = number % len(others)
    answers: Answers = {}
    chunks = None
    for name in [OURS, *others[turn:], *others[:turn]]:
        time.sleep(PAUSE)
        asked = {"chunks": chunks} if name in (ORT, PLAIN) else {"text": text}
        answers[name] = workers[name].ask(**asked)
        chunks = chunks or answers[name].pop("chunks", None)
    return answers


def _report(run: Run, times: dict[int, list[Answers]], who: str) -> None:
    every = [answers for group in times.values() for answers in group]
    names = list(every[0])
    for wanted, group in times.items():
        if group:
            tokens = [int(answers[OURS]["tokens"]) for answers in group]
            length = f"~{wanted} phonemes ({min(tokens)}-{max(tokens)})"
            for name in names:
                run.add(f"{name}, {length}", "ms", [answers[name]["whole"] * 1e3 for answers in group])
            ratios = [answers[RIVAL]["whole"] / answers[OURS]["whole"] for answers in group]
            run.add(f"kokoro-onnx over ours, {length}", "x", ratios)
            ratios = [answers[RIVAL]["whole"] / answers[OURS]["first"] for answers in group]
            run.add(f"kokoro-onnx over ours, to the first PCM, {length}", "x", ratios)
    others = [(RIVAL, name) for name in PRECISIONS if name in names]
    for slow, quick in ((RIVAL, OURS), (ORT, OURS), (PLAIN, OURS), *others):
        ratios = [answers[slow]["whole"] / answers[quick]["whole"] for answers in every]
        run.add(f"{slow} over {quick}, all", "x", ratios, note=who if quick == OURS and slow == RIVAL else "")
    for name in names:
        factors = [answers[name]["whole"] / answers[OURS]["sound"] for answers in every]
        run.add(f"real-time factor, {name}", "", factors, note="silence at the ends does not count as sound")
    short = [answers[OURS]["first"] * 1e3 for answers in every if answers[OURS]["tokens"] <= 40]
    run.add("text to first PCM, ours, up to 40 phonemes", "ms", short)
    long = [answers[OURS]["first"] * 1e3 for answers in every if answers[OURS]["tokens"] > 40]
    run.add("text to first PCM, ours, longer", "ms", long)

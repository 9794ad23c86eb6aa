"""Measures at the ear: from the start of a process to what a recorder of the virtual sink has heard."""

import itertools
import random
import time
from dataclasses import dataclass

from tests import recogniser
from tests.heard import RATE, Clip, Heard, Samples, missing_programs
from tests.mesh import Mesh

from bench import listening
from bench.first import short
from bench.run import Run
from bench.warm import ask, queue, save, timed, until_idle, warm_mesh
from ttsmesh.wire.messages import Stop

TRIES = 30
TEXT_S, TEXT_ALONE_S = 30.0, 120.0
"""Seconds of the text whose gaps are counted: in a run of all parts, and when this part runs alone."""

LONG_S = 14.0
"""Seconds of the texts that are interrupted. A few texts take turns, so that each is saved only once."""

SETTLED_S = 0.25
"""Seconds of silence recorded after each try."""

OTHER_VOICE = "am_michael"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """An interrupted text, what was heard of it, and when the interruption was begun and acknowledged."""

    text: str
    clip: Clip
    begun: float
    acknowledged: float


class Ear:
    def __init__(self, run: Run, mesh: Mesh, heard: Heard) -> None:
        self.run = run
        self.mesh = mesh
        self.heard = heard
        self.random = random.Random(run.seed)
        self.long = [run.texts.of_seconds(LONG_S) for _ in range(1 if run.quick else 3)]
        self._references: dict[str, Samples] = {}
        self.asked = 0
        self.unheard = 0

    def quiet(self) -> None:
        """Wait for silence, and then a random time, so that tries begin at different points of the sink's blocks."""
        until_idle(self.mesh)
        self.heard.await_silence(SETTLED_S)
        time.sleep(self.random.uniform(0.01, 0.1))

    def say(self, text: str, *options: str) -> float:
        """Run ``say`` and return when it was started."""
        return timed(self.mesh, *self.mesh.command("say", *options, text))[0]

    def sound(self, text: str) -> float | None:
        """Run ``say`` and wait for its sound. Returns when it was started, or None if its text was never heard."""
        self.asked += 1
        begun = self.say(text)
        while True:
            over = not queue(self.mesh)
            try:
                self.heard.recorder.await_sound(begun, timeout=0.3)
            except TimeoutError:
                if over:
                    break
            else:
                return begun
        self.unheard += 1
        self.run.say("a text was not heard; the mesh starts anew")
        self.mesh.run("kill")
        self.mesh.run("say", "--wait", self.run.texts.of_phonemes(60), timeout=120)
        return None

    def reference(self, text: str) -> Samples:
        """The sound of ``text`` in a file."""
        if text not in self._references:
            name = f"{time.monotonic_ns()}.wav"
            save(self.mesh, text, name)
            self._references[text] = listening.read(self.mesh.work / name)
            (self.mesh.work / name).unlink()
        return self._references[text]


def measure(run: Run) -> None:
    if missing := missing_programs():
        raise RuntimeError(f"not installed: {', '.join(missing)}")
    heard = Heard()
    try:
        with warm_mesh(run, heard.env) as mesh:
            ear = Ear(run, mesh, heard)
            _words(ear)
            _gaps(ear)
            _stop(ear)
            _newer(ear)
            run.add("texts asked for and never heard", "", [ear.unheard], goal=0, note=f"of {ear.asked}")
    finally:
        heard.close()


def _words(ear: Ear) -> None:
    """First and last words. Those of the same text in a file show what the recogniser understands at best."""
    clips: list[tuple[str, Clip]] = []
    for number in ear.run.tries(TRIES, "the words of short texts", seconds=30):
        text = short(ear.run, number)
        ear.quiet()
        if (begun := ear.sound(text)) is None:
            continue
        ear.quiet()
        clips.append((text, ear.heard.since(begun)))
    ear.run.say("recognising the words, and comparing with a file of the same text")
    exact, first, last = [], [], []
    for text, clip in clips:
        reference = ear.reference(text)
        comparison = listening.compare(clip, reference)
        exact.append(float(comparison != listening.Comparison(gaps=(), lost=(), departs=None)))
        said = recogniser.normal(text)
        spoken, heard = (recogniser.words(samples) for samples in (reference, clip.sound()))
        # A word that the recogniser misunderstands in the file as well was not lost by the mesh.
        first.append(float(heard[:1] != said[:1] and spoken[:1] == said[:1]))
        last.append(float(heard[-1:] != said[-1:] and spoken[-1:] == said[-1:]))
    for what, faults in (
        ("texts not heard sample for sample as saved, of all", exact),
        ("first words lost, of all", first),
        ("last words lost, of all", last),
    ):
        ear.run.add(what, "", [sum(faults)], goal=0, note=f"{len(faults)} texts")


def _begin(ear: Ear, text: str) -> float | None:
    """Have ``text`` sound for a while. Returns when it was asked for, or None if it does not sound."""
    ear.quiet()
    if (begun := ear.sound(text)) is None:
        return None
    time.sleep(ear.random.uniform(0.5, 1.5))
    return begun


def _stop(ear: Ear) -> None:
    texts = itertools.cycle(ear.long)
    processes: list[Cut] = []
    exchanges: list[Cut] = []
    for _ in ear.run.tries(TRIES, "stop to silence, by a process and by an exchange of our own", seconds=35):
        for cuts in (processes, exchanges):
            text = next(texts)
            if (asked := _begin(ear, text)) is None:
                continue
            if cuts is processes:
                begun, acknowledged = timed(ear.mesh, *ear.mesh.command("stop"))
            else:
                begun = time.monotonic()
                ask(ear.mesh, Stop()).close()
                acknowledged = time.monotonic()
            ear.quiet()
            cuts.append(Cut(text=text, clip=ear.heard.since(asked), begun=begun, acknowledged=acknowledged))
    silent = [(end - cut.begun) * 1e3 for cut in processes if (end := _end(cut)) > cut.begun]
    after = [max(0.0, end - cut.acknowledged) * 1e3 for cut in exchanges if (end := _end(cut)) > cut.begun]
    pauses = len(processes) + len(exchanges) - len(silent) - len(after)
    note = f"{pauses} tries fell into a pause of the speech and say nothing" if pauses else ""
    ear.run.add("`stop` process started to silence", "ms", silent, goal=100, judged="p95", note=note)
    ear.run.add("`stop` acknowledged to silence", "ms", after, goal=60, judged="p95")
    _clicks(ear, processes + exchanges)


def _end(cut: Cut) -> float:
    return cut.clip.time(cut.clip.span()[1])


def _clicks(ear: Ear, cuts: list[Cut]) -> None:
    """The largest step between samples since the sound departs from the whole text's, over the largest before."""
    ratios, unknown = [], 0
    for cut in cuts:
        departs = listening.compare(cut.clip, ear.reference(cut.text)).departs
        if departs is None or departs < RATE // 10:
            unknown += 1
            continue
        speech = listening.largest_step(cut.clip.samples[:departs])
        ratios.append(listening.largest_step(cut.clip.samples[departs - 1 : cut.clip.span()[1] + 1]) / speech)
    note = f"{unknown} could not be compared" if unknown else ""
    ear.run.add("largest step at a stop over the speech's own largest", "x", ratios, goal=1, judged="max", note=note)


def _newer(ear: Ear) -> None:
    texts = itertools.cycle(ear.long)
    for voice in (None, OTHER_VOICE):
        ear.say(ear.run.texts.of_phonemes(30), *(["-v", voice] if voice else []))  # starts the process of the voice
        until_idle(ear.mesh)
    cuts: list[Cut] = []
    for number in ear.run.tries(TRIES, "newer say to the old voice's silence and the new one's sound", seconds=30):
        text = next(texts)
        if (asked := _begin(ear, text)) is None:
            continue
        options = ["-v", OTHER_VOICE] if number % 2 else []
        begun, ended = timed(ear.mesh, *ear.mesh.command("say", *options, short(ear.run, number)))
        ear.quiet()
        cuts.append(Cut(text=text, clip=ear.heard.since(asked), begun=begun, acknowledged=ended))
    old, new, unknown = [], [], 0
    for cut in cuts:
        departs = listening.compare(cut.clip, ear.reference(cut.text)).departs
        if departs is None:
            unknown += 1
            continue
        end = listening.falls_silent(cut.clip, departs)
        following = listening.first_sound(cut.clip, listening.AUDIBLE, after=end)
        if cut.clip.time(end) > cut.begun:
            old.append((cut.clip.time(end) - cut.begun) * 1e3)
        if following is not None:
            new.append((cut.clip.time(following) - cut.begun) * 1e3)
    note = f"{unknown} could not be compared" if unknown else ""
    ear.run.add("newer `say` started to the old voice's silence", "ms", old, goal=100, judged="p95", note=note)
    ear.run.add("newer `say` started to its own first audible sample", "ms", new)


def _gaps(ear: Ear) -> None:
    for _ in ear.run.tries(1, "gaps inside a text of a minute or two", quick=1):
        text = ear.run.texts.of_seconds(15 if ear.run.quick else TEXT_ALONE_S if ear.run.alone else TEXT_S)
        ear.quiet()
        if (begun := ear.sound(text)) is None:
            continue
        ear.quiet()
        clip = ear.heard.since(begun)
        comparison = listening.compare(clip, ear.reference(text))
        seconds = len(clip.sound()) / RATE
        note = f"{seconds:.0f} s heard"
        if comparison.departs is not None:
            note += f"; not comparable from {comparison.departs / RATE:.1f} s on"
        gaps = [frames / RATE * 1e3 for frames in comparison.gaps]
        ear.run.add("largest gap beyond the intended pauses", "ms", [max(gaps, default=0.0)], goal=5, note=note)
        ear.run.add("gaps beyond the intended pauses (underruns)", "", [len(gaps)], goal=0)
        ear.run.add("pieces lost", "", [len(comparison.lost)], goal=0)

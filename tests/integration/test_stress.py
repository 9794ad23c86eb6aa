"""Anything said, at any time, whatever crashes: every text has one outcome, and two voices never sound at once.

Real processes, the tone engine, a virtual sink. ``TTSMESH_STRESS_S`` seconds (default 45) are divided among seeded
runs; ``TTSMESH_STRESS_SEED`` repeats one of them.
"""

import contextlib
import dataclasses
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.heard import Heard, missing_programs
from tests.mesh import PATIENCE, Mesh
from tests.talk import Saying, ask
from ttsmesh.errors import Code, Rejected
from ttsmesh.messages import Failed, Finished, Interrupted, Pause, Resume, Skip, Started, Stop
from ttsmesh.schema import Message

pytestmark = [pytest.mark.sound, pytest.mark.timeout(600)]

SECONDS = float(os.environ.get("TTSMESH_STRESS_S", "45"))
RUNS = 3
SEEDS = [int(os.environ["TTSMESH_STRESS_SEED"])] if "TTSMESH_STRESS_SEED" in os.environ else range(RUNS)

VOICES = ("af_heart", "bf_emma", "am_adam")
CALLERS = ("editor", "agent")
PRIORITIES = ("text", "text", "text", "important", "notification", "progress")
CRASHES_MOST = 3
"""For each voice: more than five in a minute, and it is given up as it should be."""


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    with contextlib.closing(Heard()) as heard:
        yield heard


@dataclasses.dataclass
class Driver:
    """Does one thing after the other, as the random numbers fall, and keeps account."""

    mesh: Mesh
    random: random.Random
    sayings: list[Saying] = dataclasses.field(default_factory=list)
    done: list[str] = dataclasses.field(default_factory=list)
    crashes: dict[str, int] = dataclasses.field(default_factory=dict)

    def step(self) -> None:
        actions: list[tuple[int, Callable[[], object]]] = [
            (10, self.say),
            (3, self.save),
            (2, self.stop),
            (1, self.stop_some),
            (2, lambda: self.tell(Skip())),
            (2, lambda: self.tell(Pause())),
            (3, lambda: self.tell(Resume())),
            (1, self.crash),
            (1, self.leave),
            (4, self.wait_for_sound),
            (3, self.wait_for_an_end),
        ]
        weights = [weight for weight, _ in actions]
        _, action = self.random.choices(actions, weights)[0]
        action()

    def note(self, what: str) -> None:
        self.done.append(what)

    def tell(self, request: Message) -> None:
        self.note(request.type)
        ask(self.mesh, request)  # type: ignore[arg-type]

    def say(self) -> None:
        options: dict[str, Any] = {
            "voice": self.random.choice(VOICES),
            "queue": self.random.random() < 0.4,
            "priority": self.random.choice(PRIORITIES),
            "caller": self.random.choice(CALLERS),
        }
        self._begin("word " * self.random.choice((1, 1, 3, 30)), options)

    def save(self) -> None:
        name = f"{len(self.sayings)}-{self.random.getrandbits(32)}.wav"
        options = {"voice": self.random.choice(VOICES), "output": str(self.mesh.work / name)}
        self._begin("word " * self.random.choice((1, 30)), options)

    def _begin(self, text: str, options: dict[str, Any]) -> None:
        saying = Saying(self.mesh, text, **options)
        self.note(f"say {saying.id} {len(text)} {options}")
        self.sayings.append(saying)

    def stop(self) -> None:
        self.tell(Stop())

    def stop_some(self) -> None:
        some: list[dict[str, Any]] = [{"voice": self.random.choice(VOICES)}, {"caller": self.random.choice(CALLERS)}]
        if self.sayings:
            some.append({"id": self.random.choice(self.sayings).id})
        self.tell(Stop(**self.random.choice(some)))

    def crash(self) -> None:
        """A voice process dies, whatever it was doing."""
        voices = [voice for voice in self.mesh.status()["voices"] if voice["pid"]]
        voices = [voice for voice in voices if self.crashes.get(voice["voice"], 0) < CRASHES_MOST]
        if voices:
            voice = self.random.choice(voices)
            self.crashes[voice["voice"]] = self.crashes.get(voice["voice"], 0) + 1
            self.note(f"crash {voice['voice']}")
            with contextlib.suppress(ProcessLookupError):
                os.kill(voice["pid"], signal.SIGKILL)

    def leave(self) -> None:
        """Whoever waits goes away, which takes the text back."""
        if going := [saying for saying in self.sayings if not saying.ended]:
            saying = self.random.choice(going)
            self.note(f"leave {saying.id}")
            saying.leave()

    def wait_for_sound(self) -> None:
        """Go on in the middle of an utterance, if one begins to sound soon."""
        if going := [saying for saying in self.sayings if not saying.ended]:
            going[-1].wait(Started, self.random.choice((0.05, 0.3)))

    def wait_for_an_end(self) -> None:
        if going := [saying for saying in self.sayings if not saying.ended]:
            going[0].wait((Finished, Interrupted, Failed), self.random.choice((0.1, 1.0)))

    def settle(self) -> None:
        """Nothing more is asked for: what is left comes to its end."""
        deadline = time.monotonic() + PATIENCE
        while any(not saying.over for saying in self.sayings):
            self.tell(Resume())
            self.tell(Stop())
            for saying in self.sayings:
                if not saying.over:
                    saying.wait((Finished, Interrupted, Failed), 1.0)
            assert time.monotonic() < deadline, f"without an end: {[s.id for s in self.sayings if not s.over]}"


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def warm(mesh: Mesh) -> None:
    for voice in VOICES:
        with Saying(mesh, "warm", voice=voice) as saying:
            assert isinstance(saying.outcome(), Finished)


def outcomes_logged(mesh: Mesh) -> dict[str, int]:
    """How many outcomes each id has in the log."""
    counts: dict[str, int] = {}
    for line in mesh.log().splitlines():
        _, found, rest = line.partition(" utterance ")
        id, _, what = rest.partition(": ")
        if found and what.startswith(("finished", "interrupted", "failed")):
            counts[id] = counts.get(id, 0) + 1
    return counts


@pytest.mark.parametrize("seed", SEEDS)
def test_every_text_has_one_outcome_and_voices_never_overlap_whatever_happens_e3(heard: Heard, seed: int) -> None:
    with Mesh(heard.env) as mesh:
        mesh.run("say", "start", "--wait")
        warm(mesh)
        begun = time.monotonic()
        with Saying(mesh, "word " * 5) as alone:
            alone.outcome()
        loudest = loudness(heard, begun)
        server = mesh.server_pid()
        assert server is not None
        open_before = descriptors(server)
        processes_before = len(mesh.processes())

        driver = Driver(mesh, random.Random(seed))
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < SECONDS / RUNS:
                driver.step()
            driver.settle()
            check(driver)
            # Two voices at once would be louder than one can be.
            assert loudness(heard, begun) <= 1.05 * loudest
            warm(mesh)
            status = mesh.until_idle()
            assert status["pid"] == server
            mesh.until(lambda _: descriptors(server) <= open_before, f"{open_before} descriptors")
            assert len(mesh.processes()) <= processes_before
        except BaseException:
            print(f"seed {seed}", *driver.done, mesh.log(), sep="\n")
            raise


def check(driver: Driver) -> None:
    """What must be true of every text that was acknowledged."""
    mesh = driver.mesh
    mesh.until_idle()
    logged = outcomes_logged(mesh)
    assert {saying.id: logged.get(saying.id) for saying in driver.sayings} == {s.id: 1 for s in driver.sayings}
    failures = []
    for saying in driver.sayings:
        if not saying.left:
            outcome = saying.outcome()
            if isinstance(outcome, Failed):
                failures.append((saying.id, outcome.code, outcome.message))
    # A crash costs one text at most, and nothing else fails.
    assert all(code == Code.VOICE_SERVER for _, code, _ in failures), failures
    assert len(failures) <= 2 * sum(driver.crashes.values()), failures
    assert not list(Path(mesh.work).glob(".*")), "left behind"
    assert "Traceback" not in mesh.log()


def loudness(heard: Heard, since: float) -> int:
    samples = heard.since(since).samples.astype(int)
    return int(abs(samples).max())


def test_two_hundred_texts_at_once_each_have_one_outcome(heard: Heard) -> None:
    """From many clients that do not wait for one another: the newest interrupting one is what sounds at the end."""
    with Mesh(heard.env) as mesh:
        mesh.run("say", "start", "--wait")
        sayings = []
        for number in range(200):
            with contextlib.suppress(Rejected):
                sayings.append(Saying(mesh, "word " * (number % 7 + 1), voice=VOICES[number % 3]))
        ends = [saying.outcome() for saying in sayings]
        assert len(sayings) == 200
        assert isinstance(ends[-1], Finished)
        assert all(isinstance(end, Interrupted | Finished) for end in ends)
        assert set(outcomes_logged(mesh).values()) == {1}


def test_barge_ins_kill_no_voice_that_is_still_starting(heard: Heard, tmp_path: Path) -> None:
    """It owes no report of what it has not begun to read, however long it takes to start."""
    slow = "import sys, time\nif 'ttsmesh.voice' in sys.orig_argv:\n    time.sleep(1.5)\n"
    (tmp_path / "sitecustomize.py").write_text(slow)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    with Mesh({**heard.env, "PYTHONPATH": path}) as mesh:
        mesh.run("say", "start", "--wait", "-v", "bf_emma")
        first = Saying(mesh, "word")
        mesh.until(lambda status: any(v["voice"] == "af_heart" and v["pid"] for v in status["voices"]))
        second = Saying(mesh, "word")
        assert isinstance(first.outcome(), Interrupted)
        third = Saying(mesh, "word")
        assert isinstance(second.outcome(), Interrupted)
        assert isinstance(third.outcome(), Finished)
        assert "killing" not in mesh.log()

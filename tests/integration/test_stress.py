"""Anything said, at any time, whatever crashes: every text has one outcome, and two voices never sound at once.

Real processes, the tone engine, a virtual sink. Hypothesis chooses what is done, to a new mesh for each example. That
is one in ``make test``; in ``make test-long`` it goes on for about ``TTSMESH_STRESS_S`` seconds (default 75). Nothing
is shrunk, because the same steps need not meet the same moment again. In continuous integration the steps are the same
each time; elsewhere ``--hypothesis-seed`` repeats them.
"""

import contextlib
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.faults import each_has_one_outcome, outcomes
from tests.few import few
from tests.heard import Heard
from tests.mesh import PATIENCE, Mesh
from tests.talk import OUTCOMES, Saying, ask, ask_all, say_in_each
from ttsmesh.errors import Code, RejectedError
from ttsmesh.wire.messages import (
    Failed,
    Finished,
    Interrupted,
    Pause,
    Resume,
    SetSpeed,
    Skip,
    Started,
    Status,
    Stop,
    UtteranceState,
    VoiceState,
)

pytest_plugins = ["tests.conftest_sound"]

SECONDS = float(os.environ.get("TTSMESH_STRESS_S", "75"))
EXAMPLE_S = 15.0
"""About what an example takes, with its mesh's start and end."""

STEPS = 40

pytestmark = [pytest.mark.sound, pytest.mark.timeout(300 + 4 * SECONDS)]

VOICES = ("af_heart", "af_bella", "bm_lewis")
"""Levelled by the same gain: two of them at once are louder than any by itself."""

CRASHES_MOST = 3
"""For each voice: more than five in a minute, and it is given up as it should be."""

RENDER_S = "0.05"
"""Seconds a chunk takes, so that a crash can meet one that is being rendered or saved."""

voices = st.sampled_from(VOICES)
callers = st.sampled_from(("editor", "agent"))
lengths = st.sampled_from((1, 3, 30))
"""Words: from half a second to a quarter of a minute."""

numbers = st.integers(0, 99)
"""Which one of those that there are: how many, is not the same each time, and what is drawn has to be."""


class Anything(RuleBasedStateMachine):
    """One mesh, and all that was asked of it."""

    heard: ClassVar[Heard]

    def __init__(self) -> None:
        super().__init__()
        self.mesh = Mesh({**self.heard.env, "TTSMESH_TONE_DELAY": RENDER_S})
        try:
            assert self.mesh.run("say", "start", "--wait").returncode == 0
            self.heard.await_silence()
            begun = time.monotonic()
            say_in_each(self.mesh, VOICES)
            self.loudest = loudness(self.heard, begun)
            self.before = open_descriptors(self.mesh)
            self.processes = len(self.mesh.processes())
        except BaseException:
            self.mesh.close()
            raise
        self.begun = time.monotonic()
        self.sayings: list[Saying] = []
        self.saves: dict[str, Path] = {}
        self.by: dict[str, str] = {}  # which voice speaks an id
        self.crashes: Counter[str] = Counter()
        self.may_fail: set[str] = set()

    # --- what is said ---

    @rule(voice=voices, words=lengths, caller=callers, priority=st.sampled_from(("text", "text", "important")))
    def interrupt(self, voice: str, words: int, caller: str, priority: str) -> None:
        self._say(voice, words, caller=caller, priority=priority)

    @rule(voice=voices, words=lengths, caller=callers)
    def queue(self, voice: str, words: int, caller: str) -> None:
        self._say(voice, words, caller=caller, queue=True)

    @rule(voice=voices, words=lengths, priority=st.sampled_from(("notification", "progress")))
    def remark(self, voice: str, words: int, priority: str) -> None:
        self._say(voice, words, priority=priority)

    @rule(voice=voices, words=lengths)
    def save(self, voice: str, words: int) -> None:
        target = self.mesh.work / f"{len(self.sayings)}.wav"
        self.saves[self._say(voice, words, output=str(target)).id] = target

    def _say(self, voice: str, words: int, **options: Any) -> Saying:
        saying = Saying(self.mesh, "word " * words, voice=voice, **options)
        note(f"# {saying.id}")
        self.sayings.append(saying)
        self.by[saying.id] = voice
        return saying

    # --- what is done to it ---

    @rule()
    def stop(self) -> None:
        ask(self.mesh, Stop())

    @rule(voice=voices)
    def stop_a_voice(self, voice: str) -> None:
        ask(self.mesh, Stop(voice=voice))

    @rule(caller=callers)
    def stop_a_caller(self, caller: str) -> None:
        ask(self.mesh, Stop(caller=caller))

    @rule(number=numbers)
    def stop_one(self, number: int) -> None:
        if self.sayings:
            ask(self.mesh, Stop(id=self.sayings[number % len(self.sayings)].id))

    @rule()
    def skip(self) -> None:
        ask(self.mesh, Skip())

    @rule()
    def pause(self) -> None:
        ask(self.mesh, Pause())

    @rule()
    def resume(self) -> None:
        ask(self.mesh, Resume())

    @rule(speed=st.sampled_from((1.0, 2.0, 4.0)))
    def change_speed(self, speed: float) -> None:
        ask(self.mesh, SetSpeed(speed=speed))

    @rule(number=numbers)
    def leave(self, number: int) -> None:
        """Whoever waits goes away, which takes the text back."""
        if going := self._going():
            going[number % len(going)].leave()

    # --- how long it takes ---

    @rule(seconds=st.sampled_from((0.05, 0.3)))
    def wait_for_sound(self, seconds: float) -> None:
        """Go on in the middle of an utterance, if one begins to sound soon."""
        if going := self._going():
            going[-1].wait(Started, seconds)

    @rule(seconds=st.sampled_from((0.1, 1.0)))
    def wait_for_an_end(self, seconds: float) -> None:
        if going := self._going():
            going[0].wait(OUTCOMES, seconds)

    # --- a voice process dies ---

    @rule(voice=voices)
    def crash(self, voice: str) -> None:
        """Whatever it was doing."""
        self._kill(voice)

    @rule(voice=voices)
    def crash_at_the_start(self, voice: str) -> None:
        """The process that replaces a crashed one dies before it can have listened."""
        if self._kill(voice):
            self._say(voice, 3)
            self._kill(voice, patience=1.0)

    @rule(voice=voices)
    def crash_while_it_prepares(self, voice: str) -> None:
        self._say(VOICES[0], 3).wait(Started, 1.0)
        self._say(voice, 3, queue=True)
        self._kill(voice)

    @rule(voice=voices)
    def crash_while_it_sounds(self, voice: str) -> None:
        self._say(voice, 30).wait(Started, 1.0)
        self._kill(voice)

    @rule(voice=voices)
    def crash_while_it_is_held(self, voice: str) -> None:
        self._say(voice, 30).wait(Started, 1.0)
        ask(self.mesh, Pause())
        self._kill(voice)

    @rule(voice=voices)
    def crash_while_it_fades(self, voice: str) -> None:
        self._say(voice, 30).wait(Started, 1.0)
        ask(self.mesh, Stop())
        self._kill(voice)

    @rule(voice=voices)
    def crash_while_it_saves(self, voice: str) -> None:
        self.save(voice, 30)
        self._kill(voice)

    def _kill(self, voice: str, patience: float = 0.0) -> bool:
        """Whether there was a process to kill, and it was not killed often enough already."""
        if self.crashes[voice] >= CRASHES_MOST:
            return False
        deadline = time.monotonic() + patience
        while (pid := self._pid(voice)) is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.002)  # a process that is starting cannot be waited for
        self.crashes[voice] += 1
        self.may_fail |= {saying.id for saying in self.sayings if not saying.over and self.by[saying.id] == voice}
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return True

    def _pid(self, voice: str) -> int | None:
        entries = ask_all(self.mesh, Status())
        return next((entry.pid for entry in entries if isinstance(entry, VoiceState) and entry.voice == voice), None)

    def _going(self) -> list[Saying]:
        return [saying for saying in self.sayings if not saying.ended]

    # --- what must be true ---

    @invariant()
    def one_at_most_holds_the_floor(self) -> None:
        states = {entry.id: entry.state for entry in ask_all(self.mesh, Status()) if isinstance(entry, UtteranceState)}
        sounding = [id for id, state in states.items() if state in ("sounding", "paused")]
        assert len(sounding) <= 1, states

    def teardown(self) -> None:
        try:
            self._settle()
            self._check_outcomes()
            # Two voices at once would be louder than one can be.
            assert loudness(self.heard, self.begun) <= 1.05 * self.loudest
            self._check_leaks()
        except BaseException:
            print(self.mesh.log())
            raise
        finally:
            self.mesh.close()

    def _settle(self) -> None:
        """Nothing more is asked for: what is left comes to its end, by itself or because it is stopped."""
        deadline = time.monotonic() + PATIENCE
        while left := [saying for saying in self.sayings if not saying.over]:
            assert time.monotonic() < deadline, f"without an end: {[saying.id for saying in left]}"
            ask(self.mesh, Stop())
            left[0].wait(OUTCOMES, 1.0)
        self.mesh.until_idle()

    def _check_outcomes(self) -> None:
        logged = each_has_one_outcome(self.mesh)
        assert set(self.by) <= set(logged)
        for saying in self.sayings:
            if not saying.left:
                outcome = saying.outcome()
                assert outcome.type == logged[saying.id]
                if isinstance(outcome, Failed):
                    assert outcome.code == Code.VOICE_SERVER and saying.id in self.may_fail, outcome
        saved = {id for id in self.saves if logged[id] == "finished"}
        assert {id for id, target in self.saves.items() if target.exists()} == saved
        assert not list(self.mesh.work.glob(".*")), "left behind"
        assert "Traceback" not in self.mesh.log()

    def _check_leaks(self) -> None:
        say_in_each(self.mesh, VOICES)
        status = self.mesh.until_idle()
        assert not status["queue"]
        assert status["pid"] == self.mesh.server_pid()
        now: dict[str, int] = {}

        def no_more_than_before(_: object) -> bool:
            now.update(open_descriptors(self.mesh))
            return now.keys() == self.before.keys() and all(now[part] <= self.before[part] for part in now)

        self.mesh.until(no_more_than_before, f"descriptors: {self.before} before, {now}")
        assert len(self.mesh.processes()) <= self.processes


def open_descriptors(mesh: Mesh) -> dict[str, int]:
    """How many the model server and each voice process have open."""
    status = mesh.until_idle()
    pids = {"model server": status["pid"]} | {voice["voice"]: voice["pid"] for voice in status["voices"]}
    return {part: len(os.listdir(f"/proc/{pid}/fd")) for part, pid in pids.items() if pid}


def loudness(heard: Heard, since: float) -> int:
    return int(abs(heard.since(since).samples.astype(int)).max())


@pytest.mark.parametrize("examples", few({1}, of={1, max(1, round(SECONDS / EXAMPLE_S))}))
def test_e3_every_text_has_one_outcome_and_voices_never_overlap_whatever_happens(heard: Heard, examples: int) -> None:
    Anything.heard = heard
    run_state_machine_as_test(
        Anything,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            derandomize="CI" in os.environ,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
def test_two_hundred_texts_at_once_each_have_one_outcome(heard: Heard) -> None:
    """From many clients that do not wait for one another: the newest interrupting one is what sounds at the end."""
    with Mesh(heard.env) as mesh:
        mesh.run("say", "start", "--wait")
        sayings = []
        for number in range(200):
            with contextlib.suppress(RejectedError):
                sayings.append(Saying(mesh, "word " * (number % 7 + 1), voice=VOICES[number % 3]))
        ends = [saying.outcome() for saying in sayings]
        assert len(sayings) == 200
        assert isinstance(ends[-1], Finished)
        assert all(isinstance(end, Interrupted | Finished) for end in ends)
        assert {saying.id for saying in sayings} <= set(outcomes(mesh))


@pytest.mark.long
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

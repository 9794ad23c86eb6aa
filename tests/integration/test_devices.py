"""Audio devices over real processes and virtual sinks: which one, for how long, and what when it goes away."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.heard import RATE, Heard, Recorder
from tests.mesh import PATIENCE, QUICK, Mesh
from tests.talk import Saying, ask
from ttsmesh.errors import Code
from ttsmesh.limits import PROBE_TIMEOUT
from ttsmesh.wire.messages import Failed, Finished, Started, Status, Stop

pytestmark = pytest.mark.sound

LONG = "word " * 100
"""A minute of tones."""

SHORT = "short"

HEALTHY_WITHIN = 6.0
"""Seconds (D8)."""

NOISE = 10.0
"""How many times the promised time a busy machine may take."""


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A server of the test's own, with a second sink that is the device "other"."""
    with contextlib.closing(Heard(("heard", "other"))) as heard:
        yield heard


@pytest.fixture
def other(heard: Heard) -> Iterator[Recorder]:
    """What is heard from the device "other"."""
    with contextlib.closing(Recorder(heard.server, "other")) as recorder:
        yield recorder


@pytest.fixture
def mesh(heard: Heard) -> Iterator[Mesh]:
    """Not started yet."""
    with Mesh(heard.env) as mesh:
        mesh.settings(QUICK)
        yield mesh


def until(wanted: Callable[[], bool], what: str) -> float:
    """Wait for something that nothing announces; returns when it was there."""
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline, f"never came about: {what}"
        time.sleep(0.01)
    return time.monotonic()


def streams(heard: Heard) -> list[str]:
    return heard.server.pactl("list", "short", "sink-inputs").splitlines()


def sounded(recorder: Recorder, since: float) -> int:
    """Samples other than silence."""
    return len(recorder.between(since, time.monotonic()).voiced())


# --- which one ------------------------------------------------------------------------------------------------------


def test_a_named_device_is_spoken_through_and_no_other(mesh: Mesh, heard: Heard, other: Recorder) -> None:
    begun = time.monotonic()
    assert mesh.run("say", "--wait", "-a", "other", SHORT).returncode == 0
    assert sounded(other, begun)
    assert not sounded(heard.recorder, begun)


def test_the_devices_are_listed_and_nothing_is_started(mesh: Mesh) -> None:
    run = mesh.run("say", "-a", "?")
    assert (run.returncode, run.stderr) == (0, b"")
    assert {"default", "other"} <= set(run.stdout.decode().splitlines())
    assert mesh.server_pid() is None


def test_d7_without_audio_there_is_no_list_but_a_reason() -> None:
    with Mesh() as mesh:
        run = mesh.run("say", "-a", "?")
        assert run.returncode == 69
        assert run.stderr.startswith(b"ttsmesh: no audio output: ")
        assert run.stderr.count(b"\n") == 1


def test_d7_an_unknown_device_fails_its_text_with_a_reason_and_no_other_text(mesh: Mesh) -> None:
    run = mesh.run("say", "--wait", "-a", "no such device", SHORT)
    assert run.returncode == 69
    assert run.stderr.count(b"\n") == 1
    assert b"no such device" in run.stderr
    assert "failed, no_audio: " in mesh.log()
    again = mesh.run("say", "-a", "no such device", SHORT)
    assert again.returncode == 69
    assert again.stderr.startswith(b"ttsmesh: no audio output: ")
    assert mesh.run("say", "--wait", SHORT).returncode == 0


def test_a_voice_has_a_device_of_its_own_unless_told_otherwise(mesh: Mesh, heard: Heard, other: Recorder) -> None:
    mesh.settings(QUICK + '[voice.em_alex]\ndevice = "other"\n')
    begun = time.monotonic()
    assert mesh.run("say", "--wait", "-v", "em_alex", SHORT).returncode == 0
    assert sounded(other, begun)
    assert not sounded(heard.recorder, begun)
    begun = time.monotonic()
    assert mesh.run("say", "--wait", "-v", "em_alex", "-a", "default", SHORT).returncode == 0
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(heard.recorder, begun)
    assert not sounded(other, begun)


def test_a_changed_default_device_is_followed_also_by_an_open_stream(mesh: Mesh, heard: Heard, other: Recorder) -> None:
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert streams(heard), "the device was released already"
    heard.server.pactl("set-default-sink", "other")
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(other, begun)


# --- for how long ---------------------------------------------------------------------------------------------------


def test_an_idle_device_is_released_and_taken_again(mesh: Mesh, heard: Heard) -> None:
    mesh.settings(QUICK + "release = 1.0\n")
    for _ in range(2):
        begun = time.monotonic()
        assert mesh.run("say", "--wait", SHORT).returncode == 0
        assert sounded(heard.recorder, begun)
        until(lambda: not streams(heard), "the device is released")


class StreamWatch:
    """When streams appeared at the audio server."""

    def __init__(self, heard: Heard) -> None:
        self._process = subprocess.Popen(
            ["stdbuf", "-oL", "pactl", "subscribe"],
            env={"PATH": "/usr/bin:/bin", **heard.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.appeared: list[float] = []
        self._subscribed = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        while not self._subscribed.wait(0.02):
            heard.server.pactl("info")  # an event, as soon as anybody is told of them

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._subscribed.set()
            if "'new' on sink-input" in line:
                self.appeared.append(time.monotonic())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


PRIME = 0.3


@pytest.mark.parametrize("settings", [f"prime = {PRIME}\n", f'[devices."default"]\nprime = {PRIME}\n'])
def test_a_device_that_slept_is_woken_with_silence_and_an_open_one_is_not(
    mesh: Mesh, heard: Heard, settings: str
) -> None:
    mesh.settings(QUICK + settings)
    assert mesh.run("say", "--wait", "-o", "warm.wav", SHORT).returncode == 0  # so that rendering takes no time below
    device = ["-a", "default"] if "devices" in settings else []
    lead = []
    with StreamWatch(heard) as watch:
        for _ in range(2):
            before, begun = len(watch.appeared), time.monotonic()
            assert mesh.run("say", "--wait", *device, SHORT).returncode == 0
            lead.append(heard.recorder.await_sound(begun) - watch.appeared[before])
    assert PRIME - 0.02 < lead[0] < PRIME + 0.5
    assert lead[1] < PRIME


# --- when it goes away ----------------------------------------------------------------------------------------------


def test_d8_a_restarted_audio_server_costs_one_text_at_most(mesh: Mesh, heard: Heard) -> None:
    mesh.run("say", "--wait", SHORT)
    with Saying(mesh, LONG) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        heard.server.kill()
        killed = time.monotonic()
        heard.restart()
        assert isinstance(saying.outcome(), Failed)
        assert time.monotonic() - killed < HEALTHY_WITHIN
    begun = time.monotonic()
    run = mesh.run("say", "--wait", SHORT)
    assert (run.returncode, run.stderr) == (0, b"")
    assert sounded(heard.recorder, begun)
    assert time.monotonic() - killed < HEALTHY_WITHIN * NOISE


def test_d8_a_removed_device_costs_one_text_at_most(mesh: Mesh, heard: Heard, other: Recorder) -> None:
    """PulseAudio moves the stream to the sink that is left, or ends it."""
    mesh.run("say", "--wait", SHORT)
    with Saying(mesh, LONG) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        removed = time.monotonic()
        heard.server.pactl("unload-module", _module_of(heard, "heard"))
        _goes_on_or_fails(saying, other, removed)
        ask(mesh, Stop())
        saying.outcome()
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(other, begun)


def _module_of(heard: Heard, sink: str) -> str:
    modules = heard.server.pactl("list", "short", "modules").splitlines()
    return next(module.split("\t")[0] for module in modules if f"sink_name={sink} " in module)


def _goes_on_or_fails(saying: Saying, recorder: Recorder, since: float) -> None:
    def goes_on() -> bool:
        return sounded(recorder, since) > RATE // 2

    until(lambda: saying.ended or goes_on(), "it resumes or fails")
    assert time.monotonic() - since < HEALTHY_WITHIN
    assert not saying.ended or isinstance(saying.outcome(), Failed)


def test_d9_a_frozen_audio_server_costs_one_text_and_no_acknowledgement(mesh: Mesh, heard: Heard) -> None:
    mesh.run("say", "--wait", SHORT)
    voice = mesh.status()["voices"][0]["pid"]
    with Saying(mesh, LONG) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        heard.server.freeze()
        frozen = time.monotonic()
        slowest = 0.0
        while not saying.ended:
            asked = time.monotonic()
            ask(mesh, Status())
            slowest = max(slowest, time.monotonic() - asked)
        assert isinstance(saying.outcome(), Failed)
        assert time.monotonic() - frozen < HEALTHY_WITHIN
        assert slowest < 0.1 * NOISE
    until(lambda: voice not in mesh.processes(), "the process that hangs is replaced")
    heard.server.thaw()
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(heard.recorder, begun)


def test_d9_a_text_for_a_frozen_audio_server_ends_and_is_not_told_twice(mesh: Mesh, heard: Heard) -> None:
    heard.server.freeze()
    run = mesh.run("say", "--wait", SHORT)
    assert run.returncode == 69
    heard.server.thaw()
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(heard.recorder, begun)


def test_d7_without_audio_one_text_is_lost_the_next_refused_and_it_recovers_by_itself(mesh: Mesh, heard: Heard) -> None:
    heard.server.kill()
    mesh.say(SHORT)
    mesh.until(lambda status: status["failed"] == 1)
    assert "failed, no_audio: " in mesh.log()
    asked = time.monotonic()
    refused = mesh.run("say", SHORT)
    assert time.monotonic() - asked < PROBE_TIMEOUT * NOISE
    assert refused.returncode == 69
    assert refused.stderr.startswith(b"ttsmesh: no audio output: ")
    assert refused.stderr.count(b"\n") == 1
    assert mesh.run("say", "--wait", "-o", "saved.wav", SHORT).returncode == 0
    assert Path(mesh.work, "saved.wav").stat().st_size > RATE // 10
    heard.restart()
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert sounded(heard.recorder, begun)
    assert mesh.run("say", SHORT).returncode == 0


def test_d7_a_text_is_not_promised_before_the_audio_server_is_known_to_be_back(mesh: Mesh, heard: Heard) -> None:
    """Refused texts have no id, no outcome, and do not sound later."""
    heard.server.kill()
    mesh.say(SHORT)
    mesh.until(lambda status: status["failed"] == 1)
    assert mesh.run("say", "refused").returncode == 69
    heard.restart()
    begun = time.monotonic()
    with Saying(mesh, SHORT) as saying:
        saying.until(Started)
        assert isinstance(saying.outcome(), Finished)
    status = mesh.until_idle()
    assert (status["failed"], status["finished"]) == (1, 1)
    heard.await_silence(0.3)
    assert sounded(heard.recorder, begun)


def test_d7_the_reason_is_a_code_that_programs_can_tell(mesh: Mesh, heard: Heard) -> None:
    mesh.run("say", "-o", "start.wav", "--wait", SHORT)
    heard.server.kill()
    with Saying(mesh, SHORT) as saying:
        outcome = saying.outcome()
        assert isinstance(outcome, Failed)
        assert outcome.code == Code.NO_AUDIO

"""Ways to speak a text to the same virtual sink: ours, and those of other programs."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from tests.mesh import Mesh

from bench import rival
from bench.run import Run
from bench.warm import ask, save, until_idle
from bench.worker import Worker
from ttsmesh.wire.messages import Stop

START_TIMEOUT = 10.0
"""Seconds for speech-dispatcher to bind its socket."""

SPEECHD = """\
LogLevel 1
DefaultModule espeak-ng
AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"
AudioOutputMethod "pulse"
"""


class Way(Protocol):
    """One way to speak, warm."""

    def begin(self, text: str) -> float:
        """Have ``text`` spoken. Returns when a process was started for it, or a line was written to a process."""

    def end(self) -> None:
        """End the speech, and wait until nothing of it is left."""


class Say:
    """``ttsmesh say``, a process for each text. ``took_s`` is the seconds that the last process took."""

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh
        self.took_s = 0.0

    def begin(self, text: str) -> float:
        began = time.monotonic()
        subprocess.run(self.mesh.command("say", text), env=self.mesh.env, stdin=subprocess.DEVNULL, check=True)
        self.took_s = time.monotonic() - began
        return began

    def end(self) -> None:
        ask(self.mesh, Stop()).close()
        until_idle(self.mesh)


class SayAgain(Say):
    """``ttsmesh say`` with a few texts that the mesh has rendered before."""

    def __init__(self, mesh: Mesh, texts: list[str]) -> None:
        super().__init__(mesh)
        self._texts = texts
        for number, text in enumerate(texts):
            save(mesh, text, f"again-{number}.wav")

    def begin(self, text: str) -> float:
        self._texts.append(self._texts.pop(0))
        return super().begin(self._texts[0])


class Pipe(Say):
    """``ttsmesh pipe``, which gets a line for each text in one process that stays."""

    def __init__(self, mesh: Mesh) -> None:
        super().__init__(mesh)
        self._process = subprocess.Popen(
            mesh.command("pipe"), env=mesh.env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )

    def begin(self, text: str) -> float:
        assert self._process.stdin is not None
        began = time.monotonic()
        print(text, file=self._process.stdin, flush=True)
        return began

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Program:
    """A program that speaks its last argument and ends when it has been heard."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self._command = command
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, text: str) -> float:
        began = time.monotonic()
        self._process = subprocess.Popen([*self._command, text], env=self._env, stdin=subprocess.DEVNULL)
        return began

    def end(self) -> None:
        assert self._process is not None
        self._process.wait()


class Rival:
    """kokoro-onnx, played as in its example, by a process that stays and has its model loaded."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def begin(self, text: str) -> float:
        began = time.monotonic()
        self._worker.ask(text=text)  # is answered when the sound was given to the audio system
        return began

    def end(self) -> None:
        self._worker.ask(text="")


@contextlib.contextmanager
def ways(run: Run, mesh: Mesh, audio: Mapping[str, str], voice: str) -> Iterator[dict[str, Way]]:
    """The ways that are installed, by name. ``audio`` is the environment with which programs play to the sink."""
    env = os.environ | dict(audio)
    found: dict[str, Way] = {
        "say": Say(mesh),
        "say, a text said before": SayAgain(mesh, [run.texts.of_phonemes(12 + 3 * number) for number in range(10)]),
    }
    with contextlib.ExitStack() as stack:
        if mesh.run("pipe", "--help").returncode == 0:
            found["pipe"] = stack.enter_context(contextlib.closing(Pipe(mesh)))
        if shutil.which("espeak-ng"):
            found["espeak-ng"] = Program(["espeak-ng"], env)
        if shutil.which("spd-say") and shutil.which("speech-dispatcher"):
            address = stack.enter_context(_speech_dispatcher(mesh.directory / "speechd", env))
            found["spd-say"] = Program(["spd-say", "--wait"], env | {"SPEECHD_ADDRESS": address})
        command = rival.command(run, voice, run.texts.of_phonemes(60), "bench.play_rival")
        found["kokoro-onnx, kept warm"] = Rival(stack.enter_context(Worker(command, rival.ROOT, env)))
        yield found


@contextlib.contextmanager
def _speech_dispatcher(directory: Path, env: Mapping[str, str]) -> Iterator[str]:
    """A private speech-dispatcher that speaks with espeak-ng. Gives the address for its clients."""
    (directory / "modules").mkdir(parents=True)
    (directory / "speechd.conf").write_text(SPEECHD)
    (directory / "modules" / "espeak-ng.conf").write_text("")
    address = directory / "socket"
    options = ["-s", "-t", "0", "-C", str(directory), "-L", str(directory), "-P", str(directory / "pid")]
    command = ["speech-dispatcher", *options, "-c", "unix_socket", "-S", str(address)]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not _listens(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("speech-dispatcher did not come up")
            time.sleep(0.01)
        yield f"unix_socket:{address}"
    finally:
        process.terminate()
        process.wait()


def _listens(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(address)) == 0

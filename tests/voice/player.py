"""The program under test of the sound tests: an event loop with a device sink, in a process of its own.

As a program it obeys lines of JSON on its stdin, each in a task, and answers on stdout. ``Player`` is the other end.
Its own process because ALSA and PortAudio read their surroundings once, and because a frozen server hangs threads for
good.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:  # it brings numpy, which the program must do without
    from tests.heard import Heard

ANSWER_TIMEOUT = 20.0


@dataclass(frozen=True)
class Answer:
    """``value`` or ``error`` (code and message), and when the call began and ended."""

    value: Any
    error: tuple[str, str] | None
    asked: float
    answered: float

    @property
    def seconds(self) -> float:
        return self.answered - self.asked


class Player:
    """Starts the program with ``env``, and orders it about."""

    def __init__(self, env: Mapping[str, str], *, device: str | None = None, prime_s: float = 0.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, json.dumps(device), json.dumps(prime_s)],
            env=os.environ | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answers: dict[int, Answer] = {}
        self._news = threading.Condition()
        self._asked = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            number, value, error, asked, answered = json.loads(line)
            with self._news:
                self._answers[number] = Answer(value, tuple(error) if error else None, asked, answered)
                self._news.notify_all()

    def ask(self, what: str, *arguments: object) -> int:
        """Begin ``what``; ``answer`` waits for its end."""
        self._asked += 1
        plain = [base64.b64encode(a).decode() if isinstance(a, bytes) else a for a in arguments]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([self._asked, what, plain]) + "\n")
        self._process.stdin.flush()
        return self._asked

    def answer(self, number: int) -> Answer:
        with self._news:
            if not self._news.wait_for(lambda: number in self._answers, ANSWER_TIMEOUT):
                raise TimeoutError("the player does not answer")
            return self._answers[number]

    def do(self, what: str, *arguments: object) -> Answer:
        return self.answer(self.ask(what, *arguments))

    def begin(self, *pcm: bytes) -> Answer:
        """Start an utterance and feed it; the answer to the last of it, or the first error."""
        self.do("start")
        answer = self.do("ready")
        for piece in pcm:
            if answer.error is None:
                answer = self.do("feed", piece)
        return answer

    def sound(self, heard: "Heard", pcm: bytes, frames: int) -> float:
        """Begin ``pcm`` and come back when ``frames`` of it were heard; returns when it was begun."""
        start = time.monotonic()
        step = 9_600
        answer = self.begin(*(pcm[at : at + step] for at in range(0, len(pcm), step)))
        assert answer.error is None, answer.error
        heard.recorder.await_sound(start, frames)
        return start

    def refused(self) -> Answer:
        """The answer to an utterance that cannot begin, and has been cancelled."""
        answer = self.begin()
        assert answer.error is not None
        self.do("cancel")
        return answer

    def leave(self, timeout: float = 5.0) -> int:
        """Let the program end by itself; its exit status."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()


class _Program:
    def __init__(self, device: str | None, prime_s: float) -> None:
        from ttsmesh.voice.device import DeviceSink

        self.sink = DeviceSink(device, prime_s=prime_s)
        self.playing: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        lines = asyncio.StreamReader(limit=1 << 24)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        tasks = set()
        while line := await lines.readline():
            tasks.add(asyncio.create_task(self._obey(*json.loads(line))))
            await asyncio.sleep(0)  # orders take effect in their order
        for task in tasks:
            task.cancel()
        await self.sink.release()

    async def _obey(self, number: int, what: str, arguments: list[Any]) -> None:
        from ttsmesh.errors import SinkError

        asked = time.monotonic()
        value, error = None, None
        try:
            value = await self._do(what, arguments)
        except SinkError as failure:
            error = (failure.code, failure.message)
        print(json.dumps([number, value, error, asked, time.monotonic()]), flush=True)

    async def _do(self, what: str, arguments: list[Any]) -> Any:
        from ttsmesh.voice.pace import Pace

        match what:
            case "start":
                self.pace = Pace(*arguments)
                return self.sink.start(self.pace)
            case "set_rate":
                (self.pace.rate,) = arguments
                return self.sink.pace_changed()
            case "pause" | "resume":
                return getattr(self.sink, what)()
            case "ready" | "drain" | "cancel" | "release":
                return await getattr(self.sink, what)()
            case "began":
                return [self.sink.began.written_at, self.sink.began.heard_at]
            case "position" | "underruns" | "stuck":
                return getattr(self.sink, what)
            case "feed":
                return await self.sink.feed(base64.b64decode(arguments[0]))
            case "play":
                return await self._play(base64.b64decode(arguments[0]), *arguments[1:])
            case "stop playing":
                assert self.playing is not None
                return self.playing.cancel()
            case "modules":
                return sorted(sys.modules)
        raise ValueError(what)

    async def _play(self, pcm: bytes, slice_bytes: int, pause_s: float) -> dict[str, Any]:
        """A playback whose source renders a slice every ``pause_s`` seconds."""
        from ttsmesh.voice.pace import Pace
        from ttsmesh.voice.places import Places
        from ttsmesh.voice.playback import Playback

        async def source() -> AsyncIterator[bytes]:
            for at in range(0, len(pcm), slice_bytes):
                await asyncio.sleep(pause_s)
                yield pcm[at : at + slice_bytes]

        reports: list[Any] = []
        playback = Playback(
            source(),
            self.sink,
            started=lambda: reports.append(["started", time.monotonic()]),
            progress=lambda heard: reports.append(["progress", heard]),
            pace=Pace(),
            places=Places(),
        )
        playback.go()
        self.playing = asyncio.create_task(playback.run())
        ending = await self.playing
        return {
            "complete": ending.complete,
            "heard": ending.heard,
            "underruns": ending.underruns,
            "reports": reports,
        }


if __name__ == "__main__":
    asyncio.run(_Program(*map(json.loads, sys.argv[1:])).run())

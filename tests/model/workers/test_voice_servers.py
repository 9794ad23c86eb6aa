"""Voice processes come when needed and go when not; crashes are counted, and only the idle make room."""

import asyncio
import errno
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import PeerGone
from ttsmesh.limits import CRASH_LIMIT
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.workers import voice_servers as module
from ttsmesh.model.workers.voice_servers import REMEMBERED, Supervisor, VoiceProcess, VoiceServerFailed
from ttsmesh.wire import sockets

KEYS = [VoiceKey(f"af_{name}", "en-us") for name in ("a", "b", "c", "d")]

GOOD = "import signal, sys; signal.signal(15, lambda *_: sys.exit(0)); print('up', flush=True); signal.pause()"
CRASH = "import os; os._exit(3)"
LEAVE = "import os; os._exit(0)"
FAIL = "no process for now"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True); signal.pause()"


class FakeProcesses:
    """What is started instead of voice servers: one script after the other, the last one again and again."""

    def __init__(self, *scripts: str) -> None:
        self._scripts = list(scripts)
        self.started: list[str] = []

    async def spawn(self, server: VoiceProcess) -> asyncio.subprocess.Process:
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        self.started.append(server.key.voice)
        if script == FAIL:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-ISc", script, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
        )
        if "up" in script:
            assert process.stdout is not None
            await process.stdout.readline()  # it has its handler
        return process


@asynccontextmanager
async def supervised(
    private: Path, monkeypatch: pytest.MonkeyPatch, *scripts: str, max_idle: int = 8
) -> AsyncIterator[tuple[Supervisor, FakeProcesses]]:
    processes = FakeProcesses(*scripts)
    monkeypatch.setattr(VoiceProcess, "_spawn", lambda server: processes.spawn(server))
    monkeypatch.setattr(module, "backoff", lambda crashes: 0.0)
    async with asyncio.TaskGroup() as group:
        supervisor = Supervisor(str(private), str(private / "audio.sock"), group, VoiceProcessSettings(), max_idle)
        try:
            yield supervisor, processes
        finally:
            await supervisor.close(0.3)


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def voice_sockets(directory: Path) -> list[Path]:
    return list(directory.glob("voice-*"))


async def until(wanted: Any) -> None:
    async with asyncio.timeout(20):
        while not wanted():  # noqa: ASYNC110  # processes end when they do
            await asyncio.sleep(0.005)


async def used(voice: VoiceProcess) -> None:
    """One exchange that needs its process, to its end."""
    async with voice.exchange():
        await until(lambda: voice.process is not None)


def test_a_process_is_started_by_its_first_exchange_only(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD) as (supervisor, processes):
            voice = supervisor.voice(KEYS[0])
            assert processes.started == []
            assert voice.state == "stopped"
            await used(voice)
            await used(voice)
            assert processes.started == ["af_a"]
            assert voice.state == "idle"

    run(main())


def test_one_that_is_started_beforehand_needs_no_user_and_stays(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD, max_idle=0) as (supervisor, processes):
            voice = supervisor.voice(KEYS[0])
            voice.prestart()
            await until(lambda: voice.process is not None)
            await used(voice)
            other = supervisor.voice(KEYS[1])
            await used(other)
            await until(lambda: other.state == "stopped")  # it is over the cap
            assert (voice.state, processes.started) == ("idle", ["af_a", "af_b"])

    run(main())


def test_one_that_left_while_a_user_waits_is_started_again_and_does_not_count_as_crashed(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, LEAVE, LEAVE, GOOD) as (supervisor, processes):
            voice = supervisor.voice(KEYS[0])
            async with voice.exchange():
                await until(lambda: voice.starts == 3)
            assert len(processes.started) == 3
            assert voice.crashes == 0

    run(main())


def test_e6_more_than_five_crashes_in_a_minute_and_it_is_given_up(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, CRASH) as (supervisor, processes):
            voice = supervisor.voice(KEYS[0])
            async with voice.exchange():
                await until(lambda: voice.state == "failed")
            assert voice.crashes == len(processes.started) == CRASH_LIMIT + 1
            with pytest.raises(VoiceServerFailed, match="keeps crashing"):
                async with voice.exchange():
                    pass
            assert supervisor.voice(KEYS[1]).state == "stopped"  # others are not concerned

    run(main())


def test_e6_crashes_long_ago_are_forgiven(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CRASH_WINDOW", 0.0)

    async def main() -> None:
        async with supervised(private, monkeypatch, *[CRASH] * 10, GOOD) as (supervisor, _):
            voice = supervisor.voice(KEYS[0])
            async with voice.exchange():
                await until(lambda: voice.starts == 11 and voice.process is not None)
            assert (voice.crashes, voice.failed) == (10, False)

    run(main())


def test_a_process_that_cannot_be_made_counts_as_a_crash_and_the_server_lives_on(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, FAIL, FAIL, GOOD) as (supervisor, _):
            voice = supervisor.voice(KEYS[0])
            await used(voice)
            assert (voice.state, voice.crashes) == ("idle", 2)

    run(main())


def test_a_killed_idle_process_is_not_started_again_without_a_user(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD) as (supervisor, processes):
            voice = supervisor.voice(KEYS[0])
            await used(voice)
            voice.kill("a test")
            await until(lambda: voice.process is None)
            assert (voice.state, voice.crashes, len(processes.started)) == ("stopped", 1, 1)
            await used(voice)
            assert len(processes.started) == 2

    run(main())


def test_a_process_that_is_killed_and_not_to_blame_has_a_successor_at_once_however_often(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD) as (supervisor, _):
            monkeypatch.setattr(module, "backoff", lambda crashes: 1000.0)
            voice = supervisor.voice(KEYS[0])
            async with voice.exchange():
                for starts in range(1, CRASH_LIMIT + 3):
                    await until(lambda: voice.starts == starts and voice.process is not None)  # noqa: B023
                    voice.kill("a test", counts=False)
                await until(lambda: voice.starts == CRASH_LIMIT + 3)
            assert (voice.crashes, voice.failed) == (0, False)

    run(main())


def test_the_longest_idle_leaves_first_and_so_many_stay(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD, max_idle=2) as (supervisor, _):
            voices = [supervisor.voice(key) for key in KEYS]
            for voice in voices:
                await used(voice)
            await until(lambda: [voice.state for voice in voices] == ["stopped", "stopped", "idle", "idle"])

    run(main())


def test_busy_ones_are_never_counted_nor_sent_away(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD, max_idle=0) as (supervisor, _):
            busy = [supervisor.voice(key) for key in KEYS[:3]]
            async with AsyncExitStack() as stack:
                for voice in busy:
                    await stack.enter_async_context(voice.exchange())
                    await until(lambda: voice.process is not None)  # noqa: B023
                other = supervisor.voice(KEYS[3])
                await used(other)
                await until(lambda: other.state == "stopped")
                assert [voice.state for voice in busy] == ["busy"] * 3
            await until(lambda: all(voice.state == "stopped" for voice in busy))

    run(main())


def test_closing_ends_the_deaf_too_and_takes_the_sockets_away(
    private: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        pids = []
        async with supervised(private, monkeypatch, GOOD, DEAF) as (supervisor, _):
            for key in KEYS[:2]:
                await used(supervisor.voice(key))
                process = supervisor.voice(key).process
                assert process is not None
                pids.append(process.pid)
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        assert voice_sockets(private) == []

    with caplog.at_level(logging.WARNING):
        run(main())
    assert [record.message for record in caplog.records if "did not leave in time" in record.message]


def test_the_sockets_of_a_server_that_was_killed_are_swept(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (private / "voice-0123456789abcdef.sock").touch()

    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD):
            assert voice_sockets(private) == []

    run(main())


# --- what is kept of voices that left -----------------------------------------------------------------------------


def blends(count: int) -> list[VoiceKey]:
    return [VoiceKey(f"af_a:{number},af_b:1", "en-us") for number in range(count)]


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def passing(supervisor: Supervisor, key: VoiceKey) -> None:
    """One exchange whose process leaves."""
    starts = supervisor.starts
    voice = supervisor.voice(key)
    async with voice.exchange():
        await until(lambda: supervisor.starts > starts)
    await until(lambda: voice.state == "stopped")


@pytest.mark.long
def test_any_number_of_blends_costs_no_descriptors(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, LEAVE) as (supervisor, processes):
            await passing(supervisor, KEYS[0])  # what the loop itself needs is there
            before = descriptors()
            for key in blends(3 * REMEMBERED):
                await passing(supervisor, key)
            await until(lambda: descriptors() <= before)  # the last pipe may still be on its way out
            assert voice_sockets(private) == []
            assert len(supervisor.voices) == REMEMBERED
            assert supervisor.starts == len(processes.started)
            for key in blends(2):  # long forgotten, and as good as new
                await passing(supervisor, key)

    run(main())


def test_e6_a_voice_that_was_given_up_stays_so_and_keeps_no_socket(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, *[CRASH] * (CRASH_LIMIT + 1), LEAVE) as (supervisor, _):
            async with supervisor.voice(KEYS[0]).exchange() as channel:
                with pytest.raises(PeerGone):  # now, and not when its patience ends
                    await channel.receive(20)
            assert voice_sockets(private) == []
            for key in blends(REMEMBERED + 1):
                await passing(supervisor, key)
            assert supervisor.voice(KEYS[0]).state == "failed"

    run(main())


def test_e6_crashes_count_on_while_others_come_and_go(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(voice: VoiceProcess) -> None:
        crashes = voice.crashes
        async with voice.exchange():
            await until(lambda: voice.process is not None)
            voice.kill("a test")
            await until(lambda: voice.crashes > crashes)
        await until(lambda: voice.process is None)  # the one that came after it has left

    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD, max_idle=0) as (supervisor, _):
            await crash(supervisor.voice(KEYS[0]))
            for key in blends(REMEMBERED + 1):
                await used(supervisor.voice(key))
            await until(lambda: len(supervisor.voices) == REMEMBERED + 1)
            for _ in range(CRASH_LIMIT):
                assert not supervisor.voice(KEYS[0]).failed
                await crash(supervisor.voice(KEYS[0]))
            assert supervisor.voice(KEYS[0]).failed

    run(main())


def test_an_utterance_that_waits_and_one_that_comes_share_a_voice_although_it_was_forgotten(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, LEAVE) as (supervisor, _):
            waiting = supervisor.voice(KEYS[0])
            await passing(supervisor, KEYS[0])
            for key in blends(REMEMBERED):
                await passing(supervisor, key)
            await until(lambda: KEYS[0] not in supervisor.voices)
            assert supervisor.voice(KEYS[0]) is waiting
            await passing(supervisor, KEYS[0])
            assert supervisor.voices[KEYS[0]] is waiting

    run(main())


@pytest.mark.parametrize("prestarted", [True, False])
def test_a_voice_whose_socket_was_removed_listens_anew_with_a_new_process(
    private: Path, monkeypatch: pytest.MonkeyPatch, prestarted: bool
) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD) as (supervisor, _):
            voice = supervisor.voice(KEYS[0])
            if prestarted:
                voice.prestart()
            await used(voice)
            for starts in (2, 3):
                (path,) = voice_sockets(private)
                path.unlink()
                async with voice.exchange():
                    await until(lambda: voice.starts == starts and voice.process is not None)  # noqa: B023
            assert (voice.crashes, voice.state) == (0, "idle")
        assert voice_sockets(private) == []

    run(main())


def test_a_socket_in_the_place_of_a_removed_one_is_left_alone(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with supervised(private, monkeypatch, GOOD) as (supervisor, _):
            voice = supervisor.voice(KEYS[0])
            await used(voice)
            (path,) = voice_sockets(private)
            path.unlink()
            others = sockets.listen(str(path))
            with pytest.raises(VoiceServerFailed, match="in use"):
                async with voice.exchange():
                    pass
        sockets.connect(str(path)).close()
        others.close()

    run(main())


def test_no_socket_is_made_in_a_directory_that_has_replaced_the_servers(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, moved = private / "run", private / "moved"
    directory.mkdir()

    async def main() -> None:
        async with supervised(directory, monkeypatch, GOOD) as (supervisor, _):
            await used(supervisor.voice(KEYS[0]))
            os.rename(directory, moved)
            os.mkdir(directory)
            for key in KEYS[:2]:
                with pytest.raises(VoiceServerFailed, match="removed or replaced"):
                    async with supervisor.voice(key).exchange():
                        pass
            assert voice_sockets(directory) == []
            assert len(voice_sockets(moved)) == 1

    run(main())


# --- closing while it is in use ----------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [GOOD, DEAF, CRASH, FAIL])
def test_closing_waits_for_no_user_and_starts_no_other_process(
    private: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(module, "CRASH_LIMIT", 10**9)

    async def main() -> None:
        async with supervised(private, monkeypatch, script) as (supervisor, processes):
            monkeypatch.setattr(module, "backoff", lambda crashes: 0.05)
            voice = supervisor.voice(KEYS[0])
            async with voice.exchange():
                await until(lambda: processes.started and (voice.process is not None or "up" not in script))
                await asyncio.wait_for(supervisor.close(0.3), 10)
                started = len(processes.started)
                with pytest.raises(VoiceServerFailed, match="leaving"):
                    async with supervisor.voice(KEYS[1]).exchange():
                        pass
            await supervisor.close(0.3)  # once more is no harm
            assert (voice.process, len(processes.started)) == (None, started)
            assert voice_sockets(private) == []

    run(main())

"""A saved file appears complete or not at all, with the caller's mode, and never over something else."""

import asyncio
import errno
import os
import resource
import signal
import stat
import struct
import subprocess
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.decoded import decoded
from tests.faults import with_mount
from tests.voice.file_systems import FakeSlowDisk, fake_no_nameless_files
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import Code, SinkError
from ttsmesh.output_formats import FORMATS, Encoding
from ttsmesh.voice import file_sink
from ttsmesh.voice.file_sink import PLAIN_WAV, FileSink
from ttsmesh.voice.pace import Pace

PCM = struct.pack("<4800h", *range(4800))


@pytest.fixture(params=["nameless", "hidden"])
def naming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of writing a file that is not there yet; the second one is for file systems without O_TMPFILE."""
    if request.param == "hidden":
        monkeypatch.setattr(os, "open", fake_no_nameless_files)
    return str(request.param)


async def save(
    path: Path, *pieces: bytes, force: bool = False, umask: int = 0o022, encoding: Encoding = PLAIN_WAV
) -> int:
    sink = FileSink(str(path), force=force, umask=umask, encoding=encoding)
    try:
        sink.start(Pace())
        await sink.ready()
        for piece in pieces:
            await sink.feed(piece)
        return await sink.drain()
    except SinkError:
        await sink.cancel()
        raise


def failure(path: Path, *pieces: bytes, force: bool = False, encoding: Encoding = PLAIN_WAV) -> SinkError:
    with pytest.raises(SinkError) as caught:
        asyncio.run(save(path, *pieces, force=force, encoding=encoding))
    return caught.value


def samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, SAMPLE_RATE)
        return bytes(file.readframes(file.getnframes()))


@pytest.mark.usefixtures("naming")
class TestSaving:
    def test_what_was_fed_is_read_back(self, tmp_path: Path) -> None:
        assert asyncio.run(save(tmp_path / "a.wav", PCM, PCM[:200])) == 4900
        assert samples(tmp_path / "a.wav") == PCM + PCM[:200]
        assert os.listdir(tmp_path) == ["a.wav"]

    @pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
    def test_d1_the_mode_is_the_callers(self, tmp_path: Path, umask: int) -> None:
        asyncio.run(save(tmp_path / "a.wav", PCM, umask=umask))
        assert stat.S_IMODE((tmp_path / "a.wav").stat().st_mode) == 0o666 & ~umask

    def test_d6_nothing_is_there_before_it_is_complete(self, tmp_path: Path) -> None:
        async def look_inside() -> list[str]:
            sink = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
            sink.start(Pace())
            await sink.feed(PCM)
            visible = [name for name in os.listdir(tmp_path) if not name.startswith(".")]
            await sink.drain()
            return visible

        assert asyncio.run(look_inside()) == []

    def test_d6_a_cancelled_save_leaves_nothing(self, tmp_path: Path) -> None:
        async def cancel() -> int:
            sink = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
            sink.start(Pace())
            await sink.feed(PCM)
            return await sink.cancel()

        descriptors = os.listdir("/proc/self/fd")
        assert asyncio.run(cancel()) == 4800
        assert os.listdir(tmp_path) == []
        assert len(os.listdir("/proc/self/fd")) == len(descriptors)

    @pytest.mark.parametrize("kind", ["file", "dangling link", "directory"])
    def test_d2_a_file_that_appears_meanwhile_is_not_touched(self, tmp_path: Path, kind: str) -> None:
        target = tmp_path / "a.wav"

        async def collide() -> None:
            sink = FileSink(str(target), force=False, umask=0)
            sink.start(Pace())
            await sink.feed(PCM)
            match kind:
                case "file":
                    target.write_bytes(b"theirs")
                case "dangling link":
                    target.symlink_to("nowhere")
                case "directory":
                    target.mkdir()
            await sink.drain()

        with pytest.raises(SinkError) as caught:
            asyncio.run(collide())
        assert caught.value.code is Code.EXISTS
        assert os.listdir(tmp_path) == ["a.wav"]
        if kind == "file":
            assert target.read_bytes() == b"theirs"

    def test_d3_force_replaces_a_file_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").write_bytes(b"old")
        with (tmp_path / "a.wav").open("rb") as old:
            asyncio.run(save(tmp_path / "a.wav", PCM, force=True))
            assert old.read() == b"old"
        assert samples(tmp_path / "a.wav") == PCM
        assert os.listdir(tmp_path) == ["a.wav"]

    def test_d3_force_replaces_a_link_and_not_what_it_points_to(self, tmp_path: Path) -> None:
        (tmp_path / "kept").write_bytes(b"kept")
        (tmp_path / "a.wav").symlink_to("kept")
        asyncio.run(save(tmp_path / "a.wav", PCM, force=True))
        assert (tmp_path / "kept").read_bytes() == b"kept"
        assert samples(tmp_path / "a.wav") == PCM

    @pytest.mark.parametrize("kind", ["fifo", "directory"])
    def test_d3_force_does_not_replace_what_is_not_a_file(self, tmp_path: Path, kind: str) -> None:
        target = tmp_path / "a.wav"
        os.mkfifo(target) if kind == "fifo" else target.mkdir()
        assert failure(target, PCM, force=True).code is Code.OUTPUT
        assert os.listdir(tmp_path) == ["a.wav"]

    def test_d5_a_directory_that_goes_away_fails_the_save(self, tmp_path: Path) -> None:
        directory = tmp_path / "d"
        directory.mkdir()

        async def lose_directory() -> None:
            sink = FileSink(str(directory / "a.wav"), force=False, umask=0)
            sink.start(Pace())
            await sink.feed(PCM)
            for name in os.listdir(directory):
                (directory / name).unlink()
            directory.rmdir()
            await sink.drain()

        with pytest.raises(SinkError) as caught:
            asyncio.run(lose_directory())
        assert caught.value.code is Code.IO

    def test_d5_no_room_leaves_no_file(self, tmp_path: Path) -> None:
        with file_size_limit(5_000):
            failed = failure(tmp_path / "a.wav", PCM)
        assert failed.code is Code.NO_SPACE
        assert "\n" not in failed.message
        assert os.listdir(tmp_path) == []

    def test_a_cancel_during_the_publishing_is_too_late(self, tmp_path: Path) -> None:
        async def cancel_drain() -> None:
            sink = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
            sink.start(Pace())
            await sink.feed(PCM)
            draining = asyncio.create_task(sink.drain())
            await asyncio.sleep(0)
            draining.cancel()
            assert await draining == len(PCM) // 2

        asyncio.run(cancel_drain())
        assert samples(tmp_path / "a.wav") == PCM
        assert os.listdir(tmp_path) == ["a.wav"]


class FakeFullDisk:
    """Counts the writes to files, and lets number ``fails_at`` find the disk full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails_at: int | None = None
        self.writes = 0
        for name in ("write", "pwrite"):
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, call: Callable[..., int]) -> Callable[..., int]:
        def counted(file: int, *arguments: Any) -> int:
            if stat.S_ISREG(os.fstat(file).st_mode):
                self.writes += 1
                if self.writes == self.fails_at:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(file, *arguments)

        return counted


@pytest.mark.usefixtures("naming")
@pytest.mark.parametrize("format", FORMATS)
def test_d5_a_disk_that_is_full_at_any_write_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    encoding = Encoding(format)
    disk = FakeFullDisk(monkeypatch)
    pieces = [PCM] * 12
    assert asyncio.run(save(tmp_path / "whole", *pieces, encoding=encoding)) == 12 * 4800
    assert decoded(tmp_path / "whole", raw="s16le" if format == "raw" else "").size >= 12 * 4800
    (tmp_path / "whole").unlink()
    needed = disk.writes
    assert needed > (2 if format in ("wav", "raw", "flac") else 1)
    for disk.fails_at in range(1, needed + 1):
        disk.writes = 0
        assert failure(tmp_path / "a", *pieces, encoding=encoding).code is Code.NO_SPACE
        assert os.listdir(tmp_path) == []


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_d5_a_full_disk_is_no_space() -> None:
    """On a small file system of our own."""
    script = """
import asyncio, os, sys
from ttsmesh.errors import SinkError
from ttsmesh.voice.file_sink import FileSink
from ttsmesh.voice.pace import Pace
async def main():
    sink = FileSink("/mnt/a.wav", force=False, umask=0)
    try:
        sink.start(Pace())
        for _ in range(100):
            await sink.feed(bytes(9600))
        await sink.drain()
    except SinkError as error:
        await sink.cancel()
        print(error.code, os.listdir("/mnt"))
asyncio.run(main())
"""
    command = [*with_mount("size=64k", "/mnt"), sys.executable, "-c", script]
    assert subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=20, check=True).stdout == "no_space []\n"


@pytest.mark.usefixtures("naming")
@pytest.mark.parametrize("force", [False, True])
def test_the_name_of_a_saved_file_is_on_the_disk_when_the_save_has_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    synced, sync = list[tuple[bool, bool]](), os.fsync

    def note(fd: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(fd).st_mode), (tmp_path / "a.wav").exists()))
        sync(fd)

    monkeypatch.setattr(os, "fsync", note)
    asyncio.run(save(tmp_path / "a.wav", PCM, force=force))
    assert synced == [(False, False), (True, True)]


@pytest.mark.usefixtures("naming")
def test_a_file_system_that_cannot_sync_a_directory_fails_no_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def refuse_directories(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        sync(fd)

    monkeypatch.setattr(os, "fsync", refuse_directories)
    assert asyncio.run(save(tmp_path / "a.wav", PCM)) == 4800
    assert samples(tmp_path / "a.wav") == PCM


class TestFakeSlowDisk:
    """A disk that takes no more: the file is a full pipe until somebody reads from it."""

    @pytest.fixture
    def slow(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlowDisk]:
        with FakeSlowDisk(monkeypatch) as disk:
            yield disk

    def test_a_cancelled_save_is_answered_and_closed_when_the_disk_lets_it(
        self, tmp_path: Path, slow: FakeSlowDisk
    ) -> None:
        async def cancel() -> None:
            sink = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
            sink.start(Pace())
            feeding = asyncio.create_task(sink.feed(PCM))
            await slow.until_blocked()
            feeding.cancel()
            assert await sink.cancel() == 0
            assert not slow.relieved
            os.fstat(slow.file)  # a write is under way: it must not be closed
            slow.relieve()
            await sink.cancel()  # comes after the close, in the same thread
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(slow.file)

        asyncio.run(cancel())

    def test_a_save_does_not_wait_for_ever(
        self, tmp_path: Path, slow: FakeSlowDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(file_sink, "SAVE_TIMEOUT", 0.1)
        failed = failure(tmp_path / "a.wav", PCM)
        assert (failed.code, failed.message) == (Code.IO, "the output file's disk does not respond")
        assert not slow.relieved


def test_a_cancel_does_not_wait_for_ever_for_a_disk_that_hangs_while_it_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, relieved, sync = threading.Event(), threading.Event(), os.fsync

    def hang(fd: int) -> None:
        hanging.set()
        relieved.wait(20)
        sync(fd)

    monkeypatch.setattr(os, "fsync", hang)
    monkeypatch.setattr(file_sink, "SAVE_TIMEOUT", 0.1)

    async def cancel_drain() -> None:
        sink = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
        sink.start(Pace())
        draining = asyncio.create_task(sink.drain())
        await asyncio.to_thread(hanging.wait, 20)
        draining.cancel()
        with pytest.raises(SinkError, match="the output file's disk does not respond"):
            await draining
        assert not relieved.is_set()
        relieved.set()
        await sink.cancel()  # comes after the publishing, in the same thread

    asyncio.run(asyncio.wait_for(cancel_drain(), 10))


@pytest.mark.usefixtures("naming")
def test_d5_an_input_output_error_is_io(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(fd: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    failed = failure(tmp_path / "a.wav", PCM)
    assert failed.code is Code.IO
    assert os.listdir(tmp_path) == []


def test_d4_a_missing_directory_fails_at_the_start(tmp_path: Path) -> None:
    assert failure(tmp_path / "missing" / "a.wav").code is Code.IO


@pytest.mark.parametrize("naming", ["nameless", "hidden"])
def test_d6_a_killed_save_leaves_nothing_for_longer_than_the_next_one(tmp_path: Path, naming: str) -> None:
    script = f"""
import asyncio, os, signal, sys
from tests.voice.file_systems import fake_no_nameless_files
from ttsmesh.voice.file_sink import FileSink
from ttsmesh.voice.pace import Pace
if {naming!r} == "hidden":
    os.open = fake_no_nameless_files
async def main():
    sink = FileSink(sys.argv[1], force=False, umask=0)
    sink.start(Pace())
    await sink.ready()
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    target = tmp_path / "a.wav"
    killed = subprocess.run([sys.executable, "-c", script, str(target)], timeout=20, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert len(os.listdir(tmp_path)) == (0 if naming == "nameless" else 1)


def test_d6_what_was_killed_while_it_replaced_a_file_leaves_that_file_and_nothing_for_longer_than_the_next_save(
    tmp_path: Path,
) -> None:
    """A nameless file has a name of its own for that moment, because linking never replaces."""
    script = """
import asyncio, os, signal, sys
from ttsmesh.voice.file_sink import FileSink
from ttsmesh.voice.pace import Pace
os.replace = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
async def main():
    sink = FileSink(sys.argv[1], force=True, umask=0)
    sink.start(Pace())
    await sink.drain()
asyncio.run(main())
"""
    target = tmp_path / "a.wav"
    target.write_bytes(b"before")
    killed = subprocess.run([sys.executable, "-c", script, str(target)], timeout=20, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"before"
    assert len(os.listdir(tmp_path)) == 2
    asyncio.run(save(tmp_path / "b.wav", PCM))
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "b.wav"]


def test_a_file_that_is_replaced_is_swept_by_no_other_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.wav"
    target.write_bytes(b"before")
    replace = os.replace

    def replace_later(*arguments: Any, **more: Any) -> None:
        monkeypatch.setattr(os, "replace", replace)
        asyncio.run(save(tmp_path / "b.wav", PCM))
        replace(*arguments, **more)

    monkeypatch.setattr(os, "replace", replace_later)
    asyncio.run(save(target, PCM, force=True))
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "b.wav"]
    assert target.read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_d6_leftovers_are_swept_and_files_in_the_making_are_not(tmp_path: Path, naming: str) -> None:
    leftover = tmp_path / ".ttsmesh-0123456789abcdef.part"
    leftover.touch()

    async def two_at_once() -> None:
        first = FileSink(str(tmp_path / "a.wav"), force=False, umask=0)
        second = FileSink(str(tmp_path / "b.wav"), force=False, umask=0)
        first.start(Pace())
        second.start(Pace())
        await first.drain()
        await second.drain()

    asyncio.run(two_at_once())
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "b.wav"]

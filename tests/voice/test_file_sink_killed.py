"""A process that is killed at any moment of a save leaves a whole file or none, and nothing else for long."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.decoded import decoded
from ttsmesh.audio import SAMPLE_RATE

SECONDS = 20
"""Seconds of sound in each file."""

SAVE = f"""
import asyncio, os, sys
from tests.encoding.sounds import chirp
from tests.voice.file_systems import fake_no_nameless_files
from ttsmesh.output_formats import Encoding
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.voice.file_sink import FileSink
from ttsmesh.voice.pace import Pace

path, format, naming = sys.argv[1:]
if naming == "hidden":
    os.open = fake_no_nameless_files
SECOND = chirp({SAMPLE_RATE}).tobytes()
Recorder(Encoding(format), stream=True)  # loads what it needs

async def save(path):
    sink = FileSink(path, force=True, umask=0, encoding=Encoding(format))
    sink.start(Pace())
    await sink.ready()
    for _ in range({SECONDS}):
        await sink.feed(SECOND)
    await sink.drain()

print("ready", flush=True)
asyncio.run(save(path))
print("saved", flush=True)
"""


def begun(path: Path, format: str, naming: str) -> subprocess.Popen[bytes]:
    """A process that is about to save."""
    command = [sys.executable, "-c", SAVE, str(path), format, naming]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def is_whole(path: Path) -> bool:
    found = decoded(path, raw="s16le" if path.suffix == ".raw" else "").size
    return SECONDS * SAMPLE_RATE <= found < SECONDS * SAMPLE_RATE + 1024


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("naming", "moments"),
    [("hidden", 4), *(pytest.param(*more, marks=pytest.mark.long) for more in (("nameless", 12), ("hidden", 40)))],
)
def test_d6_a_save_that_is_killed_at_any_moment_leaves_a_whole_file_or_none(
    tmp_path: Path, naming: str, moments: int
) -> None:
    moment = random.Random(moments)
    whole_s: dict[str, float] = {}
    unfinished = 0
    for number in range(moments):
        format = ("flac", "opus", "mp3", "wav", "ogg", "raw")[number % 6]
        path = tmp_path / f"a.{format}"
        if format not in whole_s:
            with begun(path, format, naming) as process:
                begin = time.monotonic()
                assert process.stdout is not None
                assert process.stdout.readline() == b"saved\n"
                whole_s[format] = time.monotonic() - begin
            assert is_whole(path)
            path.unlink()
        with begun(path, format, naming) as process:
            time.sleep(moment.uniform(0, whole_s[format]))  # reason: it may be any moment
            process.kill()
        if path.exists():
            assert is_whole(path)
            path.unlink()
        else:
            unfinished += 1
        if naming == "nameless":
            assert os.listdir(tmp_path) == []
    assert unfinished, "no save was under way"
    # What a killed one has left goes with the next save in the same directory.
    with begun(tmp_path / "next.wav", "wav", naming) as process:
        process.communicate(timeout=60)
    assert os.listdir(tmp_path) == ["next.wav"]

"""The list of audio devices, which the voice server's program prints."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FAKE = """
_exit_handler = None


def query_devices():
    names = {"desk": 2, "microphone": 0, "bed": 1}
    return [{"name": name, "max_output_channels": channels} for name, channels in names.items()]
"""
"""``sounddevice`` with two devices to play on, which are not there."""


@pytest.fixture
def devices(tmp_path: Path) -> dict[str, str]:
    """The environment in which there are these devices."""
    (tmp_path / "sounddevice.py").write_text(FAKE)
    return os.environ | {"PYTHONPATH": str(tmp_path)}


def listed(stdout: int, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ttsmesh.voice", "--list-devices"]
    return subprocess.run(command, env=env, stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False)


def test_each_device_is_a_line(devices: dict[str, str]) -> None:
    run = listed(subprocess.PIPE, devices)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"desk\nbed\n", b"")


def test_an_output_that_cannot_be_written_is_one_line_and_exit_74(devices: dict[str, str]) -> None:
    with open("/dev/full", "wb") as full:
        run = listed(full.fileno(), devices)
    line = b"ttsmesh: cannot write to the standard output: no space left on device\n"
    assert (run.returncode, run.stderr) == (74, line)


def test_a_reader_that_has_had_enough_is_no_error_message(devices: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        run = listed(writing, devices)
    finally:
        os.close(writing)
    assert (run.returncode, run.stderr) == (74, b"")

"""The list of audio devices, which the voice server's program prints."""

import os
import subprocess
import sys

FAKE = """if True:
    from ttsmesh.voice import __main__ as program
    program.output_devices = lambda: ["desk", "bed"]
    program._print_devices()
"""
"""The program, with two devices that are not there."""


def listed(stdout: int) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", FAKE]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False)


def test_each_device_is_a_line() -> None:
    run = listed(subprocess.PIPE)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"desk\nbed\n", b"")


def test_an_output_that_cannot_be_written_is_one_line_and_exit_74() -> None:
    with open("/dev/full", "wb") as full:
        run = listed(full.fileno())
    line = b"ttsmesh: cannot write to the standard output: no space left on device\n"
    assert (run.returncode, run.stderr) == (74, line)


def test_a_reader_that_has_had_enough_is_no_error_message() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        run = listed(writing)
    finally:
        os.close(writing)
    assert (run.returncode, run.stderr) == (74, b"")

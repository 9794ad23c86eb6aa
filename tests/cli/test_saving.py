"""What `say` and `pipe` ask for when a text is to be saved, and the standard output as its target."""

import os
import sys
import threading
from pathlib import Path

import pytest

from ttsmesh.cli import saving
from ttsmesh.errors import Code, OutputClosed, RejectedError, TtsmeshError


class FakeOutput:
    """A standard output behind this descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)


def test_a_file_has_its_path_and_the_callers_umask(tmp_path: Path) -> None:
    found = saving.fields(f"{tmp_path}/a.ogg", None, 48_000, None)
    assert found.pop("umask") in range(0o1000)
    assert found == {"output": f"{tmp_path}/a.ogg", "format": None, "sample_rate": 48_000, "bits": None}


def test_without_an_output_nothing_is_said_of_one() -> None:
    assert set(saving.fields(None, None, None, None).values()) == {None}
    with pytest.raises(RejectedError, match="bits is for what is saved: name an output"):
        saving.fields(None, None, None, 24)


def test_a_stream_needs_a_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(RejectedError, match="there is no standard output"):
        saving.stream_fields(None, None, None)


def test_all_is_written_to_a_pipe_that_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    monkeypatch.setattr(sys, "stdout", FakeOutput(writing))
    read = bytearray()

    def take() -> None:
        while part := os.read(reading, 4096):
            read.extend(part)

    reader = threading.Thread(target=take)
    reader.start()
    data = os.urandom(1_000_000)
    saving.write_out(data)
    os.close(writing)
    reader.join()
    os.close(reading)
    assert read == data


def test_a_reader_that_has_closed_and_a_full_disk_are_74(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(sys, "stdout", FakeOutput(writing))
    with pytest.raises(OutputClosed):
        saving.write_out(b"x")
    os.close(writing)
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(sys, "stdout", FakeOutput(full.fileno()))
        with pytest.raises(TtsmeshError, match="cannot write to the standard output: no space left") as caught:
            saving.write_out(b"x")
    assert caught.value.code is Code.IO

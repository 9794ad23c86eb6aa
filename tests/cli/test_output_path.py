"""The output path as it is sent: absolute, with a format, and no file that only the caller has."""

import os
from pathlib import Path

import pytest

from ttsmesh.cli.output_path import absolute
from ttsmesh.errors import Code, RejectedError


def refusal(path: str, format: str | None = None) -> str:
    with pytest.raises(RejectedError) as caught:
        absolute(path, format)
    assert caught.value.code is Code.OUTPUT
    return caught.value.message


def test_a_relative_path_begins_in_the_callers_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("a.opus") == f"{tmp_path}/a.opus"
    assert absolute("a", "mp3") == f"{tmp_path}/a"
    assert absolute("/b/a.wav") == "/b/a.wav"


@pytest.mark.parametrize("path", ["-", "/dev/stdout", "/dev/stderr", "/dev/fd/3", "/proc/self/fd/1"])
@pytest.mark.parametrize("format", [None, "wav"])
def test_what_only_the_caller_has_open_is_no_file(path: str, format: str | None) -> None:
    assert "with -o -" in refusal(path, format)


def test_of_a_fifo_the_name_is_not_what_is_wrong(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "is a FIFO" in refusal(str(tmp_path / "fifo"))
    assert "is a device" in refusal("/dev/null")
    for name in ("", "none.doc", "nul\0"):
        assert "has no name" in refusal(name) if not name else "must end in" in refusal(f"{tmp_path}/{name}")

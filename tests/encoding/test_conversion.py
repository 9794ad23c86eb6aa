"""Samples that stay as they are cost nothing; a resampler that is missing is one clear line."""

import subprocess
import sys

import pytest

from ttsmesh.encoding.conversion import Conversion
from ttsmesh.errors import EXIT_STATUS, SinkError
from ttsmesh.output_formats import Encoding


def test_samples_that_stay_as_they_are_pass_untouched_and_load_nothing() -> None:
    program = """
import sys
from ttsmesh.output_formats import Encoding
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
for format in ("wav", "raw"):
    recorder = Recorder(Encoding(format), stream=False)
    assert recorder.encode(b"abcd", Tags()).endswith(b"abcd")
    recorder.finish(b"", Tags())
assert not {"numpy", "soundfile", "soxr"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("last", [0, 1, 4799])
def test_the_last_samples_come_with_the_last_call(last: int) -> None:
    conversion = Conversion(Encoding("wav", 48_000))
    first = conversion.change(bytes(2 * 4800))
    rest = conversion.change(bytes(2 * last), last=True)
    assert len(first + rest) == 2 * 2 * (4800 + last)


def test_a_resampler_that_is_missing_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    with pytest.raises(SinkError, match="the package soxr cannot be used: ") as caught:
        Conversion(Encoding("wav", 48_000))
    assert EXIT_STATUS[caught.value.code] == 78

"""Every format, decoded by another program: nothing is lost at either end, and the file says what it is."""

from pathlib import Path

import numpy as np
import pytest

from tests.decoded import Samples, decoded, described
from tests.encoding.sounds import chirp, file_of, stream_of
from ttsmesh.encoding.encoder import Tags
from ttsmesh.output_formats import FORMATS, Encoding

SOUND = chirp(40_000 + 777)
TAGS = Tags("Grüße, 日本! " + "x" * 40, "af_heart:0.6,bf_emma:0.4", "Ein Buch – wie dieses")
CODEC_FRAME = {"wav": 1, "flac": 1, "raw": 1, "ogg": 1024, "opus": 480, "mp3": 576}
"""Samples that a decoder makes at once, at 24 kHz: by so much the length may differ."""


def alike(one: Samples, other: Samples) -> float:
    """The correlation of two sounds of the same length."""
    return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])


@pytest.mark.parametrize("frames", [1, 480, SOUND.size])
@pytest.mark.parametrize("format", FORMATS)
def test_each_format_has_every_sample_that_was_said(tmp_path: Path, format: str, frames: int) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(file_of(Encoding(format), SOUND[:frames].tobytes(), TAGS))
    found = decoded(path, raw="s16le" if format == "raw" else "")
    assert abs(found.size - frames) < CODEC_FRAME[format]
    if CODEC_FRAME[format] == 1:
        assert np.array_equal(found, SOUND[:frames])
    elif frames > 4800:
        assert alike(found[:frames], SOUND[:frames]) > 0.95
        assert alike(found[frames - 1200 : frames], SOUND[frames - 1200 : frames]) > 0.9


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "raw"])
def test_each_format_says_what_it_is_and_who_speaks(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(file_of(Encoding(format), SOUND.tobytes(), TAGS))
    found = described(path)
    codecs = {"wav": "pcm_s16le", "ogg": "vorbis"}
    assert found["codec"] == codecs.get(format, format)
    assert found["sample_rate"] == (48_000 if format == "opus" else 24_000)  # Opus is always decoded at 48 kHz
    assert (found["title"], found["artist"], found["album"]) == TAGS


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "raw"])
def test_a_stream_is_decoded_without_its_corrections(format: str) -> None:
    found = decoded(stream_of(Encoding(format), SOUND.tobytes()))
    # At the ends of an MP3 there is silence then: only its corrections tell where the sound begins and ends.
    longest = 4 * CODEC_FRAME[format] if format == "mp3" else CODEC_FRAME[format] - 1
    assert SOUND.size <= found.size <= SOUND.size + longest


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("format", FORMATS)
def test_another_sample_rate_is_the_same_sound_of_the_same_length(tmp_path: Path, format: str, rate: int) -> None:
    if FORMATS[format].rates and rate not in FORMATS[format].rates:
        pytest.skip("the format does not have it")
    path = tmp_path / f"a.{format}"
    path.write_bytes(file_of(Encoding(format, rate), SOUND.tobytes()))
    found = decoded(path, rate, raw="s16le" if format == "raw" else "")
    assert abs(found.size - SOUND.size * rate / 24_000) <= 1 + CODEC_FRAME[format] * max(1.0, rate / 24_000)
    found = found[: SOUND.size * rate // 24_000]
    times = np.arange(found.size) * 24_000 / rate
    assert alike(found, np.interp(times, np.arange(SOUND.size), SOUND).astype("<i2")) > 0.95


@pytest.mark.parametrize(
    ("format", "bits", "kind"),
    [("wav", 24, ""), ("wav", 32, ""), ("flac", 24, ""), ("raw", 24, "s24le"), ("raw", 32, "s32le")],
)
@pytest.mark.parametrize("frames", [1001, 1000])
def test_more_bits_have_the_same_samples(tmp_path: Path, format: str, bits: int, kind: str, frames: int) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(file_of(Encoding(format, bits=bits), SOUND[:frames].tobytes()))
    assert np.array_equal(decoded(path, raw=kind), SOUND[:frames])
    if not kind:
        assert described(path)["bits"] == bits


def test_more_bits_are_used_where_the_sample_rate_changes() -> None:
    """Between two samples of 16 bits there are others."""
    data = file_of(Encoding("raw", 48_000, 32), SOUND.tobytes())
    assert np.count_nonzero(np.frombuffer(data, "<i4") & 0xFFFF) > SOUND.size / 2


@pytest.mark.parametrize("format", FORMATS)
def test_it_does_not_matter_in_what_pieces_the_sound_comes(format: str) -> None:
    kind = "s16le" if format == "raw" else ""
    whole, parts = (
        decoded(file_of(Encoding(format, 48_000), SOUND.tobytes(), step=step), 48_000, raw=kind)
        for step in (2 * SOUND.size, 500)
    )
    assert whole.size == parts.size
    assert alike(whole, parts) > 0.99

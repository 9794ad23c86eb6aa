"""The formats that speech can be saved in: by extension or by name, with the sample rates and bits that they have."""

import pytest

from ttsmesh.errors import EXIT_STATUS, Code, RejectedError
from ttsmesh.output_formats import FORMATS, Encoding, encoding, format_of
from ttsmesh.wire import client_messages


def test_the_formats_on_the_wire_are_those_that_there_are() -> None:
    assert tuple(FORMATS) == client_messages.FORMATS


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("/some.where/a.WAV", "wav"),
        ("a.b.flac", "flac"),
        ("/a.ogg", "ogg"),
        ("/a.oga", "ogg"),
        ("/a.Opus", "opus"),
        ("/a.mp3", "mp3"),
        ("/a.raw", "raw"),
        ("/a.pcm", "raw"),
    ],
)
def test_the_extension_chooses_the_format_however_it_is_written(path: str, format: str) -> None:
    assert format_of(path) == format


@pytest.mark.parametrize("path", ["/a.mp4", "/a", "/a.wav/b", "/.wav", "/a.wav~", "/a."])
def test_an_unknown_extension_is_73_with_the_list(path: str) -> None:
    with pytest.raises(RejectedError, match=r"in \.wav, \.flac, \.ogg, \.opus, \.mp3 or \.raw") as caught:
        format_of(path)
    assert EXIT_STATUS[caught.value.code] == 73


def test_what_is_not_said_is_as_the_model_makes_it() -> None:
    assert encoding("mp3", None, None) == Encoding("mp3", 24_000, 16)


@pytest.mark.parametrize(
    ("format", "sample_rate", "bits"),
    [("wav", 8_000, 32), ("flac", 192_000, 24), ("ogg", 44_100, None), ("opus", 48_000, None), ("raw", 16_000, 24)],
)
def test_a_format_takes_the_sample_rates_and_bits_that_it_has(format: str, sample_rate: int, bits: int | None) -> None:
    assert encoding(format, sample_rate, bits) == Encoding(format, sample_rate, bits or 16)


@pytest.mark.parametrize(
    ("format", "sample_rate", "bits", "reason"),
    [
        ("aiff", None, None, "unknown format 'aiff'; known: wav, "),
        ("opus", 44_100, None, "opus has sample rates of 8000, 12000, 16000, 24000 or 48000 only"),
        ("mp3", 96_000, None, "mp3 has sample rates of"),
        ("wav", 0, None, "from 8000 to 192000"),
        ("wav", 192_001, None, "from 8000 to 192000"),
        ("wav", None, 8, "wav has 16, 24 or 32 bits"),
        ("flac", None, 32, "flac has 16 or 24 bits"),
        ("mp3", None, 16, "mp3 has no number of bits"),
    ],
)
def test_what_a_format_does_not_have_is_wrong_usage(
    format: str, sample_rate: int | None, bits: int | None, reason: str
) -> None:
    with pytest.raises(RejectedError, match=reason) as caught:
        encoding(format, sample_rate, bits)
    assert caught.value.code is Code.USAGE

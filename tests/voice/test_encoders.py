"""Each format that is promised has an encoder, and its files are what players expect."""

import io
import struct
import wave

import pytest

from ttsmesh.audio import OUTPUT_FORMATS, SAMPLE_RATE
from ttsmesh.errors import Code, RejectedError
from ttsmesh.voice.encoders import ENCODERS, Wav, encoder_for, wav_header

PCM = struct.pack("<4800h", *range(4800))


def test_every_output_format_has_an_encoder() -> None:
    assert set(ENCODERS) == set(OUTPUT_FORMATS)


def test_the_extension_chooses_the_encoder_however_it_is_written() -> None:
    assert isinstance(encoder_for("/some.where/a.WAV"), Wav)


@pytest.mark.parametrize("path", ["/a.mp4", "/a", "/a.wav/b", "/.wav", "/a.wav~"])
def test_a_format_that_cannot_be_saved_is_refused(path: str) -> None:
    with pytest.raises(RejectedError, match="only WAV files can be saved") as caught:
        encoder_for(path)
    assert caught.value.code is Code.OUTPUT


@pytest.mark.parametrize("format", OUTPUT_FORMATS)
def test_the_length_of_a_header_never_changes(format: str) -> None:
    encoder = encoder_for(f"/a{format}")
    before = len(encoder.header)
    encoder.encode(PCM)
    encoder.finish()
    assert len(encoder.header) == before


def test_a_wav_file_has_the_samples_that_were_encoded() -> None:
    encoder = Wav()
    body = encoder.encode(PCM) + encoder.encode(PCM[:200]) + encoder.finish()
    with wave.open(io.BytesIO(encoder.header + body)) as file:
        assert file.getparams()[:4] == (1, 2, SAMPLE_RATE, 4900)
        assert file.readframes(4900) == PCM + PCM[:200]


def test_a_length_of_more_than_32_bits_says_read_on_to_the_end() -> None:
    assert len(wav_header(0)) == 44
    assert struct.unpack_from("<I", wav_header(1000), 4) == (1036,)
    assert struct.unpack_from("<I", wav_header(1000), 40) == (1000,)
    for too_long in (2**32 - 36, 2**32):
        header = wav_header(too_long)
        assert struct.unpack_from("<I", header, 4) == struct.unpack_from("<I", header, 40) == (0xFFFFFFFF,)

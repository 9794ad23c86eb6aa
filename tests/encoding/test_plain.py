"""WAV files are what players expect, also where their length is unknown or too long."""

import io
import struct
import wave

import pytest

from tests.encoding.sounds import file_of, stream_of
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.plain import wav_header
from ttsmesh.output_formats import Encoding

PCM = struct.pack("<4800h", *range(4800))
WAV = Encoding("wav")


@pytest.mark.parametrize("tags", [Tags(), Tags("odd", "even")])
def test_a_wav_file_has_the_samples_that_were_encoded(tags: Tags) -> None:
    with wave.open(io.BytesIO(file_of(WAV, PCM, tags))) as file:
        assert file.getparams()[:4] == (1, 2, SAMPLE_RATE, 4800)
        assert file.readframes(4801) == PCM


def test_a_chunk_of_odd_length_is_filled_up() -> None:
    data = file_of(Encoding("wav", bits=24), PCM[:2])
    assert len(data) == 44 + 3 + 1
    assert struct.unpack_from("<I", data, 4) == (len(data) - 8,)


def test_a_stream_says_read_on_to_the_end() -> None:
    data = stream_of(WAV, PCM)
    assert data[44:] == PCM
    assert struct.unpack_from("<I", data, 4) == struct.unpack_from("<I", data, 40) == (0xFFFFFFFF,)


def test_a_length_of_more_than_32_bits_says_read_on_to_the_end() -> None:
    assert len(wav_header(WAV, 0)) == 44
    assert struct.unpack_from("<I", wav_header(WAV, 1000), 4) == (1036,)
    assert struct.unpack_from("<I", wav_header(WAV, 1000), 40) == (1000,)
    for too_long in (2**32 - 36, 2**32):
        header = wav_header(WAV, too_long)
        assert struct.unpack_from("<I", header, 4) == struct.unpack_from("<I", header, 40) == (0xFFFFFFFF,)

"""The bytes of libsndfile's files come as they are made, and its faults are one clear line."""

import io
import sys

import numpy as np
import pytest

from tests.encoding.sounds import chirp
from ttsmesh.encoding import compressed
from ttsmesh.encoding.compressed import KINDS, Compressed, id3
from ttsmesh.encoding.encoder import Tags
from ttsmesh.errors import Code, SinkError
from ttsmesh.output_formats import Encoding

SECOND = chirp(24_000).tobytes()


@pytest.mark.parametrize("format", KINDS)
def test_of_a_long_sound_at_most_seconds_are_kept_back(format: str) -> None:
    encoder = Compressed(Encoding(format))
    encoder.begin(Tags())
    sizes = [len(encoder.encode(SECOND)) for _ in range(20)]
    assert sum(sizes[:10]) and sum(sizes[10:])
    assert len(encoder.finish()) < 0.2 * sum(sizes)


def test_what_was_fetched_is_corrected_and_what_was_not_is_written_over() -> None:
    memory = compressed._Memory()
    memory.write(b"abcdef")
    assert memory.fetch() == b"abcdef"
    memory.write(b"ghij")
    memory.seek(4)
    assert memory.write(b"EFGH") == 4
    assert (memory.tell(), memory.seek(0, io.SEEK_END)) == (8, 10)
    assert (memory.fetch(), memory.corrections) == (b"GHij", [(4, b"EF")])


def test_the_tags_of_an_mp3_are_read_by_every_player() -> None:
    assert id3(Tags()) == b""
    data = id3(Tags("ä" * 100))
    assert data[:6] == b"ID3\3\0\0"
    assert len(data) == 10 + (data[8] << 7 | data[9])
    assert data[10:14] == b"TIT2"


def test_an_encoder_that_is_missing_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(SinkError, match="the package soundfile cannot be used: ") as caught:
        Compressed(Encoding("flac"))
    assert caught.value.code is Code.CONFIG


def test_a_fault_of_the_encoder_is_one_clear_line() -> None:
    encoder = Compressed(Encoding("flac"))
    encoder.finish()
    with pytest.raises(SinkError, match="the sound cannot be encoded: ") as caught:
        encoder.encode(np.zeros(4, "<i2").tobytes())
    assert caught.value.code is Code.INTERNAL

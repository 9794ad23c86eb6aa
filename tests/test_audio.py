"""PCM arithmetic: frames and slices of mono s16le at 24 kHz."""

import pytest

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, SLICE_FRAMES, frames, slices
from ttsmesh.wire.messages import Audio


def test_frames_are_counted_in_any_kind_of_bytes() -> None:
    pcm = bytes(10)
    assert frames(pcm) == frames(bytearray(pcm)) == frames(memoryview(pcm)) == 5


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, [1]),
        (SLICE_FRAMES - 1, [SLICE_FRAMES - 1]),
        (SLICE_FRAMES, [SLICE_FRAMES]),
        (SLICE_FRAMES + 1, [SLICE_FRAMES, 1]),
    ],
)
def test_slices_are_full_but_for_the_last(count: int, expected: list[int]) -> None:
    assert [frames(piece) for piece in slices(bytes(count * BYTES_PER_FRAME))] == expected


def test_slices_joined_are_the_sound_again() -> None:
    pcm = b"".join(n.to_bytes(2, "little") for n in range(2 * SLICE_FRAMES + 1))
    assert b"".join(slices(pcm)) == pcm


def test_a_slice_lasts_200_ms_and_fits_in_a_message() -> None:
    assert SLICE_FRAMES == SAMPLE_RATE * 0.2
    pcm = bytes(SLICE_FRAMES * BYTES_PER_FRAME)
    assert Audio(pcm=pcm).pcm == pcm

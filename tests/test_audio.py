"""PCM arithmetic: frames, silence and slices of mono s16le at 24 kHz."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, SLICE_FRAMES, frames, silence, slices
from ttsmesh.wire.messages import Audio


def test_a_second_is_24000_frames_of_two_bytes() -> None:
    pcm = silence(1.0)
    assert len(pcm) == 48_000
    assert frames(pcm) == SAMPLE_RATE


def test_frames_are_counted_in_any_kind_of_bytes() -> None:
    pcm = bytes(10)
    assert frames(pcm) == frames(bytearray(pcm)) == frames(memoryview(pcm)) == 5


@pytest.mark.parametrize("duration_s", [0.0, 1e-6, 0.01, 1 / 3])
def test_silence_is_zeros_in_whole_frames_and_off_by_half_a_frame_at_most(duration_s: float) -> None:
    pcm = silence(duration_s)
    assert not any(pcm)
    assert len(pcm) % BYTES_PER_FRAME == 0
    assert abs(frames(pcm) - duration_s * SAMPLE_RATE) <= 0.5


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


@given(st.binary(max_size=60).filter(lambda pcm: len(pcm) % 2 == 0), st.integers(1, 9))
def test_slices_joined_are_the_sound_again(pcm: bytes, frames_each: int) -> None:
    pieces = slices(pcm, frames_each)
    assert b"".join(pieces) == pcm
    assert all(0 < frames(piece) <= frames_each for piece in pieces)


def test_a_slice_lasts_200_ms_and_fits_in_a_message() -> None:
    assert SLICE_FRAMES == SAMPLE_RATE * 0.2
    pcm = bytes(SLICE_FRAMES * BYTES_PER_FRAME)
    assert Audio(pcm=pcm).pcm == pcm

"""A chunk's sound comes window by window, each of which is given what lies around it."""

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ttsmesh.errors import SynthesisError
from ttsmesh.model.build.recipe import HIDDEN_SPAN, SOURCE_SPAN
from ttsmesh.model.engine.openvino.generator import SHORT_WINDOWS, Generator, Windows
from ttsmesh.model.engine.openvino.stage import Array
from ttsmesh.model.engine.protocol import CLIP_LEVEL
from ttsmesh.model.kokoro import FRAME_SAMPLES


class FakeGenerator:
    """Says in each sample which frame it belongs to, by what it is given of hidden and of the source."""

    short, long, longest = 3, 5, 5

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def run(self, frames: int, hidden: Array, source: Array, affine: Array) -> Array:
        assert hidden.shape == (1, 1, 1, 2 * frames + HIDDEN_SPAN[1] - HIDDEN_SPAN[0])
        assert source.shape == (1, 1, 120 * frames + SOURCE_SPAN[1] - SOURCE_SPAN[0])
        self.lengths.append(frames)
        of_hidden = hidden[0, 0, 0, -HIDDEN_SPAN[0] :: 2][:frames]
        of_source = source[0, 0, -SOURCE_SPAN[0] :: 120][:frames]
        assert np.array_equal(of_hidden, of_source)
        return np.repeat(of_hidden, FRAME_SAMPLES)


def windows(generator: Any, frames: int, begin: int, end: int) -> Windows:
    numbers = np.arange(1, frames + 1, dtype=np.float32)
    hidden = np.repeat(numbers, 2).reshape(1, 1, 1, -1) / 1000
    source = np.append(np.repeat(numbers, 120), np.float32(0)).reshape(1, 1, -1) / 1000
    return Windows(cast(Generator, generator), hidden, source, np.zeros(1, np.float32), begin, end)


@given(st.integers(1, 60), st.data())
def test_all_that_is_heard_comes_once_and_in_order(frames: int, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(begin + 1, frames))
    parts = windows(FakeGenerator(), frames, begin, end)
    pieces = []
    while (piece := parts.next()) is not None:
        pieces.append(piece)
    assert parts.next() is None
    expected = np.repeat(np.arange(begin + 1, end + 1, dtype=np.float32), FRAME_SAMPLES) / 1000
    np.testing.assert_array_equal(np.concatenate(pieces), expected)


def test_the_first_windows_are_short_and_the_last_one_no_longer_than_it_must_be() -> None:
    generator = FakeGenerator()
    parts = windows(generator, 20, 0, 2 * 3 + 2 * 5 + 2)
    while parts.next() is not None:
        pass
    assert generator.lengths == [3] * SHORT_WINDOWS + [5, 5, 3]


@pytest.mark.parametrize("samples", [[np.nan], [np.inf]])
def test_what_is_no_sound_is_refused(samples: list[float]) -> None:
    class FakeBroken(FakeGenerator):
        def run(self, frames: int, hidden: Array, source: Array, affine: Array) -> Array:
            return np.resize(np.array(samples, np.float32), frames * FRAME_SAMPLES)

    with pytest.raises(SynthesisError, match="no usable sound"):
        windows(FakeBroken(), 5, 0, 5).next()


def test_sound_is_clipped_far_beyond_full_scale() -> None:
    class FakeLoud(FakeGenerator):
        def run(self, frames: int, hidden: Array, source: Array, affine: Array) -> Array:
            return np.full(frames * FRAME_SAMPLES, -5, np.float32)

    piece = windows(FakeLoud(), 5, 0, 5).next()
    assert piece is not None
    assert piece.min() == -CLIP_LEVEL

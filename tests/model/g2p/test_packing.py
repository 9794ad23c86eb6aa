"""Segments come out of the values that a process sends as they went in."""

import msgpack
from hypothesis import given, strategies as st

from ttsmesh.languages import LANGUAGES
from ttsmesh.model.g2p.packing import packed, unpacked
from ttsmesh.model.text.segments import PLAIN, Delivery, Mark, Segment, Word

PLACES = st.integers(0, 2**22)
FACTORS = st.floats(0.1, 10)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORDS = st.builds(
    Word,
    TEXTS,
    PLACES,
    PLACES,
    spaced=st.booleans(),
    kind=st.sampled_from(["word", "letters", "mark"]),
    phonemes=TEXTS,
)
DELIVERIES = st.builds(
    Delivery,
    voice=st.none() | TEXTS,
    rate=FACTORS,
    pitch=FACTORS,
    volume=FACTORS,
)
SEGMENTS = st.builds(
    Segment,
    PLACES,
    PLACES,
    st.lists(WORDS, max_size=4).map(tuple),
    st.sampled_from(list(LANGUAGES)),
    delivery=st.just(PLAIN) | DELIVERIES,
    pause=st.sampled_from(["", "clause", "sentence", "item", "paragraph"]),
    marks=st.lists(st.builds(Mark, TEXTS, PLACES), max_size=3).map(tuple),
    ends_sentence=st.booleans(),
    unsayable=PLACES,
    read_as=st.sampled_from(["text", "markdown", "code"]),
)


@given(st.lists(SEGMENTS, max_size=3))
def test_segments_are_the_same_at_the_other_end(segments: list[Segment]) -> None:
    assert unpacked(msgpack.unpackb(msgpack.packb(packed(segments)))) == segments


def test_a_segment_takes_little_more_than_its_words() -> None:
    """A process answers with some hundred of them for each block."""
    segment = Segment(0, 5, (Word("hello", 0, 5),), "en-us")
    assert len(msgpack.packb(packed([segment]))) < 60

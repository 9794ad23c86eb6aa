"""Notes come out of the values that a process is sent as they went in."""

import msgpack
from hypothesis import given, strategies as st

from ttsmesh.model.text.markup.notes import Break, Manner, Note, Place, SentenceEnd, Stated, packed, unpacked
from ttsmesh.model.text.segments import Delivery

PLACES = st.integers(0, 2**22)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FACTORS = st.floats(0.1, 10)
NOTES = st.one_of(
    st.builds(Manner, PLACES, TEXTS, st.builds(Delivery, st.none() | TEXTS, FACTORS, FACTORS, FACTORS)),
    st.builds(Break, PLACES, st.floats(0, 60_000)),
    st.builds(SentenceEnd, PLACES),
    st.builds(Place, PLACES, TEXTS),
    st.builds(Stated, PLACES, TEXTS, TEXTS, TEXTS),
)


@given(st.lists(NOTES, max_size=5))
def test_notes_are_the_same_at_the_other_end(notes: list[Note]) -> None:
    assert unpacked(msgpack.unpackb(msgpack.packb(packed(notes)))) == notes

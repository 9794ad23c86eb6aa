"""Where sentences and lines begin, roughly."""

from hypothesis import given, strategies as st

from ttsmesh.cli.commands.reader.sentences import next_sentence, sentence

TEXT = 'It costs 2.50 now. "Really?" Yes!\n- an item\n\n日本語。次の文。 End'
BEGINNINGS = ["It", '"Really', "Yes", "- an", "日本", "次の", "End"]


def test_each_sentence_and_line_begins_where_the_one_before_ended() -> None:
    places = [0]
    while (place := next_sentence(TEXT, places[-1])) < len(TEXT):
        places.append(place)
    assert [TEXT[place:].startswith(word) for place, word in zip(places, BEGINNINGS, strict=True)] == [True] * 7


@given(st.text("ab. \n。", max_size=40), st.data())
def test_a_place_is_behind_the_beginning_of_its_sentence(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    begin = sentence(text, place)
    assert begin <= place <= next_sentence(text, place)
    assert sentence(text, begin) == begin

"""Where the sentences of a text end."""

import pytest

from ttsmesh.model.text.sentences import sentences


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith left.",
        "Mr. and Mrs. Jones left.",
        "J. R. R. Tolkien wrote.",
        "George W. Bush spoke.",
        "Dr. Smith met J. Jones.",
        "the U.S. Army came.",
        "a value of 3.14 or so.",
        "version v1.2.3 of it.",
        "etc. and so on.",
        "well... it was.",
        "No. 5 won.",
        'He asked "Really?" and left.',
    ],
)
def test_a_doubtful_stop_ends_no_sentence(text: str) -> None:
    assert found(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "One. Two.",
        "one. two.",
        "Take vitamin C. Then rest.",
        "See plan B. Then go.",
        "It was he and I. We left.",
        "Come at 5 p.m. She left.",
        "He can't. Then he left.",
        "It was Mary’s. She knew.",
        "“One.” Two.",
        "One (of them.) Two.",
        "One?! Two.",
        "One… Two.",
    ],
)
def test_a_certain_stop_ends_a_sentence(text: str) -> None:
    assert len(found(text)) == 2


def test_no_space_is_needed_where_none_is_written() -> None:
    assert found("一つ。二つ！三つ") == ["一つ。", "二つ！", "三つ"]


def test_white_space_belongs_to_no_sentence() -> None:
    assert found("  One.  \n Two ") == ["One.", "Two"]
    assert found(" \n ") == []

"""Finding words in a text."""

import re
import time

import pytest

from ttsmesh.cli.commands.reader.finding import STRIDE, following, hits, pattern, preceding

TEXT = "One fox. Another\n  Fox, and the fox. Caf\u00e9, cafe\u0301."


def wanted(words: str) -> re.Pattern[str]:
    found = pattern(words)
    assert found is not None
    return found


def found(words: str) -> list[str]:
    return [TEXT[start:end] for start, end in hits(wanted(words), TEXT, 0, len(TEXT))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fox", ["fox", "Fox", "fox"]),
        ("Fox", ["Fox"]),
        ("another fox", ["Another\n  Fox"]),
        ("café", ["Café", "cafe\u0301"]),
        ("cafe\u0301", ["Café", "cafe\u0301"]),
        ("f.x", []),
        ("  fox, ", ["Fox,"]),
    ],
)
def test_words_are_found_in_any_case_across_lines_and_however_accents_are_written(
    words: str, expected: list[str]
) -> None:
    assert found(words) == expected


@pytest.mark.parametrize("words", ["", "  \t"])
def test_no_words_are_no_search(words: str) -> None:
    assert pattern(words) is None


def test_the_next_hit_follows_and_after_the_last_comes_the_first() -> None:
    fox = wanted("fox")
    places = [following(fox, TEXT, place) for place in (-1, 4, 19, 32)]
    assert places == [(4, 7), (19, 22), (32, 35), (4, 7)]


def test_the_hit_before_precedes_and_before_the_first_comes_the_last() -> None:
    fox = wanted("fox")
    assert [preceding(fox, TEXT, place) for place in (32, 19, 4, 0)] == [(19, 22), (4, 7), (32, 35), (32, 35)]


def test_what_is_not_there_is_not_found() -> None:
    cat = wanted("cat")
    assert (following(cat, TEXT, 0), preceding(cat, TEXT, 9)) == (None, None)


def test_hits_that_are_partly_in_sight_are_shown() -> None:
    assert list(hits(wanted("another fox"), TEXT, 15, 18)) == [(9, 22)]


def test_a_hit_far_before_is_found() -> None:
    text = "needle " + "hay " * STRIDE
    assert preceding(wanted("needle"), text, len(text)) == (0, 6)


@pytest.mark.alone
@pytest.mark.parametrize("find", [following, preceding])
def test_the_longest_text_is_searched_without_a_pause_that_anybody_minds(find: object) -> None:
    text = "The quick brown fox. " * 200_000
    begun = time.monotonic()
    assert callable(find) and find(wanted("zebra"), text, len(text) // 2) is None
    assert time.monotonic() - begun < 3.0  # it takes 0.2 s on two virtual CPUs

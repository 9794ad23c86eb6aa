"""Rows of a text: nothing is lost, nothing is too wide, and every place can be found again."""

import time
import unicodedata

import pytest
from hypothesis import given, strategies as st
from wcwidth import wcswidth, wcwidth

from ttsmesh.cli.commands.reader.layout import BLOCK, Layout, columns
from ttsmesh.text_input import check_text

TEXTS = st.text(
    st.sampled_from("ab .\n\r\t\u00a0\u3000日本、。「」éé\u0301👩\u200d\ufe0f\u202e\u200b\x1b\x08ก\u0e33नि"), min_size=1
)
WIDTHS = st.integers(1, 12)


def rows(layout: Layout) -> list[int]:
    found: list[int] = [0]
    while (row := layout.next(found[-1])) is not None:
        found.append(row)
    return found


def shown(text: str, width: int) -> list[str]:
    layout = Layout(text, width)
    return ["".join(layout.cells(row)) for row in rows(layout)]


@given(TEXTS, WIDTHS)
def test_the_rows_are_the_text_and_none_is_too_wide(text: str, width: int) -> None:
    layout = Layout(text, width)
    found = rows(layout)
    assert "".join(text[row : layout.end_of(row)] for row in found) == text
    for row in found:
        cells = layout.cells(row)
        assert len(cells) == layout.end_of(row) - row
        assert sum(max(0, wcwidth(char)) for cell in cells for char in cell) <= width
        assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for cell in cells for char in cell)


@given(TEXTS, WIDTHS, st.data())
def test_every_place_is_in_its_row_and_rows_follow_one_another(text: str, width: int, data: st.DataObject) -> None:
    layout = Layout(text, width)
    place = data.draw(st.integers(0, len(text) - 1))
    row = layout.row_of(place)
    assert row <= place < layout.end_of(row)
    following = layout.next(row)
    assert following is None or layout.previous(following) == row
    assert layout.moved(0, len(text)) == rows(layout)[-1]
    assert layout.moved(rows(layout)[-1], -len(text)) == 0


@given(TEXTS, WIDTHS)
def test_a_mark_stays_with_its_letter(text: str, width: int) -> None:
    layout = Layout(text, width)
    for row in rows(layout)[1:]:
        if text[row - 1] not in "\n\r" and text[row] not in "\t\n\r":
            assert columns(text[row]) or not columns(text[row - 1])


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two ", "three"]),
        ("one two three", 7, ["one two", "three"]),  # the blank has no room and needs none
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("a\u00a0b c", 4, ["a\u00a0b ", "c"]),
        ("abc\u00a0de", 4, ["abc\u00a0", "de"]),  # wider than a row
        ("a\tb\r\nc\rd\n\ne", 10, ["a       b", "c", "d", "", "e"]),
        ("日本語、です", 6, ["日本", "語、で", "す"]),
        ("「日本」", 4, ["「日", "本」"]),
        ("xe\u0301e\u0301", 2, ["xe\u0301", "e\u0301"]),
        ("👩\u200d👩", 8, ["👩👩"]),
        ("red \x1b[31m", 20, ["red ␛[31m"]),
        ("a\u202eb", 8, ["ab"]),
    ],
)
def test_rows_end_where_a_reader_expects_it(text: str, width: int, expected: list[str]) -> None:
    assert shown(text, width) == expected


def test_another_width_gives_other_rows_of_the_same_text() -> None:
    layout = Layout("one two three four", 8)
    assert rows(layout) == [0, 8, 14]
    layout.width = 100
    assert rows(layout) == [0]


def test_lines_are_numbered_as_an_editor_does() -> None:
    layout = Layout("a\nb\r\n\nc", 80)
    assert [layout.line_of(place) for place in (0, 1, 2, 5, 6)] == [1, 1, 2, 3, 4]
    assert layout.lines == 4


def test_a_very_long_line_is_cut_at_blanks_and_stays_one_line() -> None:
    text = "word " * BLOCK
    layout = Layout(text, 50)
    found = rows(layout)
    assert "".join(text[row : layout.end_of(row)] for row in found) == text
    assert all(text[row - 1] == " " for row in found[1:])
    assert (layout.lines, layout.line_of(len(text) - 1)) == (1, 1)


@pytest.mark.alone
@pytest.mark.parametrize("line", ["The quick brown fox.\n", "no line ends in this text. ", "日本語の文章です。\n"])
def test_the_longest_text_opens_at_once_and_its_end_too(line: str) -> None:
    text = check_text((line * (4 * 2**20 // len(line.encode()))).encode())
    begun = time.monotonic()
    layout = Layout(text, 80)
    last = layout.row_of(len(text) - 1)
    top = layout.moved(last, -50)
    assert len([layout.cells(row) for row in (top, last)]) == 2
    assert time.monotonic() - begun < 1.0  # it takes 0.05 s on two virtual CPUs


def test_what_is_shown_is_as_wide_as_the_terminal_takes_it_to_be() -> None:
    for text in ("plain", "日本語", "e\u0301a", "naïve ☃"):
        layout = Layout(text, 80)
        assert wcswidth("".join(layout.cells(0))) == sum(map(columns, text))

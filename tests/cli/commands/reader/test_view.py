"""Which rows are shown: the spoken word's, unless the user looks elsewhere."""

from hypothesis import given, strategies as st

from ttsmesh.cli.commands.reader.layout import Layout
from ttsmesh.cli.commands.reader.view import View

LINES = "".join(f"{number:03}\n" for number in range(100))


def view(place: int = 0) -> View:
    return View(Layout(LINES, 20), place, 10)


def shown(of: View) -> list[int]:
    return [int(LINES[row : row + 3]) for row in of.rows]


def at(line: int) -> int:
    """The place of a line."""
    return 4 * line


def test_the_text_stays_while_the_word_is_in_sight_and_then_moves_most_of_a_page() -> None:
    reader = view()
    for line in range(8):
        reader.spoken(at(line))
        assert shown(reader) == list(range(10))
    reader.spoken(at(8))
    assert shown(reader) == list(range(6, 16))


def test_the_last_rows_are_not_left() -> None:
    reader = view()
    reader.spoken(at(99))
    assert shown(reader) == list(range(90, 100))
    reader.spoken(at(98))
    assert shown(reader) == list(range(90, 100))


def test_who_looks_elsewhere_is_left_alone_until_he_comes_back() -> None:
    reader = view()
    reader.turn(3)
    elsewhere = shown(reader)
    reader.spoken(at(2))
    assert (shown(reader), reader.following) == (elsewhere, False)
    reader.follow(at(3))
    assert 3 in shown(reader) and reader.following and reader.cursor == at(3)


def test_at_an_edge_the_text_moves_row_by_row() -> None:
    reader = view()
    for _ in range(10):
        reader.move(1)
    assert (shown(reader), reader.cursor) == (list(range(1, 11)), at(10))
    reader.move(-10)
    assert (shown(reader), reader.cursor) == (list(range(10)), 0)


def test_a_page_leaves_one_row_in_sight() -> None:
    reader = view()
    reader.turn(1)
    assert shown(reader) == list(range(9, 19))
    reader.turn(-1)
    assert shown(reader) == list(range(10))


def test_the_beginning_and_the_end_can_be_gone_to() -> None:
    reader = view()
    reader.go_to(len(LINES))
    assert (shown(reader), reader.cursor) == (list(range(90, 100)), len(LINES) - 1)
    reader.go_to(0)
    assert shown(reader) == list(range(10))


def test_another_size_keeps_the_word_in_sight() -> None:
    reader = view()
    reader.spoken(at(7))
    reader.resize(2, 5)  # each line takes two rows now
    assert any(row <= at(7) < reader.layout.end_of(row) for row in reader.rows)
    reader.resize(20, 60)
    assert 7 in shown(reader)


def test_a_short_text_begins_at_the_top_whatever_is_spoken() -> None:
    reader = View(Layout("a\nb\nc", 20), 4, 10)
    assert reader.rows == [0, 2, 4]
    reader.spoken(5)  # behind the last character
    assert reader.rows == [0, 2, 4]


@given(
    st.lists(
        st.tuples(st.sampled_from(["move", "turn", "go_to", "spoken", "follow", "resize"]), st.integers(-500, 500))
    )
)
def test_the_cursor_is_always_in_sight(steps: list[tuple[str, int]]) -> None:
    reader = view()
    for name, number in steps:
        match name:
            case "resize":
                reader.resize(1 + abs(number) % 30, 1 + abs(number) % 15)
            case "move" | "turn":
                getattr(reader, name)(number % 21 - 10)
            case _:
                getattr(reader, name)(abs(number) % len(LINES))
        place = min(reader.cursor, len(LINES) - 1)
        if name != "spoken" or reader.following:
            assert any(row <= place < reader.layout.end_of(row) for row in reader.rows)

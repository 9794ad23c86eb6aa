"""A text that is still being written: what is read of it when, and that it is read as if it had come at once."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings, strategies as st

from tests.reading import segments, shipped
from ttsmesh.model.text.growing.growth import SETTLE, Growth
from ttsmesh.model.text.reader import read
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.text.segments import Segment, spoken

STALL = 10.0


@dataclass
class Reader:
    """Reads a growth as soon as it may be read. ``said``: what was said when."""

    read_as: str = "auto"
    spell: bool = False
    now: float = 0.0
    reads: int = 0
    given: list[tuple[float, Segment]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reading = Reading(language="en-us", read_as=self.read_as, spell=self.spell)
        self.growth = Growth(self.reading, STALL)

    def add(self, text: str) -> list[str]:
        self.growth.add(text, self.now)
        return self.drain()

    def wait(self, seconds: float) -> list[str]:
        self.now += seconds
        return self.drain()

    def end(self) -> list[str]:
        self.growth.end()
        return self.drain()

    def drain(self) -> list[str]:
        """What is said now."""
        said = []
        while (portion := self.growth.portion(self.now)) is not None:
            self.reads += 1
            block = read(
                portion.text,
                portion.at,
                self.reading,
                copy.deepcopy(dict(self.growth.state)),
                most=2000,
                final=portion.final,
                lexicon=shipped(),
            )
            for segment in self.growth.took(portion, block):
                self.given.append((self.now, segment))
                said.append(spoken(segment.words))
        return [text for text in said if text]


def alike(found: Sequence[Segment]) -> list[tuple[str, str, int, int]]:
    return [(spoken(each.words), each.pause, each.start, each.end) for each in found if each.words]


ANSWER = """# Plan

Sure! Here's what I'll do. First, I check e.g. the logs;
then the rest follows. It costs 3.14 dollars... or more. "Really?" he asked. "Yes."

- one item
- another item, with more. And more!
  It goes on here.
- third

```python
import os

print(1)
```

| Name | Size |
|------|------|
| a.txt | 12 |
| b.txt | 13 |

1. First thing
2. Second thing

> A quote that has two sentences. This is the other one.

```text
Read this. And that.
```

<!-- not. this -->
And the end, which has no stop"""

LOG = "".join(
    f"2026-11-29 12:00:{second:02} {level} app: request {second} took {second * 7} ms\n"
    for second, level in enumerate(["INFO", "ERROR", "INFO", "WARNING"] * 5)
)

LONG = "This is one of many sentences in a long paragraph. " * 200

TEXTS = {"answer": ANSWER, "log": LOG, "long": LONG, "line": "word " * 2000, "breaks": "One.\n\n\n\nTwo.\n\n"}


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
@pytest.mark.parametrize(("name", "read_as"), [("answer", "auto"), ("answer", "markdown"), ("long", "auto")])
def test_c17_what_comes_in_pieces_is_read_as_if_it_came_at_once(name: str, read_as: str, size: int) -> None:
    text, reader = TEXTS[name], Reader(read_as)
    for at in range(0, len(text), size):
        reader.add(text[at : at + size])
        reader.now += 0.05
    reader.end()
    assert reader.growth.done
    assert reader.growth.waiting == 0
    whole = list(segments(text, read_as=read_as))
    assert alike([segment for _, segment in reader.given]) == alike(whole)
    assert sum(segment.unsayable for _, segment in reader.given) == sum(segment.unsayable for segment in whole)


@pytest.mark.parametrize("name", list(TEXTS))
@pytest.mark.parametrize("size", [1, 50])
def test_no_word_is_lost_or_said_twice_with_pauses_between_the_pieces(name: str, size: int) -> None:
    text, reader = TEXTS[name][:3000], Reader()
    for number, at in enumerate(range(0, len(text), size)):
        reader.add(text[at : at + size])
        reader.wait(0.6 if number % 41 == 40 else 0.01)
    reader.end()
    words = [word for _, segment in reader.given for word in segment.words]
    ends = [word.end for word in words]
    assert ends == sorted(ends)
    whole = [(word.text, word.end) for each in segments(text) for word in each.words if word.kind != "mark"]
    assert [(word.text, word.end) for word in words if word.kind != "mark"] == whole
    assert reader.growth.waiting <= 4  # white space at the end


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                *("Hello.", " ", "\n", "\n\n", "- item", "```", "```py\n", "| a | b |\n", "|---|---|\n", "1. ", "word"),
                *("e.g. ", "> ", "# ", "x = 1\n", "<!--", "-->", "\x1b[31m", "ERROR ", "2026-11-29 12:00:00 ", "☃"),
                *("...", "-----BEGIN KEY-----\n"),
            )
        ),
        max_size=30,
    ),
    st.lists(st.sampled_from((0.0, 0.0, 0.0, 0.6, 11.0)), min_size=30, max_size=30),
)
def test_whatever_comes_is_read_to_its_end_and_in_order(pieces: list[str], pauses: list[float]) -> None:
    reader = Reader()
    for piece, pause in zip(pieces, pauses, strict=False):
        reader.add(piece)
        reader.wait(pause)
    reader.end()
    assert reader.growth.done
    ends = [word.end for _, segment in reader.given for word in segment.words]
    assert ends == sorted(ends)
    assert all(end <= reader.growth.length for end in ends)
    assert reader.reads <= 4 * len(pieces) + 4


def test_a_sentence_is_read_as_soon_as_the_next_one_begins() -> None:
    reader = Reader()
    assert reader.add("Hello there. ") == []
    assert reader.add("H") == ["Hello there."]
    assert reader.add("ow are") == []
    assert reader.add(" you? Fine.") == ["How are you?"]
    assert reader.end() == ["Fine."]


def test_a_sentence_at_the_end_is_read_once_nothing_more_has_come_for_a_while() -> None:
    reader = Reader()
    assert reader.add("Working on it.") == []
    assert reader.growth.deadline(reader.now) == SETTLE
    assert reader.wait(SETTLE - 0.01) == []
    assert reader.wait(0.02) == ["Working on it."]
    assert reader.growth.deadline(reader.now) is None
    assert reader.given[-1][1].pause == ""  # its paragraph may go on
    assert reader.add(" Done.") == []
    assert reader.end() == ["Done."]


def test_a_stop_inside_a_number_is_not_the_end_of_a_sentence() -> None:
    reader = Reader()
    assert [reader.add(piece) for piece in ("It costs 3", ".", "1", "4 dollars. ", "Yes")][:4] == [[], [], [], []]
    assert reader.given[0][1].words[-1].end == len("It costs 3.14 dollars.")


def test_a_line_is_read_once_nothing_more_has_come_for_a_while() -> None:
    reader = Reader()
    assert reader.add("the build has failed\n") == []
    assert reader.wait(SETTLE) == ["the build has failed"]


def test_half_a_sentence_is_read_after_a_stall_and_the_text_goes_on() -> None:
    reader = Reader()
    assert reader.add("Let me see what") == []
    assert reader.wait(SETTLE) == []
    assert reader.growth.deadline(reader.now) == STALL
    assert reader.wait(STALL) == ["Let me see what"]
    assert reader.add(" is there. N") == ["is there."]


def test_a_table_and_code_between_fences_wait_for_their_end() -> None:
    reader = Reader()
    reader.add("| Name | Size |\n|---|---|\n| a. B | 12 |\n")
    assert reader.wait(SETTLE) == []
    assert reader.add("\nN") == ["Name: a B, Size: twelve."]
    reader = Reader()
    reader.add("```python\nimport os. And\n")
    assert reader.wait(SETTLE) == []
    assert reader.add("print(1)\n") == []
    assert reader.add("```\n") == ["code, Python, two lines"]


def test_a_long_fence_is_counted_as_it_comes_and_not_kept() -> None:
    reader = Reader()
    reader.add("```python\n")
    for number in range(2000):
        assert reader.add(f"x{number} = {number}\n") == []
        assert reader.growth.waiting < 4096
    assert reader.add("```\nThat is all. I") == ["code, Python, two thousand lines", "That is all."]


def test_an_item_is_read_when_the_next_one_begins() -> None:
    reader = Reader()
    assert reader.add("- one item\n") == []
    assert reader.add("- t") == ["one item"]
    assert reader.add("wo\n\n") == ["two"]


def test_lines_of_a_log_are_read_one_by_one_once_it_is_known_to_be_one() -> None:
    reader = Reader("log")
    first, *others = LOG.splitlines(keepends=True)
    reader.add(first)
    assert len(reader.wait(SETTLE)) == 1
    assert [len(reader.add(line)) for line in others] == [1] * len(others)


def test_a_command_at_the_beginning_does_not_make_code_of_all_that_follows() -> None:
    reader = Reader()
    reader.add("$ make test\n\n")
    reader.add("All of the tests were run, and none of them has failed. It")
    assert [segment.read_as for _, segment in reader.given] == ["text", "text"]


def test_what_is_spelled_is_read_as_it_comes() -> None:
    reader = Reader(spell=True)
    assert reader.add("a b") == ["A. space. B"] or reader.given
    assert reader.growth.waiting == 0


def test_blank_text_is_nothing_to_read() -> None:
    reader = Reader()
    assert reader.add(" \n\n \n") == []
    assert reader.wait(STALL) == []
    assert reader.end() == []
    assert reader.growth.done


def test_a_part_begins_where_the_one_before_has_ended_and_has_its_own_text() -> None:
    reader = Reader()
    reader.growth.begin()
    reader.add("First one. Second one. T")
    assert reader.growth.part == "First one. Second one."
    reader.growth.begin()
    assert reader.growth.part == ""
    reader.add("hird. F")
    assert reader.growth.part == "Third."
    third = reader.given[-1][1]
    assert (reader.growth.in_part(third.start), reader.growth.in_part(third.end)) == (0, 6)


def test_a_part_can_be_read_once_more() -> None:
    reader = Reader()
    reader.add("Before. ")
    reader.growth.begin()
    reader.add("First one. Second one. T")
    said, waiting = reader.given[:], reader.growth.waiting
    reader.given.clear()
    reader.growth.again()
    assert reader.growth.waiting > waiting
    reader.drain()
    assert reader.given == said
    assert reader.growth.waiting == waiting


def test_what_waits_can_be_left_out() -> None:
    reader = Reader()
    reader.growth.begin()
    reader.add("First one. Second")
    assert reader.growth.drop() == len(" Second")
    assert reader.growth.waiting == 0
    reader.growth.begin()
    assert reader.add("Third one. F") == ["Third one."]
    assert reader.growth.part == "Third one."


def test_memory_does_not_grow_with_the_text() -> None:
    reader = Reader()
    for number in range(300):
        reader.growth.begin()
        reader.add(f"This is sentence number {number} of a text that is endless. " * 5)
    assert reader.growth.length > 80_000
    assert len(reader.growth._text) < 2048  # reason: what is kept is not to be seen otherwise


def test_lines_that_are_only_counted_are_nothing_to_hear() -> None:
    reader = Reader()
    reader.add("```python\n" + "x = 1\n" * 500)
    reader.growth.add("y = 2\n", reader.now)
    assert reader.growth.portion(reader.now, audible=True) is None
    assert reader.growth.portion(reader.now) is not None


def test_a_long_text_is_read_in_time_that_grows_with_it() -> None:
    reader = Reader()
    for _ in range(2000):
        reader.growth.add("word word. ", 0.0)
    reader.drain()
    assert reader.reads < 60
    assert replace(reader.reading) == reader.growth.reading

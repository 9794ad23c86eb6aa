"""Code is read line by line, its comments as prose."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats.read_aloud import english, is_likely, lines_like, read_in_parts, said
from ttsmesh.model.text.formats import code

PYTHON = '''import os

def area(width, height=2):
    """Return the area.

    In square metres."""
    # Both must be positive.
    name = "wall " + f'{width}'
    return width * height  # no unit
'''

C = """/* Counts up
 * to -5. */
#include <stdio.h>
int main(void) {
    for (int i = 0; i < 3; i++) { // three times over
        puts("hello, world");
    }
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("    x = 1", ["x = 1"], id="indentation is silent"),
        pytest.param('print("hello, world")', ["print(hello, world)"], id="double quotes are silent"),
        pytest.param("print('a', `b`)", ["print(a, b)"], id="other quotes are silent"),
        pytest.param('x = ""', ["x = empty string"], id="an empty string is named"),
        pytest.param('f(r"a b")', ["f(r a b)"], id="a string's prefix stays a word of its own"),
        pytest.param("it's a don't", ["it's a don't"], id="apostrophes are no quotes"),
        pytest.param("x = 1  # the first", ["x = 1", "the first"], id="comment after a statement"),
        pytest.param("x = 1; // the first", ["x = 1;", "the first"], id="slashes after a statement"),
        pytest.param("// only this", ["only this"], id="slashes"),
        pytest.param("y = n // 2", ["y = n // 2"], id="whole division"),
        pytest.param("u = http://example.com/x", ["u = http://example.com/x"], id="slashes of a URL"),
        pytest.param('u = "http://x" # see "y"', ["u = http://x", 'see "y"'], id="marks in a string are no comment"),
        pytest.param("a /* one */ b", ["a", "one", "b"], id="comment inside a line"),
        pytest.param("/* one\n * two\n */ f();", ["one", "two", "f();"], id="comment of several lines"),
        pytest.param("<!-- note -->\n<p>x</p>", ["note", "<p>x</p>"], id="comment of HTML"),
        pytest.param("-- all rows\nSELECT 1;", ["all rows", "SELECT 1;"], id="comment of SQL"),
        pytest.param("x = a--", ["x = a--"], id="decrement"),
        pytest.param("git checkout -- a", ["git checkout -- a"], id="end of options"),
        pytest.param("mov eax, 1 ; load it first", ["mov eax, 1", "load it first"], id="comment of assembler"),
        pytest.param("for (i = 0 ; i < n ; i++)", ["for (i = 0 ; i < n ; i++)"], id="semicolons of a loop"),
        pytest.param(";; a note", ["a note"], id="comment of Lisp"),
        pytest.param("#include <a.h>", ["#include <a.h>"], id="directive"),
        pytest.param("#[derive(Debug)]", ["#[derive(Debug)]"], id="attribute"),
        pytest.param("#main {", ["#main {"], id="selector of CSS"),
        pytest.param("#!/bin/sh", ["#!/bin/sh"], id="first line of a script"),
        pytest.param("# -5 degrees", ["-5 degrees"], id="sign after a mark"),
        pytest.param("# ------\nx = 1", ["x = 1"], id="a drawn line is silent"),
        pytest.param("x = 1\n\n\ny = 2", ["x = 1", "y = 2"], id="blank lines"),
        pytest.param('"""Says hello."""', ["Says hello."], id="docstring of one line"),
        pytest.param('q = """a\nb"""', ["q = a", "b"], id="text of several lines"),
        pytest.param(
            PYTHON,
            [
                *("import os", "def area(width, height=2):", "Return the area.", "In square metres."),
                *("Both must be positive.", "name = wall + f {width}", "return width * height", "no unit"),
            ],
            id="Python",
        ),
        pytest.param(
            C,
            [
                *("Counts up", "to -5.", "#include <stdio.h>", "int main(void) {"),
                *("for (int i = 0; i < 3; i++) {", "three times over", "puts(hello, world);", "}", "}"),
            ],
            id="C",
        ),
    ],
)
def test_what_is_said_of_code(text: str, expected: list[str]) -> None:
    assert said(code, text) == expected


def test_statements_are_code_and_comments_are_prose() -> None:
    passages = code.read("x = 1  # one\n\ny = 2\n", 0, {}, english)
    assert [(passage.style, passage.pause) for passage in passages] == [
        ("code", "clause"),
        ("prose", "paragraph"),
        ("code", "clause"),
    ]


def test_a_long_line_is_read_in_parts_of_400_characters_at_most() -> None:
    passages = code.read("word " * 1000, 0, {}, english)
    assert len(passages) > 12
    assert all(sum(len(piece.text) for piece in passage.pieces) <= code.LONGEST for passage in passages)


def test_a_comment_goes_on_in_the_next_part_of_a_text() -> None:
    carry: dict[str, Any] = {}
    code.read("/* one\n", 0, carry, english)
    passages = code.read("two */ x = 1\n", 7, carry, english)
    assert [passage.style for passage in passages] == ["prose", "code"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PYTHON.replace("\n\n", "\n"), id="Python"),
        pytest.param(C, id="C"),
        pytest.param("const a = 1;\nlet b = f(a);", id="JavaScript"),
        pytest.param('fn main() {\n    println!("hi");\n}', id="Rust"),
        pytest.param("func main() {\n\tx := 1\n\tfmt.Println(x)\n}", id="Go"),
        pytest.param('{\n  "name": "app",\n  "port": 80\n}', id="JSON"),
        pytest.param("SELECT name FROM users;\nDELETE FROM users;", id="SQL"),
        pytest.param("<!DOCTYPE html>\n<html>\n<script>\nlet x = 1;\n</script>", id="HTML"),
        pytest.param("$ npm install\nadded 3 packages", id="prompt"),
        pytest.param("ann@box:~/src$ make all", id="prompt with a host"),
        pytest.param("a.b {\n  color: red;\n  margin: 0;\n}", id="CSS"),
    ],
)
def test_code_is_known_by_its_shape(text: str) -> None:
    assert is_likely(code, text)


PROSE = [
    "We met at noon.",
    "He came; he saw;\nhe left;",
    "Return the book to the library.\nFor more, see the desk (on the left).",
    "If you can, come:\nwe will wait for you until five;",
    "Dear Ann,\nthe class begins at 9:30.\nImport duties are $5.",
    "$5 is a lot.\n$10 is more.",
    "Roses are red,\nviolets are blue,\nsugar is sweet (they say).",
    "Note: the price = 5 euros.\nWith love from me to you:",
    "- one item\n- another (small) item",
    "* [One](https://example.com/one)\n* [Two](https://example.com/two)\n* [Three](x) (new)",
    '<p align="center">\n  <img src="a.png" alt="a"/>\n</p>',
    "# Title (new)\n## Part (old)\n### More = less",
    "Let me know.\nfor me it is fine;\nwhile we wait, we talk",
    "1. Mix 200 g of flour.\n2. Add 2 eggs (large).",
    "Wer A sagt, muss auch B sagen;\nso ist es;",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_never_taken_for_code(text: str) -> None:
    assert not is_likely(code, text)


@given(lines_like(PYTHON, C), st.lists(st.integers(0, 20), max_size=3), st.integers(0, 99))
def test_any_lines_are_read_in_any_parts(lines: list[str], cuts: list[int], offset: int) -> None:
    read_in_parts(code, lines, cuts, offset)
    code.likely(lines)

"""Where the values of a JSON text stand."""

import json

import pytest
from hypothesis import given, strategies as st

from ttsmesh.cli.commands.agent.jsonc import NotJson, Value, member, parse, string

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def value_of(text: str, value: Value) -> object:
    """What ``value`` stands for, with the members that were found."""
    match value.kind:
        case "{":
            return {inner.key: value_of(text, inner.value) for inner in value.members}
        case "[":
            return [value_of(text, inner.value) for inner in value.members]
    return json.loads(text[value.start : value.end])


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_every_value_is_found_where_it_stands(value: object, indent: int | str | None, ascii_: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    assert value_of(text, parse(text)) == value


def test_comments_and_commas_at_the_end_are_understood() -> None:
    text = '// a {\n{ /* b " */ "x": [1, // c\n 2,], "y": "//", /**/ } // d'
    assert value_of(text, parse(text)) == {"x": [1, 2], "y": "//"}


def test_of_two_members_with_one_name_the_last_counts() -> None:
    text = '{"a": "one", "a": "two"}'
    found = member(parse(text), "a")
    assert found is not None
    assert string(text, found.value) == "two"
    assert member(parse(text), "b") is None
    assert member(parse("[]"), "b") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: a value is missing or misspelled"),
        ("{\n\n'a': 1}", "line 3: a name in quotes is missing"),
        ('{"a" 1}', "line 1: a colon is missing"),
        ('{"a": }', "line 1: a value is missing or misspelled"),
        ('{"a": 1 "b": 2}', "line 1: a comma or } is missing"),
        ("[1 2]", "line 1: a comma or ] is missing"),
        ("[,]", "line 1: a value is missing or misspelled"),
        ("{} {}", "line 1: something follows the end"),
        ("[1, 2", "line 1: a comma or ] is missing"),
        ("01", "line 1: something follows the end"),
        ('"a\nb"', "line 1: a value is missing or misspelled"),
        ("[" * 100_000, "line 1: nested too deeply"),
        ("nul", "line 1: a value is missing or misspelled"),
        ("/* never closed", "line 1: a value is missing or misspelled"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(NotJson) as refused:
        parse(text)
    assert str(refused.value) == reason

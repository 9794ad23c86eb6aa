"""Fields of JSON and logfmt lines."""

import pytest

from ttsmesh.model.text.formats.by_line import log_fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param('{"a": "b", "c": 1}', [("a", "b"), ("c", "1")], id="flat"),
        pytest.param('{"a": {"b": {"c": true}}}', [("a.b.c", "true")], id="inner objects"),
        pytest.param('{"a": [1, "two", null]}', [("a", "1, two, null")], id="lists"),
        pytest.param('{"a": 3.10, "b": 1e400}', [("a", "3.10"), ("b", "1e400")], id="numbers as they are written"),
        pytest.param('{"a": 1, "a": 2}', [("a", "1"), ("a", "2")], id="a key twice"),
        pytest.param('{"a": }', None, id="no JSON"),
        pytest.param("[1]", None, id="no object"),
        pytest.param('{"a":' * 2000 + "1" + "}" * 2000, None, id="too deep"),
    ],
)
def test_fields_of_json(text: str, fields: list[tuple[str, str]] | None) -> None:
    assert log_fields.of_json(text) == fields


def test_fields_of_logfmt() -> None:
    found = log_fields.of_logfmt('level=info msg="all \\"well\\"" n=', 0)
    assert [(field["key"], field["quoted"], field["bare"]) for field in found] == [
        ("level", None, "info"),
        ("msg", 'all \\"well\\"', None),
        ("n", None, ""),
    ]


@pytest.mark.parametrize("text", ["a=1 b=2", "so level=info msg=x", "level info"])
def test_other_lines_have_no_fields(text: str) -> None:
    assert log_fields.of_logfmt(text, 0) == []

"""All rules together: they move on, say words only, leave numbers alone, and take linear time."""

import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, strategies as st

from tests.few import few
from tests.model.text.terms.reading import said, walk
from ttsmesh.model.text.rules import Context, Style
from ttsmesh.model.text.terms import rules
from ttsmesh.model.text.terms.rules import RULES, SECRETS
from ttsmesh.model.text.terms.tables.vocabulary import TERMS
from ttsmesh.model.text.verbalise.choose import verbaliser

SPOKEN = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u30fb\u30fc]|[ '’.,;:?!—-])*")

PIECES = st.sampled_from(
    [
        *(
            "a",
            "B",
            "foo",
            "Bar",
            "42",
            "3.10",
            ".",
            "/",
            "\\",
            "_",
            "-",
            "--",
            ":",
            "::",
            "@",
            "#",
            "$",
            "%",
            "&",
            "*",
        ),
        *(
            "+",
            "=",
            "<",
            ">",
            "|",
            "~",
            "^",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            "`",
            "!",
            "?",
            ",",
            ";",
            " ",
            "\n",
        ),
        *(
            "http://",
            "www.",
            ".com",
            "v1",
            "0x",
            "sk-",
            "ghp_",
            "eyJ",
            "password=",
            "🎉",
            "👍🏽",
            "─",
            "•",
            "→",
            "日本",
            "é",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=20).map("".join))


@given(TEXTS, st.sampled_from(["prose", "code"]), st.sampled_from(["en-us", "fr-fr", "hi", "ja"]))
def test_rules_move_on_and_end_within_the_text(text: str, style: Style, language: str) -> None:
    at = 0
    for taken, _ in walk(text, language, style):
        at = text.index(taken, at) + len(taken)
    assert text[at:].strip() == ""


@given(TEXTS, st.sampled_from(["prose", "code"]), st.sampled_from(["en-us", "es", "zh"]))
def test_what_is_said_is_words_with_the_marks_of_speech(text: str, style: Style, language: str) -> None:
    context = Context(verbaliser(language), style)
    at = 0
    while at < len(text):
        answer = next((found for rule in (*SECRETS, *RULES) if (found := rule(text, at, context))), None)
        if answer:
            assert SPOKEN.fullmatch(answer[1]), answer
            assert answer[1] == " ".join(answer[1].split())
        at = answer[0] if answer else at + 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "5",
            "1,234.50",
            "3.14",
            "1/2",
            "10-12",
            "10–12",
            "$5",
            "US$5",
            "€2.50",
            "-5",
            "+3",
            "10%",
            "9:30",
            "10:30:15",
        ),
        *(
            "2024-01-15",
            "12/25/2024",
            "12.10.2024",
            "1st",
            "90s",
            "5kg",
            "10:30am",
            "#5",
            "16:9",
            "5'10\"",
            "2x",
            "½",
            "10²",
        ),
        *("~10", "±2", "1e5", "6.02e23", "(555) 123-4567", "+1-555-0100", "VIII", "24/7", "5°C"),
    ],
)
def test_numbers_are_left_to_the_number_rules(text: str) -> None:
    context = Context(verbaliser("en-us"))
    assert all(rule(text, 0, context) is None for rule in (*SECRETS, *RULES))


HOSTILE = ["a_", "/", "a.b.", "-", "🎉", "A", "1.", "a@", "::", "0a", "=", "http://", "\\a", "sk-", "eyJ", "x1", ":a"]
HOSTILE += [
    "_",
    "@a",
    "$a",
    ">=1.",
    "aB",
    "Ab9/",
    "─ ",
    "%41",
    "1:",
    "AA ",
    "👨\u200d",
    "token= ",
    "<a ",
    "data:,",
    "~",
]


@pytest.mark.alone
@pytest.mark.parametrize("unit", few({"a_", "a.b.", "A", "@a", "token= "}, of=HOSTILE))
def test_hostile_text_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = process_time()
        said(text)
        return process_time() - start

    seconds(100)
    small = min(seconds(2_500) for _ in range(3))
    assert seconds(20_000) < 8 * 3 * small + 0.3


def test_every_term_is_in_the_vocabulary() -> None:
    asked = set()
    for module in Path(rules.__file__).parent.glob("*.py"):
        source = module.read_text(encoding="utf-8")
        asked |= set(re.findall(r"""(?:\.term|\bcalled)\(\s*"([a-z ]+)\"""", source))
    assert asked
    assert asked <= TERMS


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        (
            "en-us",
            "See src/main.py:42 (v1.2).",
            "See source slash main dot pie, line forty-two , version one point two",
        ),
        ("en-us", "Mail jane@example.com 🎉", "Mail jane at example dot com , party popper"),
        ("es", "Mira src/app.js.", "Mira S R C barra app punto J S"),
    ],
)
def test_in_a_sentence_each_thing_is_read_by_its_rule(language: str, text: str, words: str) -> None:
    assert said(text, language) == words

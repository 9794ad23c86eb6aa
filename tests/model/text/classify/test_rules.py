"""What holds for all rules: no digit is lost, minus stays, and time is linear."""

import re
import time

import pytest
from hypothesis import given, strategies as st

from tests.few import few
from tests.model.text.classify.recording import reading, spans
from ttsmesh.languages import LANGUAGES
from ttsmesh.model.text.classify.rules import RULES, WORDS

_MARKS = " -−–+±~≈.,:;/'\"′″°%‰#$€£¥()[]{}*^=_<>xX×hmskKMGBAFCdEeN½⅔²³⁻¹₂Ⅷ①年度é\u00a0\n"
_TOKENS = st.text(alphabet=st.sampled_from("0123456789" * 2 + _MARKS), min_size=1, max_size=30)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=_TOKENS)
def test_every_digit_is_in_what_a_rule_has_read(language: str, text: str) -> None:
    lost = [
        character
        for start, end, _, read in spans(text, language)
        for character in text[start:end]
        if not read and character.isnumeric()
    ]
    assert not lost


@given(text=_TOKENS)
def test_what_is_read_is_never_empty(text: str) -> None:
    assert all(said and start < end for start, end, said, read in spans(text) if read)


@given(text=st.text(alphabet="0123456789 ,_+%kBx\u00a0ABQ", min_size=1, max_size=30))
def test_the_digits_of_plain_numbers_are_said_in_their_order(text: str) -> None:
    assert re.sub(r"\D", "", reading(text)) == re.sub(r"\D", "", text)


@pytest.mark.parametrize("text", ["1.2.3", "v1.2.3", "192.168.0.1", "0x1F", "3a5f9c", "1e9f3a2", "10.0.0.1:8080", "v2"])
def test_only_the_last_rule_reads_what_is_no_number(text: str) -> None:
    assert spans(text, rules=RULES[:-1])[0][3] is False


@pytest.mark.parametrize("word", ["jan", "december", "usd", "eur"])
def test_words_with_which_amounts_and_dates_begin_are_listed(word: str) -> None:
    assert word in WORDS


@pytest.mark.parametrize("text", ["", " ", "a", "-", "$", "USD", "January", "#", "½a", "'", "°", "~", "(", "+"])
def test_what_has_no_digits_is_left_alone(text: str) -> None:
    assert all(not read for start, end, _, read in spans(text) if not any(map(str.isnumeric, text[start:end])))


RUNS = (
    "1/",
    "1,",
    "1-",
    "9",
    "1.",
    "1:",
    "1 ",
    "-",
    "1e",
    "a1",
    "1x",
    "¹",
    "½",
    "#1",
    "$1-",
    "(1",
    "1_",
    "x^2",
    "1,000,",
)


@pytest.mark.parametrize("unit", few({"1/", "9", "1 ", "x^2"}, of=RUNS))
def test_time_is_linear_in_long_runs(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        begun = time.process_time()
        spans(text)
        return time.process_time() - begun

    # Quadratic time would be 64 times as much. What takes no time at all says nothing.
    assert min(seconds(16_000) for _ in range(2)) < 24 * max(0.01, seconds(2_000))


def test_a_long_number_is_read_at_once() -> None:
    assert len(spans("9" * 100_000)) == 1

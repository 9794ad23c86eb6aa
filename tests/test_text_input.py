"""Promises C1 to C4: what may be spoken."""

import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_TEXT
from ttsmesh.text_input import check_text


def refusal(raw: bytes | str, max_bytes: int = MAX_TEXT) -> str:
    with pytest.raises(RejectedError) as caught:
        check_text(raw, max_bytes)
    assert caught.value.code is Code.TEXT
    assert caught.value.exit_status == 65
    return caught.value.message


@pytest.mark.parametrize("raw", ["", b"", " \n\t ", b" \r\n", "\x00\x1b\x7f\x85", b"\x00\x00", "\u2003\u2028"])
def test_c1_white_space_and_controls_alone_are_no_text(raw: bytes | str) -> None:
    assert refusal(raw) == "no text"


@pytest.mark.parametrize("raw", [" ", b"\n", "\t\t", "\x00", "\u3000"])
def test_c1_white_space_is_a_text_where_characters_are_named(raw: bytes | str) -> None:
    assert check_text(raw, blank=True).isspace()


@pytest.mark.parametrize("raw", ["", b"", "\x1b", "\x08\x9b"])
def test_c1_what_a_terminal_does_not_show_is_no_text(raw: bytes | str) -> None:
    with pytest.raises(RejectedError, match="no text"):
        check_text(raw, blank=True)


@pytest.mark.parametrize("character", ["a", "é", "語", "😀"])
def test_c2_the_limit_is_bytes_of_utf8(character: str) -> None:
    size = len(character.encode())
    text = character * 10
    assert check_text(text, 10 * size) == text
    assert check_text(text.encode(), 10 * size + 1) == text
    assert "too long" in refusal(text, 10 * size - 1)
    assert "too long" in refusal(text.encode(), 10 * size - 1)


def test_c2_the_default_limit_is_the_meshs() -> None:
    assert len(check_text(b"a" * MAX_TEXT)) == MAX_TEXT
    assert str(MAX_TEXT) in refusal(b"a" * (MAX_TEXT + 1))


def test_c3_controls_become_spaces_one_for_one() -> None:
    assert check_text("a\x00b\x07c\x7fd\x9ce") == "a b c d e"


def test_c3_what_tells_a_terminal_what_to_show_stays_for_the_reader() -> None:
    assert check_text("a\x1b[31mc\x9be\x08") == "a\x1b[31mc\x9be\x08"
    assert "no text" in refusal("\x1b\x08 \x9b")


def test_c3_line_ends_and_tabs_stay() -> None:
    assert check_text(b"a\tb\r\nc\n") == "a\tb\r\nc\n"


@pytest.mark.parametrize(
    ("raw", "byte"),
    [(b"caf\xe9", 3), (b"\xff", 0), (b"ab\xc3", 2), (b"\xed\xa0\x80", 0), ("é\udcff", 2), ("é\ud800x", 2)],
)
def test_c4_invalid_utf8_is_named_by_its_byte(raw: bytes | str, byte: int) -> None:
    assert refusal(raw) == f"not valid UTF-8 (byte {byte})"


def test_c4_bytes_that_a_c_locale_could_not_decode_are_text_again() -> None:
    assert check_text("caf\udcc3\udca9") == "café"

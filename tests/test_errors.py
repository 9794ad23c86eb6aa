"""Each expected error has a code on the wire and an exit status for shells."""

import pytest

from ttsmesh.errors import (
    EX_INTERRUPTED,
    EXIT_STATUS,
    MAX_ERROR,
    Code,
    ConfigError,
    LocalProtocolError,
    OutputClosed,
    PeerGone,
    RejectedError,
    RemoteProtocolError,
    SinkError,
    SynthesisError,
    TtsmeshError,
    clipped,
    failure_line,
    os_reason,
    printable,
    system_faults,
)
from ttsmesh.wire.messages import Failed


def test_every_code_has_an_exit_status_and_no_status_lacks_a_code() -> None:
    assert set(EXIT_STATUS) == set(Code)


def test_statuses_are_those_of_usage_and_sysexits_and_never_look_like_success_a_crash_or_a_signal() -> None:
    assert set(EXIT_STATUS.values()) <= {2, *range(64, 79)}
    assert EX_INTERRUPTED not in EXIT_STATUS.values()


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (TtsmeshError("x"), Code.INTERNAL, 70),
        (LocalProtocolError("x"), Code.INTERNAL, 70),
        (RemoteProtocolError("x"), Code.PROTOCOL, 76),
        (PeerGone("x"), Code.UNAVAILABLE, 69),
        (SynthesisError("x"), Code.SYNTHESIS, 70),
        (SinkError("x"), Code.AUDIO, 69),
        (ConfigError("x"), Code.CONFIG, 78),
    ],
)
def test_an_error_says_whose_fault_it_is(error: TtsmeshError, code: Code, status: int) -> None:
    assert (error.code, error.exit_status) == (code, status)


def test_a_more_exact_code_can_be_given_and_changes_that_one_error_only() -> None:
    assert SinkError("disk full", Code.NO_SPACE).exit_status == 74
    assert SinkError("no device").code is Code.AUDIO


@pytest.mark.parametrize("code", Code)
def test_a_code_crosses_the_wire_as_its_plain_name(code: Code) -> None:
    refusal = RejectedError("no", Code(str(code)))
    assert refusal.code is code
    assert refusal.exit_status == EXIT_STATUS[code]


def test_the_line_for_people_is_the_errors_text() -> None:
    error = RejectedError("unknown voice 'x'", Code.VOICE)
    assert error.message == str(error) == "unknown voice 'x'"


@pytest.mark.parametrize("letter", ["a", "é", "語", "🎈"])
@pytest.mark.parametrize("more", [-1, 0, 1, 5000])
def test_a_reason_of_any_length_fits_into_a_message_and_ends_between_two_characters(letter: str, more: int) -> None:
    reason = letter * (MAX_ERROR // len(letter.encode()) + more)
    told = Failed(code=Code.SYNTHESIS, message=SynthesisError(reason).message).message
    size = len(reason.encode())
    assert told == (reason if size <= MAX_ERROR else told[:-3] + "...")
    assert reason.startswith(told.removesuffix("..."))
    assert min(size, MAX_ERROR - 3) <= len(told.encode()) <= MAX_ERROR


def test_a_path_that_is_not_utf_8_can_be_told() -> None:
    error = ConfigError("cannot read /tmp/\udcff.bin")
    assert Failed(code=error.code, message=error.message).message == "cannot read /tmp/?.bin"


@pytest.mark.parametrize(
    ("text", "last", "first"),
    [
        ("at x.cpp:1\n  no such device \n\n", "no such device", "at x.cpp:1"),
        ("\x1b[31mgone\x1b[0m", " [31mgone [0m", " [31mgone [0m"),
        (" \n", "no reason given", "no reason given"),
    ],
)
def test_of_a_long_complaint_the_line_that_says_why_is_told(text: str, last: str, first: str) -> None:
    assert failure_line(text) == last
    assert failure_line(text, 0) == first


def test_a_line_of_another_length() -> None:
    assert clipped("abcdefgh", 6) == "abc..."
    assert clipped("abcdef", 6) == "abcdef"


def test_what_is_printed_is_one_line_and_nothing_that_a_terminal_would_obey() -> None:
    assert printable("two\nlines, \x1b[31mred\x9b, \udce9 and ż") == "two lines,  [31mred ,   and ż"


def test_a_refusal_of_the_system_is_told_in_our_words_with_the_files_name() -> None:
    for error, said in (
        (OSError(28, "No space left on device"), "our output: no space left on device"),
        (OSError(13, "Permission denied", "/etc/shadow"), "/etc/shadow: permission denied"),
        (TimeoutError("timed out"), "our output: timed out"),
    ):
        with pytest.raises(TtsmeshError) as told, system_faults("our output"):
            raise error
        assert (told.value.message, told.value.exit_status) == (said, 74)
    assert os_reason(OSError(28, "No space left on device")) == "no space left on device"


def test_a_reader_who_has_gone_is_told_nothing() -> None:
    with pytest.raises(OutputClosed) as told, system_faults("our output"):
        raise BrokenPipeError
    assert (told.value.message, told.value.exit_status) == ("", 74)

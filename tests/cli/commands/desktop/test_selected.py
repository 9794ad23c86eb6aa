"""What is made of what the programs say. They are fakes here: small scripts by the real names. The real ones are in
``tests/integration/test_selection.py``."""

import contextlib
import time
from pathlib import Path

import pytest

from ttsmesh.cli.commands.desktop import selected
from ttsmesh.errors import Code, RejectedError, TtsmeshError
from ttsmesh.limits import MAX_TEXT

DISPLAYS = ("WAYLAND_DISPLAY", "DISPLAY")


@pytest.fixture
def programs(private: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory of programs of a session that has both displays."""
    for name in DISPLAYS:
        monkeypatch.setenv(name, "one")
    monkeypatch.setenv("PATH", str(private))
    return private


def fake(programs: Path, name: str, script: str) -> None:
    path = programs / name
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    path.chmod(0o755)


def lives(pid: str) -> bool:
    """Whether a process has not ended. One that has, and was not waited for, has no command."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path("/proc", pid, "cmdline").read_bytes() != b""
    return False


def failure(*, clipboard: bool = False) -> tuple[Code, str]:
    with pytest.raises(TtsmeshError) as caught:
        selected.read(clipboard=clipboard)
    return caught.value.code, caught.value.message


def test_without_a_display_there_is_nothing_to_read(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DISPLAYS:
        monkeypatch.delenv(name)
    assert failure() == (Code.UNAVAILABLE, "no display: neither WAYLAND_DISPLAY nor DISPLAY is set")


@pytest.mark.parametrize(
    ("without", "advice"),
    [
        ("DISPLAY", "wl-paste is missing; install wl-clipboard"),
        ("WAYLAND_DISPLAY", "xclip and xsel are missing; install one of them"),
    ],
)
def test_a_program_that_is_missing_is_named(
    programs: Path, monkeypatch: pytest.MonkeyPatch, without: str, advice: str
) -> None:
    monkeypatch.delenv(without)
    assert failure() == (Code.UNAVAILABLE, advice)


def test_without_the_program_of_wayland_that_of_x11_is_asked(programs: Path) -> None:
    assert failure() == (Code.UNAVAILABLE, "wl-paste is missing; install wl-clipboard")
    fake(programs, "xsel", 'printf "xsel %s" "$*"')
    assert selected.read(clipboard=False) == b"xsel --output --primary"
    fake(programs, "xclip", 'printf "xclip %s" "$*"')
    assert selected.read(clipboard=True) == b"xclip -out -selection clipboard -target UTF8_STRING"
    fake(programs, "wl-paste", 'printf "wl-paste %s" "$*"')
    assert selected.read(clipboard=True) == b"wl-paste --no-newline --type text"


def test_a_desktop_that_knows_only_what_was_copied_says_so(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(programs, "wl-paste", "echo 'The compositor does not seem to support primary selection' >&2; exit 1")
    fake(programs, "xsel", "echo selected")
    assert selected.read(clipboard=False) == b"selected\n"
    monkeypatch.delenv("DISPLAY")
    assert failure() == (
        Code.UNAVAILABLE,
        "this desktop has no primary selection; copy the text, and use --clipboard",
    )


def test_what_a_program_complains_of_is_passed_on(programs: Path) -> None:
    fake(programs, "wl-paste", "echo Failed to connect to a Wayland server >&2; exit 1")
    assert failure() == (Code.UNAVAILABLE, "wl-paste: Failed to connect to a Wayland server")


def test_a_program_that_cannot_be_started_is_named(programs: Path) -> None:
    fake(programs, "wl-paste", "")
    (programs / "wl-paste").write_bytes(b"\0")
    assert failure() == (Code.UNAVAILABLE, "wl-paste cannot be started: Exec format error")


def test_what_is_no_text_is_named_by_xclip_too(programs: Path) -> None:
    fake(
        programs,
        "xclip",
        'case "$*" in *TARGETS*) echo TARGETS; echo image/png;; '
        "*) echo Error: target UTF8_STRING not available >&2; exit 1;; esac",
    )
    with pytest.raises(RejectedError, match="no text: it is 'image/png'"):
        selected.read(clipboard=False)


def test_what_is_no_text_is_named(programs: Path) -> None:
    fake(
        programs,
        "wl-paste",
        'case "$*" in *--list-types*) echo image/png;; *) echo No suitable type of content copied >&2; exit 1;; esac',
    )
    with pytest.raises(RejectedError, match="no text: it is 'image/png'") as caught:
        selected.read(clipboard=True)
    assert caught.value.code == Code.TEXT


@pytest.mark.parametrize("end", ["wait", "exit"])
def test_an_owner_that_does_not_give_it_is_not_waited_for(
    end: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selected, "SELECTION_TIMEOUT", 0.5)
    child = programs / "child"
    fake(programs, "wl-paste", f"sleep 600 & echo $! >{child}; {end}")
    assert failure() == (Code.UNAVAILABLE, "the program with the selection did not give it in 0.5 s")
    if child.exists():  # else it was ended even before that
        deadline = time.monotonic() + 30
        while lives(child.read_text().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.01)  # reason: only its own children could be waited on


def test_no_more_is_read_than_shows_that_it_is_too_long(programs: Path) -> None:
    fake(programs, "wl-paste", "exec cat /dev/zero")
    assert MAX_TEXT < len(selected.read(clipboard=False)) < 2 * MAX_TEXT

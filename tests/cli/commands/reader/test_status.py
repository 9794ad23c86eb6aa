"""The two lines below the text have room for what matters most."""

import pytest
from wcwidth import wcswidth

from tests.cli.commands.reader.telling import word
from ttsmesh.cli.commands.reader.session import Session, State
from ttsmesh.cli.commands.reader.status import HELP, bar, footer
from ttsmesh.wire.client_messages import Accepted, Failed, Started


def speaking() -> Session:
    session = Session("x" * 200)
    session.speak(0)
    session.accepted(Accepted(id="a", speed=1.25))
    session.heard(Started())
    session.heard(word(100, 103))
    session.heard_s = 3725.0
    return session


def test_it_says_what_is_done_where_and_how_fast() -> None:
    line = bar(speaking(), True, "", (7, 9), "a.md", 100)
    assert line.split() == ["▶", "speaking", "50%", "1.25×", "line", "7/9", "1:02:05", "a.md"]


@pytest.mark.parametrize("width", [1, 5, 20, 40, 80, 200])
def test_it_is_as_wide_as_the_terminal(width: int) -> None:
    assert wcswidth(bar(speaking(), False, "", (7, 9), "日本語.md", width)) == width
    assert wcswidth(footer(State.SPEAKING, width)) <= width


def test_what_is_least_important_goes_first() -> None:
    assert bar(speaking(), True, "", (7, 9), "a.md", 40).split() == ["▶", "speaking", "50%", "1.25×", "line", "7/9"]


def test_an_error_is_told_there_and_after_a_key_what_that_led_to() -> None:
    session = speaking()
    session.heard(Failed(code="audio", message="no such device"))
    assert "no such device" in bar(session, True, "", (1, 1), "", 80)
    assert "not found" in bar(session, True, "not found", (1, 1), "", 80)


def test_who_has_scrolled_away_is_told_the_way_back() -> None:
    assert "Esc" in bar(speaking(), False, "", (1, 1), "", 80)


def test_the_footer_tells_what_the_space_bar_would_do() -> None:
    assert [footer(state, 80).split("  ")[0].split(" ", 2)[2] for state in State] == ["stop", "pause", "go on", "speak"]


def test_the_help_fits_a_small_terminal() -> None:
    assert len(HELP) <= 22
    assert max(map(wcswidth, HELP)) <= 78

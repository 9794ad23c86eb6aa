"""A line of a log has its time, its names and its level before its message."""

import pytest

from ttsmesh.model.text.formats.by_line.log_head import head_of, level_of


@pytest.mark.parametrize(
    ("text", "parts", "level", "message"),
    [
        pytest.param(
            "2026-01-02 10:15:04,123 - app.db - ERROR - lost",
            [("date", "2026-01-02"), ("clock", "10:15:04"), ("name", "app.db"), ("level", "ERROR")],
            "error",
            "lost",
            id="Python with a format",
        ),
        pytest.param("ERROR:root:lost", [("level", "ERROR"), ("name", "root")], "error", "lost", id="Python"),
        pytest.param(
            "2026-01-02T10:15:04Z warn: disk is full",
            [("date", "2026-01-02"), ("clock", "10:15:04"), ("level", "warn")],
            "warning",
            "disk is full",
            id="small level with a colon",
        ),
        pytest.param(
            "Jan  2 10:18:04 web01 sshd[1234]: Failed",
            [("date", "Jan  2"), ("clock", "10:18:04"), ("name", "web01"), ("name", "sshd")],
            "",
            "Failed",
            id="syslog",
        ),
        pytest.param(
            "[Sat Jan 03 10:15:04.123456 2026] [core:error] [pid 12] [client 1.2.3.4:5] File",
            [("date", "Jan 03"), ("clock", "10:15:04"), ("level", "error"), ("name", "client 1.2.3.4:5")],
            "error",
            "File",
            id="Apache",
        ),
        pytest.param(
            "2026/01/02 13:55:40 [crit] 123#0: *1 open() failed",
            [("date", "2026/01/02"), ("clock", "13:55:40"), ("level", "crit")],
            "critical",
            "open() failed",
            id="nginx",
        ),
        pytest.param(
            "10:15:04 server got ERROR 5",
            [("clock", "10:15:04")],
            "",
            "server got ERROR 5",
            id="a level in the message",
        ),
        pytest.param("10:15:04 -5 degrees", [("clock", "10:15:04")], "", "-5 degrees", id="a sign"),
        pytest.param("[WARN] slow", [("level", "WARN")], "warning", "slow", id="level alone"),
        pytest.param("plain text", [], "", "plain text", id="no head"),
    ],
)
def test_what_stands_before_the_message(text: str, parts: list[tuple[str, str]], level: str, message: str) -> None:
    head = head_of(text)
    assert [(part, text[start:end]) for part, start, end in head.parts] == parts
    assert (head.level, text[head.message :].strip()) == (level, message)


@pytest.mark.parametrize(("word", "level"), [("ERR", "error"), ("Warn", "warning"), ("info", ""), ("lost", None)])
def test_levels_by_their_names(word: str, level: str | None) -> None:
    assert level_of(word) == level

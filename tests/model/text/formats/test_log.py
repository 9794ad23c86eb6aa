"""Of a log's line the time, the level and the message are said, so far as they are new."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats.read_aloud import aloud, english, is_likely, lines_like, read_in_parts, said
from tests.model.text.formats.test_code import PROSE
from ttsmesh.model.text.formats import log

PYTHON = """2026-01-02 10:15:04,123 - app.db - ERROR - connection refused
2026-01-02 10:15:05,456 - app.db - INFO - trying again in 5 s
2026-01-02 10:16:00,001 - app.web - WARNING - slow
"""
SYSLOG = """Jan  2 10:18:04 web01 sshd[1234]: Failed password for root
Jan  2 10:18:05 web01 sshd[1235]: Failed password for root
Jan  2 10:18:06 web01 cron[77]: job done
"""
NGINX = """192.168.1.5 - - [02/Jan/2026:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 612 "-" "Mozilla/5.0 (X11)"
192.168.1.5 - ann [02/Jan/2026:13:55:37 +0000] "POST /api HTTP/2" 500 0 "-" "curl/8.1"
"""
KLOG = """I0102 15:04:05.000000   12345 controller.go:123] Starting
E0102 15:05:06.000000   12345 controller.go:124] Cannot reach node-3
"""
JSON = """{"time":"2026-01-02T13:56:40.5Z","level":"error","msg":"cannot open","port":80,"user":{"id":7}}
{"time":"2026-01-02T13:56:41.5Z","level":"info","msg":"ready"}
"""
LOGFMT = """time=2026-01-02T13:56:40Z level=warning msg="disk is full" path=/var
time=2026-01-02T13:57:40Z level=info msg=ready
"""
COMPOSE = """web-1  | 2026-01-02 13:56:40 ERROR cannot open
web-1  | 2026-01-02 13:56:41 INFO ready
db-1   | ready
"""
DMESG = "[   12.345678] usb 1-1: new device\n[   12.345999] usb 1-1: ready\n"
RUST = "2026-01-02T10:17:04.123456Z  WARN app::server: slow\n2026-01-02T10:17:05.123456Z  INFO app::server: ready\n"
SPRING = "2026-01-02 10:16:04.123  INFO 1234 --- [main] c.e.App   : Started App\n"
LOGURU = "2026-01-02 10:17:05.123 | ERROR    | app:run:42 - lost\n"
ALL = [PYTHON, SYSLOG, NGINX, KLOG, JSON, LOGFMT, COMPOSE, DMESG, RUST, SPRING, LOGURU]
TRACE = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\nValueError: bad\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            PYTHON,
            [
                "2026-01-02 10:15:04, app.db, error, connection refused",
                "trying again in 5 s",
                "10:16:00, app.web, warning, slow",
            ],
            id="Python",
        ),
        pytest.param("ERROR:root:lost\nINFO:root:found", ["error, root, lost", "found"], id="Python without a format"),
        pytest.param(
            SYSLOG,
            ["Jan 2 10:18:04, web01, sshd, Failed password for root", "2 times", "cron, job done"],
            id="syslog",
        ),
        pytest.param(
            NGINX,
            ["192.168.1.5, 02/Jan/2026 13:55:36, GET /index.html, 200", "ann, POST /api, 500"],
            id="nginx",
        ),
        pytest.param(
            "2026/01/02 13:55:40 [error] 123#0: *1 open() failed",
            ["2026/01/02 13:55:40, error, open() failed"],
            id="nginx errors",
        ),
        pytest.param(
            "[Sat Jan 03 10:15:04.123456 2026] [core:error] [pid 12] [client 1.2.3.4:5] File not found",
            ["Jan 03 10:15:04, error, client 1.2.3.4:5, File not found"],
            id="Apache",
        ),
        pytest.param(KLOG, ["15:04:05, Starting", "error, 15:05:06, Cannot reach node-3"], id="klog"),
        pytest.param(JSON, ["2026-01-02 13:56:40, error, cannot open, port 80, user.id 7", "ready"], id="JSON"),
        pytest.param('{"level":50,"time":1704188104123,"msg":"lost"}', ["error, lost"], id="JSON with numbers"),
        pytest.param('{"level":30,"msg":"a","err":{"code":"E1"}}', ["a, err.code E1"], id="JSON without a time"),
        pytest.param(LOGFMT, ["2026-01-02 13:56:40, warning, disk is full, path /var", "13:57:40, ready"], id="logfmt"),
        pytest.param(COMPOSE, ["web-1, 2026-01-02 13:56:40, error, cannot open", "ready", "db-1, ready"], id="compose"),
        pytest.param(DMESG, ["usb 1-1: new device", "usb 1-1: ready"], id="dmesg"),
        pytest.param(RUST, ["2026-01-02 10:17:04, warning, app::server, slow", "ready"], id="Rust"),
        pytest.param(SPRING, ["2026-01-02 10:16:04, c.e.App, Started App"], id="Spring"),
        pytest.param(LOGURU, ["2026-01-02 10:17:05, error, app:run:42, lost"], id="loguru"),
        pytest.param("10:15:04 ERROR lost", ["10:15:04, error, lost"], id="no date"),
        pytest.param("[10:15:04] [ERROR] lost", ["10:15:04, error, lost"], id="brackets"),
        pytest.param(
            "2026-01-02 10:15:04 [main] WARN  c.e.A - slow", ["2026-01-02 10:15:04, warning, c.e.A, slow"], id="logback"
        ),
        pytest.param(
            "2026-01-02T10:15:04.1+02:00\terror\tweb/a.go:3\tlost",
            ["2026-01-02 10:15:04, error, web/a.go:3 lost"],
            id="zap",
        ),
        pytest.param("[WARN] slow\n[INFO] fine", ["warning, slow", "fine"], id="level alone"),
        pytest.param("FATAL: no role", ["fatal, no role"], id="level with a colon"),
        pytest.param("2026-01-02 10:15:04 CRITICAL lost", ["2026-01-02 10:15:04, critical, lost"], id="critical"),
        pytest.param("2026-01-02 10:15:04 ERROR -5 degrees", ["2026-01-02 10:15:04, error, -5 degrees"], id="sign"),
        pytest.param(
            "2026-01-02 10:15:04 a\n2026-01-03 10:15:04 b",
            ["2026-01-02 10:15:04, a", "2026-01-03 10:15:04, b"],
            id="next day",
        ),
        pytest.param("a\n" * 12, ["a", "12 times"], id="a repeated line"),
        pytest.param("a\na\nb\nb\nb\na", ["a", "2 times", "b", "3 times", "a"], id="repeated lines"),
        pytest.param("10:15:04 ERROR a\n10:15:05 INFO a", ["10:15:04, error, a", "a"], id="the same of another level"),
        pytest.param(
            "10:15:04 ERROR a\n" + TRACE, ["10:15:04, error, a", "ValueError: bad. in f, file a.py, line 3"], id="trace"
        ),
        pytest.param("10:15:04 ERROR a\n\n10:15:04 ERROR b", ["10:15:04, error, a", "error, b"], id="blank line"),
        pytest.param("first\nsecond line", ["first", "second line"], id="lines without a head"),
    ],
)
def test_what_is_said_of_a_log(text: str, expected: list[str]) -> None:
    assert said(log, text) == expected


def test_the_words_are_the_listeners() -> None:
    terms = {"error": "erreur", "times": "fois"}
    assert aloud(log.read("10:15:04 ERROR a\n" * 3, 0, {}, terms.__getitem__)) == ["10:15:04, erreur, a", "3 fois"]


def test_each_line_is_a_sentence() -> None:
    assert [passage.pause for passage in log.read(PYTHON, 0, {}, english)] == ["sentence"] * 3


def test_what_was_said_is_known_in_the_next_part_of_a_text() -> None:
    carry: dict[str, Any] = {}
    log.read("2026-01-02 10:15:04 ERROR app.db: a\n", 0, carry, english)
    assert aloud(log.read("2026-01-02 10:15:05 ERROR app.db: b\n", 36, carry, english)) == ["error, b"]


def test_repeated_lines_are_counted_on_in_the_next_part_of_a_text() -> None:
    carry: dict[str, Any] = {}
    log.read("a\na\n", 0, carry, english)
    assert aloud(log.read("a\na\n", 4, carry, english)) == ["4 times"]


@pytest.mark.parametrize("text", [*ALL, SYSLOG.split("\n")[0], PYTHON.split("\n")[0], PYTHON + TRACE])
def test_a_log_is_known_by_its_shape(text: str) -> None:
    assert is_likely(log, text)


@pytest.mark.parametrize(
    "text",
    [
        *PROSE,
        "10:15:04 is the time.",
        "2024-01-31T12:34:56Z",
        "2024-01-31T12:34:56Z\n2024-01-31T12:35:56Z",
        "2024-01-31T12:34:56Z is when it began.",
        "2026-01-02 is a Friday.",
        "Jan 2 at 10:18 we met.",
        "Error: no such page.",
        "00:00:05 Welcome\n00:00:09 to the show",
        "[1] See the book.\n[2] See the film.",
    ],
)
def test_prose_is_never_taken_for_a_log(text: str) -> None:
    assert not is_likely(log, text)


@given(lines_like(*ALL, TRACE), st.lists(st.integers(0, 20), max_size=3), st.integers(0, 99))
def test_any_lines_are_read_in_any_parts(lines: list[str], cuts: list[int], offset: int) -> None:
    read_in_parts(log, lines, cuts, offset)
    log.likely(lines)

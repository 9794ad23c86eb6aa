"""How the history and the last text are shown: in lines or as JSON, and nothing that a terminal would obey."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cli.commands.test_status import FAILED, entry, shown
from ttsmesh.cli.client import NotRunning
from ttsmesh.cli.commands import history as module
from ttsmesh.wire.messages import Accepted, End, TextPart
from ttsmesh.wire.schema import Message, Request

HEARD, REST = TextPart(text="The build is green.\n", heard=True), TextPart(text="Two warnings.", heard=False)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Message] | Exception]:
    """What the server answers, one after the other."""
    waiting: list[Sequence[Message] | Exception] = []

    def ask(_: Request) -> list[Message]:
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [*answer]

    monkeypatch.setattr(module, "asked", ask)
    return waiting


def test_a_mesh_that_does_not_run_has_no_history_and_that_is_no_error(answers: list[Any]) -> None:
    answers += [NotRunning("x")] * 2
    assert shown(module.history) == "not running\n"
    assert json.loads(shown(module.history, "--json")) == {"running": False, "entries": []}


def test_history_has_a_line_for_each_utterance(answers: list[Any]) -> None:
    answers.append(
        [
            entry(first_audio_ms=180.4, real_time_factor=0.213, rendered_s=9.0, heard_s=3.25),
            entry(saved=True, first_audio_ms=20.0, rendered_s=60.0),
            entry("interrupted", reason="superseded"),
            FAILED,
            End(),
        ]
    )
    header, *lines = shown(module.history).splitlines()
    assert header.split("  ")[0] == "accepted"
    assert [line[19:] for line in lines] == [
        "  ab-11  af_heart   3.2 s       180 ms    0.21  finished",
        "  ab-11  af_heart  60.0 s        20 ms       -  saved",
        "  ab-11  af_heart   0.0 s            -       -  interrupted (superseded)",
        "  ab-11  af_heart   0.0 s            -       -  failed (no_audio): no audio output",
    ]


def test_an_empty_history_prints_nothing(answers: list[Any]) -> None:
    answers.append([End()])
    assert shown(module.history) == ""


def test_what_was_muted_is_told_apart_from_what_was_heard(answers: list[Any]) -> None:
    answers.append([entry(reason="muted"), End()])
    assert shown(module.history).splitlines()[1].endswith("  muted")


def test_nothing_a_terminal_would_obey_is_printed(answers: list[Any]) -> None:
    nasty = entry("failed", code="io", message="\x1b]0;x\x07\nsecond\rline", voice="\x9b2J")
    part = TextPart(text="\x1b[2J\x07one\rtwo\u202ethree\nfour", heard=True)
    answers += [[nasty, part, End()], [Accepted(id="a-1"), part, End()]]
    lines = shown(module.history, "--text").split("\n")
    assert len(lines) == 4
    lines += shown(module.last).split("\n")
    assert lines[-2:] == ["four", ""]
    assert all(character.isprintable() for line in lines for character in line)


def test_texts_follow_their_lines_as_far_as_they_were_heard(answers: list[Any]) -> None:
    long = TextPart(text="word " * 100, heard=False)
    answers.append([entry(), HEARD, REST, entry(saved=True), entry(reason="muted"), long, long, End()])
    _, one, heard, rest, saved, muted, cut = shown(module.history, "--text").splitlines()
    assert (heard, rest) == ("  heard: The build is green.", "  not heard: Two warnings.")
    assert one.endswith("finished") and saved.endswith("saved") and muted.endswith("muted")
    assert cut.startswith("  not heard: word word") and cut.endswith("...") and len(cut) < 250


def test_programs_get_texts_whole_and_none_for_what_is_not_kept(answers: list[Any]) -> None:
    long = TextPart(text="word " * 100, heard=False)
    answers += [[entry(), HEARD, REST, entry(), entry(), long, long, End()], [entry(), End()]]
    entries = json.loads(shown(module.history, "--text", "--json"))["entries"]
    assert [(one["heard"], one["not_heard"]) for one in entries] == [
        ("The build is green.\n", "Two warnings."),
        (None, None),
        ("", "word " * 200),
    ]
    assert "heard" not in json.loads(shown(module.history, "--json"))["entries"][0]


def test_last_prints_the_text_or_what_was_heard_of_it(answers: list[Any]) -> None:
    answers += [[Accepted(id="a-1"), HEARD, REST, End()]] * 3
    assert shown(module.last) == "The build is green.\nTwo warnings.\n"
    assert shown(module.last, "--heard") == "The build is green.\n"
    assert json.loads(shown(module.last, "--json")) == {
        "id": "a-1",
        "heard": "The build is green.\n",
        "not_heard": "Two warnings.",
    }


@pytest.mark.parametrize("count", ["0", "-1", "257", "all"])
def test_a_count_out_of_range_is_refused(count: str) -> None:
    assert CliRunner().invoke(module.history, ["-n", count]).exit_code == 2

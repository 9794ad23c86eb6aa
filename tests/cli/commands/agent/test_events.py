"""What the inputs of agents mean."""

from typing import Any

import pytest

from tests.cli.commands.agent.playing import recorded
from ttsmesh.cli.commands.agent.events import Answer, Hush, Notice, Piece, last_paragraph, read


def actions(name: str, *, brief: bool = False) -> list[Any]:
    return [event.action if (event := read(said, "Agent", brief=brief)) else None for said in recorded(name)]


def test_what_claude_code_says_is_pieces_and_the_whole() -> None:
    nothing, hush, first, before, after, *pieces, answer = actions("claude.jsonl")
    assert (nothing, before, after) == (None, None, None)
    assert hush == Hush()
    assert first == Piece("msg_01A", "I look at the price first.\n", 0, True)
    assert [(piece.number, piece.final) for piece in pieces] == [(0, False), (1, False), (2, False), (3, True)]
    assert answer == Answer("".join(piece.text for piece in pieces), "")


def test_a_session_has_its_name_and_its_directory() -> None:
    event = read(recorded("claude.jsonl")[1], "Claude Code", brief=False)
    assert event is not None
    assert (event.session, event.directory) == ("4c1f5a52-0d0e-4b6e-9b1c-5f7d3a2e8a10", "/home/ann/shop")


def test_notifications_are_short_and_those_that_wait_for_an_answer_urgent() -> None:
    assert actions("claude-notices.jsonl") == [
        Notice("Claude needs your permission to use Bash", True),
        None,
        Notice("Claude is waiting for your input", False),
        None,
        None,
        Hush(),
    ]
    said = {"hook_event_name": "Notification", "message": "very\n long " * 100}
    event = read(said, "Agent", brief=False)
    assert event is not None
    assert isinstance(event.action, Notice)
    assert len(event.action.text) == 303


def test_qwen_code_tells_all_that_was_written_so_far_and_asks_on_behalf_of_tools() -> None:
    hush, *first, tool, second, _, third, late, answer = actions("qwen.jsonl")
    assert (hush, tool) == (Hush(), None)
    assert [piece.number for piece in first] == [None] * 3
    assert third == Piece("m-2", "The price was rounded twice. Once in the basket, and once on the bill.", None, True)
    assert isinstance(answer, Answer)
    assert len(late.text) < len(third.text) > len(second.text)


def test_codex_tells_of_its_answers_twice_and_asks_for_permission() -> None:
    hush, notice, answer = actions("codex-hooks.jsonl")
    assert (hush, notice) == (Hush(), Notice("Agent needs your permission to use Bash.", True))
    assert actions("codex-notify.jsonl") == [answer] == [Answer("The price was rounded twice.", "12")]


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "text",
        7,
        {},
        {"hook_event_name": "NoSuchEvent"},
        {"hook_event_name": ["Stop"]},
        {"hook_event_name": "Stop"},
        {"hook_event_name": "Stop", "last_assistant_message": " \n"},
        {"hook_event_name": "Stop", "last_assistant_message": 7},
        {"hook_event_name": "MessageDisplay", "delta": "x"},
        {"hook_event_name": "MessageDisplay", "message_id": "m", "delta": "x"},
        {"hook_event_name": "MessageDisplay", "message_id": "m", "delta": "x", "index": True},
        {"hook_event_name": "MessageDisplay", "message_id": "m", "delta": "x", "index": -1},
        {"hook_event_name": "Notification", "message": ""},
        {"type": "agent-turn-complete", "last-assistant-message": None},
    ],
)
def test_what_means_nothing_is_nothing(said: Any) -> None:
    assert read(said, "Agent", brief=False) is None


def test_half_a_surrogate_is_no_text() -> None:
    event = read({"hook_event_name": "Stop", "last_assistant_message": "a\ud800b"}, "Agent", brief=False)
    assert event is not None
    assert event.action == Answer("a?b", "")


def test_in_brief_only_the_last_paragraph_of_the_whole_is_wanted() -> None:
    wanted = [action for action in actions("claude.jsonl", brief=True) if action is not None]
    assert wanted == [Hush(), Answer("All twelve tests pass now.", "")]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("One.", "One."),
        ("One.\n\nTwo,\nthree.\n", "Two,\nthree."),
        ("One.\n\n```sh\nmake\n\ntest\n```\n", "One."),
        ("One.\n```\nmake\n```\nTwo.", "Two."),
        ("One.\n\n- a\n- b", "- a\n- b"),
        ("```\nonly code\n```", "```\nonly code\n```"),
        ("One.\n\n~~~\nnever closed\n\nmore", "One."),
    ],
)
def test_the_last_paragraph_is_no_code_where_there_is_another(text: str, end: str) -> None:
    assert last_paragraph(text) == end

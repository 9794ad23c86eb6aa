"""The command in `notify` goes into Codex's settings and out again, and everything else stays byte for byte."""

import tomllib

import pytest

from ttsmesh.cli.commands.agent.hooks import NotSettings
from ttsmesh.cli.commands.agent.notify import added, command, removed

WORDS = ["/home/ann/my bin/ttsmesh", "agent", "hook", "codex", "--voices", "a,b", 'with "quotes" and \\']

SETTINGS = [
    "",
    "\n",
    'model = "gpt"',
    'model = "gpt"\n\n[tui]\nnotifications = true\n',
    "# mine\r\n[features]\r\nhooks = true",
    '[profiles.a]\nnotify = ["other"]\n',
    'text = """\nnotify = ["no"]\n"""\n',
]


@pytest.mark.parametrize("before", SETTINGS)
def test_what_was_put_in_comes_out_and_leaves_every_character(before: str) -> None:
    after = added(before, WORDS)
    assert command(after) == WORDS
    assert tomllib.loads(after) == tomllib.loads(before) | {"notify": WORDS}
    assert removed(after) == before


def test_a_file_of_our_own_goes_as_a_whole() -> None:
    text = added(None, WORDS)
    assert command(text) == WORDS
    assert removed(text) is None


def test_what_was_added_meanwhile_stays() -> None:
    assert removed(added(None, WORDS) + '\nmodel = "gpt"\n') == 'model = "gpt"\n'
    moved = 'model = "gpt" # best\nnotify = [\n  "ttsmesh",\n  "agent",\n]\n[tui]\n'
    assert removed(moved) == 'model = "gpt" # best\n[tui]\n'


def test_there_may_be_no_command_and_one_of_another_form() -> None:
    assert command('[a]\nnotify = ["x"]') is None
    for text in ('notify = "x"', "notify = [1]", "notify = {}"):
        with pytest.raises(NotSettings):
            command(text)

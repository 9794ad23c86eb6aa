"""Our hooks go into an agent's settings and out again, and everything else stays byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ttsmesh.cli.commands.agent.hooks import NotSettings, added, commands, removed

OURS = "/usr/bin/ttsmesh agent hook claude"
HANDLER = {"type": "command", "command": OURS, "timeout": 5}
HOOKS = {"MessageDisplay": HANDLER, "Stop": HANDLER}

THEIRS = '{"matcher": "*", "hooks": [{"type": "command", "command": "notify-send"}]}'


def ours(command: str) -> bool:
    return command == OURS


SETTINGS = [
    "{}",
    "{ }",
    "{\n}\n",
    "// mine\n{ // here\n}",
    '{"model": "opus"}',
    '{\n  "model": "opus"\n}\n',
    '{\r\n\t"model": "opus",\r\n\t"env": {"A": "1"}\r\n}\r\n',
    '{\n    "model": "opus", // the best\n    /* hooks: none */\n}',
    '{"hooks": {}}',
    '{\n  "hooks": {\n  }\n}',
    '{"hooks": {"Stop": []}}',
    '{"hooks": {"Stop": [ /* none */ ]}}',
    '{"hooks": {"Stop": [' + THEIRS + "]}}",
    '{\n  "hooks": {\n    "Stop": [\n      ' + THEIRS + ",\n    ],\n  },\n}",
    '{"hooks": {"PreToolUse": [' + THEIRS + "]}}",
    '{"hooks": {"Stop": [{"hooks": []}, {}]}, "model": "opus"}',
    '{"a": {"hooks": {}}, "hooks": {"Stop":[' + THEIRS + "," + THEIRS + "]}   }",
    '{"hooks": {"Stop": []}, "hooks": {}}',
]


def plain(text: str) -> Any:
    """What the settings say, without comments, for which the tests above have no slashes in strings."""
    import re

    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    return json.loads(re.sub(r",(\s*[\]}])", r"\1", text))


@pytest.mark.parametrize("before", SETTINGS)
def test_what_was_put_in_comes_out_and_leaves_every_character(before: str) -> None:
    after = added(before, HOOKS)
    assert commands(after).count(OURS) == 2
    assert removed(after, ours) == before


@pytest.mark.parametrize("before", SETTINGS)
def test_what_others_have_set_stays_set(before: str) -> None:
    found, wanted = plain(added(before, HOOKS)), plain(before)
    for event, handler in HOOKS.items():
        group = {"hooks": [handler]}
        assert found["hooks"][event] == [group, *wanted.get("hooks", {}).get(event, [])]
        wanted.setdefault("hooks", {})[event] = found["hooks"][event]
    assert found == wanted


@pytest.mark.parametrize("before", SETTINGS)
def test_to_install_twice_is_to_install_once(before: str) -> None:
    once = added(before, HOOKS)
    bare = removed(once, ours)
    assert bare is not None
    assert added(bare, HOOKS) == once


def test_settings_of_our_own_are_laid_out_for_people_and_go_as_a_whole() -> None:
    text = added(None, HOOKS)
    assert text == (
        "{\n"
        '  "hooks": {\n'
        '    "MessageDisplay": [\n'
        '      {"hooks": [{"type": "command", "command": "/usr/bin/ttsmesh agent hook claude", "timeout": 5}]}\n'
        "    ],\n"
        '    "Stop": [\n'
        '      {"hooks": [{"type": "command", "command": "/usr/bin/ttsmesh agent hook claude", "timeout": 5}]}\n'
        "    ]\n"
        "  }\n"
        "}\n"
    )
    assert json.loads(text)
    assert removed(text, ours) is None


def test_the_layout_is_that_of_the_file() -> None:
    text = added('{\r\n\t"model": "opus"\r\n}', HOOKS)
    assert text.startswith('{\r\n\t"hooks": {\r\n\t\t"MessageDisplay": [\r\n\t\t\t{"hooks": [')
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(
    ("changed", "rest"),
    [
        # Somebody has added to what we made.
        (lambda text: text.replace("{\n", '{\n  "model": "opus",\n', 1), {"model": "opus"}),
        (lambda text: text.replace("    ]\n  }", f"    ],\n    {json.dumps('X')}: []\n  }}"), {"hooks": {"X": []}}),
        (
            lambda text: text.replace("5}]}\n    ]\n", "5}]},\n      " + THEIRS + "\n    ]\n"),
            {"hooks": {"Stop": [json.loads(THEIRS)]}},
        ),
        # Or has written it anew, as programs do. On one line nothing tells whose the arrays are, so they stay.
        (
            lambda text: json.dumps(json.loads(text) | {"model": "opus"}),
            {"hooks": {"MessageDisplay": [], "Stop": []}, "model": "opus"},
        ),
        (lambda text: json.dumps({"model": "opus"} | json.loads(text), indent=4), {"model": "opus"}),
        # Or has put ours into a group of his own.
        (
            lambda text: text.replace('{"hooks": [', '{"matcher": "", "hooks": [', 1),
            {"hooks": {"MessageDisplay": [{"matcher": "", "hooks": []}]}},
        ),
    ],
)
def test_what_was_added_meanwhile_stays(changed: Any, rest: Any) -> None:
    text = removed(changed(added(None, HOOKS)), ours)
    assert text is not None
    assert json.loads(text) == rest


def test_a_comment_beside_ours_keeps_the_file() -> None:
    text = removed("// see the wiki\n" + added(None, HOOKS), ours)
    assert text == "// see the wiki\n{}\n"


OUR_GROUP = '{"hooks": [' + json.dumps(HANDLER) + "]}"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (added(None, HOOKS).replace("{\n", "{\n  // mine\n", 1), "{\n  // mine\n\n}\n"),
        (f'{{"hooks": {{ /* mine */\n "Stop": [{OUR_GROUP}]}}}}', '{"hooks": { /* mine */\n "Stop": []}}'),
        (f'{{"hooks": {{"Stop": [ // mine\n {OUR_GROUP}]}}}}', '{"hooks": {"Stop": [ // mine\n]}}'),
        (
            f'{{"hooks": {{"Stop": [{THEIRS}, // http://x\r\n\t{OUR_GROUP}]}}}}',
            f'{{"hooks": {{"Stop": [{THEIRS} // http://x\r\n]}}}}',
        ),
        (
            f'{{"hooks": {{"Stop": [{THEIRS.replace("n", "http://n")}, {OUR_GROUP}]}}}}',
            f'{{"hooks": {{"Stop": [{THEIRS.replace("n", "http://n")}]}}}}',
        ),
    ],
)
def test_comments_before_ours_stay_and_swallow_nothing(text: str, rest: str) -> None:
    assert removed(text, ours) == rest


@pytest.mark.parametrize("text", ["[]", '"text"', '{"hooks": []}', '{"hooks": {"Stop": {}}}', '{"hooks": null}', "7"])
def test_settings_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(NotSettings):
        added(text, HOOKS)
    assert removed(text, ours) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"hooks": {"Stop": [7, [], {"hooks": 7}, {"hooks": [7, {"command": 7}]}]}}',
        '{"hooks": {"enabled": true, "disabled": ["x"], "Other": {"a": []}}}',
    ],
)
def test_hooks_that_nobody_understands_are_left_alone(text: str) -> None:
    assert removed(added(text, HOOKS), ours) == text


BLANK = st.text(" \t\n", max_size=3) | st.sampled_from(["/* } */", "// ]\n", "\r\n"])
NAMES = st.sampled_from(["hooks", "Stop", "MessageDisplay", "model", "a\\n"])


def documents(depth: int = 0) -> st.SearchStrategy[str]:
    """JSON with comments and odd blanks, much of it like an agent's settings."""
    plain = st.sampled_from(['"text"', "7", "null", json.dumps(OURS), '"// {"'])
    if depth > 3:
        return plain
    value = documents(depth + 1)
    name = st.builds('"{}"{}:{}'.format, NAMES, BLANK, BLANK)
    member = st.builds("{}{}{}{}".format, BLANK, name, value, BLANK)
    element = st.builds("{}{}{}".format, BLANK, value, BLANK)
    object_ = st.builds(_joined, st.just("{}"), st.lists(member, max_size=3), st.booleans(), BLANK)
    array = st.builds(_joined, st.just("[]"), st.lists(element, max_size=3), st.booleans(), BLANK)
    return object_ if depth == 0 else object_ | array | plain


def _joined(brackets: str, inner: list[str], comma: bool, blank: str) -> str:
    return brackets[0] + ",".join(inner) + "," * (comma and bool(inner)) + blank + brackets[1]


@settings(max_examples=300)
@given(documents(), BLANK, BLANK)
def test_whatever_the_settings_look_like_they_come_back(document: str, before: str, after: str) -> None:
    text = before + document + after
    try:
        changed = added(text, HOOKS)
    except NotSettings:
        return
    if OURS not in commands(text):
        assert removed(changed, ours) == text

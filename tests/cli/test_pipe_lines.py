"""What a line given to `ttsmesh pipe` means, and what is wrong with it."""

import json
from typing import Any

import pytest

from ttsmesh.cli.pipe_lines import MAX_LINE, Lines, parse, reference, request
from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_NAME, MAX_TEXT
from ttsmesh.wire.client_messages import Again, Append, Back, EndGroup, Mute, Pause, Resume, Say, SetSpeed, Skip, Stop

DEFAULTS = Say(text="", wait=True)


def asked(line: str | bytes, defaults: Say = DEFAULTS, *, text_only: bool = False) -> object:
    return request(parse(line if isinstance(line, bytes) else line.encode(), text_only=text_only), defaults)


def refusal(line: str | bytes) -> RejectedError:
    with pytest.raises(RejectedError) as refused:
        asked(line)
    return refused.value


def test_bytes_come_in_any_pieces_and_lines_go_out() -> None:
    data = b"one\n\ntwo\r\nthree"
    for size in range(1, len(data) + 1):
        lines = Lines()
        found: list[bytes | None] = []
        for start in range(0, len(data), size):
            lines.feed(data[start : start + size])
            while (line := lines.next()) is not None:
                found.append(*line)
        lines.feed(b"")
        while (line := lines.next()) is not None:
            found.append(*line)
        assert found == [b"one", b"", b"two\r", b"three"]
        assert lines.ended


@pytest.mark.parametrize("piece", [1, 3, 100])
@pytest.mark.parametrize("size", [9, 10, 11, 50])
def test_a_line_over_the_limit_is_one_missing_line_and_the_next_is_whole(size: int, piece: int) -> None:
    lines = Lines(limit=10)
    data = b"x" * size + b"\nnext\n"
    found: list[bytes | None] = []
    for start in range(0, len(data), piece):
        lines.feed(data[start : start + piece])
        while (line := lines.next()) is not None:
            found.append(*line)
    assert found == [b"x" * size if size <= 10 else None, b"next"]


def test_a_line_over_the_limit_is_not_kept() -> None:
    lines = Lines(limit=10)
    for _ in range(100):
        lines.feed(b"x" * 1000)
        assert lines.next() is None
        assert len(lines._buffer) <= 1000
    lines.feed(b"")
    assert lines.next() == (None,)


def test_any_text_that_is_allowed_fits_in_a_line_however_it_is_written() -> None:
    assert len(json.dumps({"text": "\x01" * MAX_TEXT, "ref": "\x01" * MAX_NAME})) <= MAX_LINE


def test_an_object_says_how_its_text_is_read() -> None:
    line = {"text": "Hi.", "as": "text", "punctuation": "all", "spell": True, "capitals": "icon"}
    defaults = Say(text="", wait=True, punctuation="some", capitals="spell")
    read = Say(text="Hi.", wait=True, read_as="text", punctuation="all", spell=True, capitals="icon")
    assert asked(json.dumps(line), defaults) == read
    assert asked('{"text": "Hi.", "spell": false}', defaults).punctuation == "some"  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", [{"text": " ", "spell": True}, {"text": "\n", "as": "key"}])
def test_white_space_is_a_text_where_characters_are_named(line: dict[str, Any]) -> None:
    assert asked(json.dumps(line)).text == line["text"]  # type: ignore[attr-defined]
    assert refusal(json.dumps({"text": line["text"]})).code is Code.TEXT


@pytest.mark.parametrize(
    ("key", "value"), [("punctuation", "loud"), ("punctuation", True), ("spell", "yes"), ("capitals", "beep")]
)
def test_a_wrong_way_of_reading_names_its_key(key: str, value: object) -> None:
    refused = refusal(json.dumps({"text": "Hi.", key: value}))
    assert refused.code is Code.USAGE
    assert key in refused.message


def test_a_text_takes_the_defaults_and_an_object_goes_before_them() -> None:
    defaults = Say(text="", voice="af_sky", speed=1.5, queue=True, caller="vim", wait=True)
    assert asked("hello", defaults) == Say(text="hello", voice="af_sky", speed=1.5, queue=True, caller="vim", wait=True)
    line = {
        "text": "hello",
        "voice": "bf_emma",
        "lang": "en-gb",
        "speed": 2,
        "volume": 50,
        "pitch": 1.1,
        "mode": "now",
        "priority": "important",
        "caller": "mail",
        "device": "headphones",
        "ref": "a",
    }
    assert asked(json.dumps(line), defaults) == Say(
        text="hello",
        voice="bf_emma",
        language="en-gb",
        speed=2,
        volume=50,
        pitch=1.1,
        priority="important",
        caller="mail",
        device="headphones",
        wait=True,
    )
    assert asked('{"text": "hello", "voice": null}', defaults) == Say(
        text="hello", speed=1.5, queue=True, caller="vim", wait=True
    )


def test_an_output_is_in_our_directory(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    say = asked('{"text": "hello", "output": "a.wav", "force": true}')
    assert isinstance(say, Say)
    assert (say.output, say.force) == (str(tmp_path / "a.wav"), True)


def test_an_output_has_a_format_a_sample_rate_and_bits(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    say = asked('{"text": "hello", "output": "a", "format": "flac", "sample_rate": 48000, "bits": 24}')
    assert isinstance(say, Say)
    assert (say.output, say.format, say.sample_rate, say.bits) == (str(tmp_path / "a"), "flac", 48_000, 24)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('{"stop": true}', Stop()),
        ('{"stop": "ab-1", "ref": 7}', Stop(id="ab-1")),
        ('{"stop": true, "mine": true}', Stop(mine=True, caller="vim")),
        ('{"stop": true, "voice": "af_sky"}', Stop(voice="af_sky")),
        ('{"stop": true, "caller": "mail"}', Stop(caller="mail")),
        ('  {"pause": true}  ', Pause()),
        ('{"resume": true}\r', Resume()),
        ('{"skip": true}', Skip()),
        ('{"skip": "sentence"}', Skip(sentence=True)),
        ('{"back": true}', Back()),
        ('{"back": 3}', Back(count=3)),
        ('{"speed_now": 1.5}', SetSpeed(speed=1.5)),
        ('{"again": true}', Again(caller="vim")),
        ('{"again": "ab-1", "from_heard": true}', Again(id="ab-1", from_heard=True, caller="vim")),
        ('{"again": true, "mine": true, "mode": "queue"}', Again(mine=True, queue=True, caller="vim")),
        ('{"again": true, "caller": "mail"}', Again(caller="mail")),
        ('{"mute": true}', Mute()),
        ('{"mute": true, "mine": true}', Mute(mine=True, caller="vim")),
        ('{"mute": true, "caller": "mail"}', Mute(caller="mail")),
        ('{"unmute": true}', Mute(over=True)),
        ('{"unmute": true, "mine": true}', Mute(over=True, mine=True, caller="vim")),
    ],
)
def test_what_the_commands_do_an_object_does(line: str, meant: object) -> None:
    assert asked(line, Say(text="", caller="vim")) == meant


def test_blank_lines_ask_for_nothing() -> None:
    for line in (b"", b" \t\r", b"{}"):
        assert parse(line, text_only=False) == {}


def test_with_text_only_a_brace_is_text() -> None:
    assert asked('{"stop": true}', text_only=True) == Say(text='{"stop": true}', wait=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not valid JSON"),
        ('{"text": "x"} {"text": "y"}', "not valid JSON"),
        ('{"text": "x"', "not valid JSON"),
        ('{"a":' * 100_000, "not valid JSON"),
        ('{"speed_now": ' + "1" * 5000 + "}", "not valid JSON"),
        ('{"ref": "x"}', "one of text, stop"),
        ('{"text": "x", "stop": true}', "not several"),
        ('{"text": 5}', "text must be text"),
        ('{"text": "x", "sped": 2}', "unknown key 'sped'; known: voice"),
        ('{"text": "x", "wait": true}', "unknown key 'wait'"),
        ('{"text": "x", "voice": 5}', "voice must be text"),
        ('{"text": "x", "speed": "fast"}', "speed must be a finite number"),
        ('{"text": "x", "speed": true}', "speed must be a finite number"),
        ('{"text": "x", "speed": NaN}', "speed must be a finite number"),
        ('{"text": "x", "speed": 9}', "speed must be from 0.5 to 4"),
        ('{"text": "x", "speed": ' + "1" * 310 + "}", "speed must be from 0.5 to 4"),
        ('{"text": "x", "volume": -' + "1" * 4300 + "}", "volume must be from 0 to 200"),
        ('{"speed_now": ' + "1" * 4300 + "}", "speed_now must be from 0.5 to 4"),
        ('{"text": "x", "mode": "later"}', "mode must be one of now, queue"),
        ('{"text": "x", "mode": []}', "mode must be one of now, queue"),
        ('{"text": "x", "priority": "high"}', "priority must be one of important"),
        ('{"text": "x", "force": 1}', "force must be true or false"),
        ('{"text": "x", "output": "-"}', "output must be a file: the standard output is for the answers"),
        ('{"text": "x", "output": "a", "format": "aiff"}', "format must be one of wav, flac"),
        ('{"text": "x", "output": "a.mp3", "bits": 24}', "mp3 has no number of bits"),
        ('{"text": "x", "output": "a.wav", "sample_rate": 1.5}', "sample_rate must be a whole number"),
        ('{"text": "x", "sample_rate": 8000}', "sample rate is for what is saved: name an output"),
        ('{"stop": false}', "stop must be true"),
        ('{"stop": ""}', "stop must be"),
        ('{"stop": true, "id": "x"}', "unknown key 'id'"),
        ('{"pause": 1}', "pause must be true"),
        ('{"skip": true, "voice": "x"}', "unknown key 'voice' here"),
        ('{"skip": "word"}', "skip must be true"),
        ('{"back": 0}', "back must be"),
        ('{"back": false}', "back must be"),
        ('{"back": true, "id": "x"}', "unknown key 'id' here"),
        ('{"speed_now": 9}', "speed_now must be from"),
        ('{"again": false}', "again must be true"),
        ('{"again": ""}', "again must be"),
        ('{"again": true, "from_heard": 1}', "from_heard must be true or false"),
        ('{"again": true, "voice": "x"}', "unknown key 'voice'; known: from_heard"),
        ('{"mute": "vim"}', "mute must be true"),
        ('{"unmute": true, "caller": 5}', "caller must be text"),
    ],
)
def test_a_mistake_names_its_key_and_is_usage(line: str, reason: str) -> None:
    refused = refusal(line)
    assert refused.message.startswith(reason) or reason in refused.message
    assert refused.code is Code.USAGE


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"caf\xe9", Code.TEXT),
        (b'{"text": "caf\xe9"}', Code.TEXT),
        (b'{"text": "\\ud800"}', Code.TEXT),
        (b'{"text": " "}', Code.TEXT),
        (b"\x1b\x00", Code.TEXT),
        (b'{"text": "x", "output": "a.mp4"}', Code.OUTPUT),
    ],
)
def test_what_say_refuses_is_refused_for_the_same_reason(line: bytes, code: Code) -> None:
    assert refusal(line).code is code


def test_c2_a_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert asked(b"a" * MAX_TEXT) == Say(text="a" * MAX_TEXT, wait=True)
    for line in (b"a" * (MAX_TEXT + 1), json.dumps({"text": "a" * (MAX_TEXT + 1)}).encode()):
        assert refusal(line).code is Code.TEXT


def test_a_reference_is_a_text_or_a_whole_number() -> None:
    for ref in ("a", "", 0, -5, 2**70, None):
        assert reference({"ref": ref}) == ref
    assert reference({}) is None
    wrongs: list[object] = [True, 1.5, [], {}, "x" * (MAX_NAME + 1), "\ud800"]
    for wrong in wrongs:
        with pytest.raises(RejectedError, match="ref must be"):
            reference({"ref": wrong})


def test_no_refusal_repeats_the_text() -> None:
    for line in (
        '{"text": "my diary',
        '{"text": "my diary", "speed": 9}',
        '{"text": "my diary", "mode": "my diary"}',
        '{"text": ["my diary"]}',
        '{"text": "my diary\\ud800"}',
        '{"stop": "' + "my diary" * 9 + '"}',
    ):
        assert "diary" not in refusal(line).message


def test_an_object_says_that_its_text_is_marked_up() -> None:
    assert asked('{"text": "<s/>", "ssml": true}') == Say(text="<s/>", wait=True, read_as="ssml")
    assert asked('{"text": "<s/>", "ssml": true, "as": "ssml"}') == Say(text="<s/>", wait=True, read_as="ssml")
    assert asked('{"text": "x", "tags": true}') == Say(text="x", wait=True, tags=True)
    marked_up = Say(text="", wait=True, read_as="ssml", tags=True)
    assert asked('{"text": "x", "as": "text", "tags": false}', marked_up) == Say(text="x", wait=True, read_as="text")
    assert asked('{"text": "x", "ssml": true}', Say(text="", read_as="text")) == Say(text="x", read_as="ssml")
    plain = Say(text="x", wait=True, tags=True)
    assert asked('{"text": "x", "ssml": false}', marked_up) == plain
    assert asked('{"text": "x", "ssml": false, "as": "key"}', marked_up) == Say(
        text="x", wait=True, tags=True, read_as="key"
    )
    assert "ssml must be" in refusal('{"text": "x", "ssml": 1}').message
    assert "ssml is as ssml" in refusal('{"text": "x", "ssml": true, "as": "text"}').message
    assert refusal('{"text": "x", "tags": 1}').code is Code.USAGE


def test_an_object_asks_for_the_words_that_are_heard() -> None:
    assert asked('{"text": "x", "words": true}') == Say(text="x", wait=True, words=True)
    assert asked('{"text": "x", "words": false}', Say(text="", words=True)) == Say(text="x")
    assert "words" in refusal('{"text": "x", "words": "yes"}').message


def test_a_group_is_appended_to_with_the_options_of_a_text_that_is_spoken() -> None:
    defaults = Say(text="", wait=True, voice="bf_emma", caller="editor", words=True)
    assert asked('{"group": "g", "append": "One. "}', defaults) == Append(
        group="g", text="One. ", voice="bf_emma", caller="editor"
    )
    line = '{"group": "g", "append": "", "index": 3, "mode": "queue", "as": "markdown", "speed": 2, "ref": 1}'
    assert asked(line) == Append(group="g", text="", index=3, queue=True, read_as="markdown", speed=2)


def test_a_group_is_ended() -> None:
    assert asked('{"group": "g", "end": true, "index": 2}') == EndGroup(group="g", index=2, wait=True)
    defaults = Say(text="", wait=False, caller="editor")
    assert asked('{"group": "g", "end": true}', defaults) == EndGroup(group="g", caller="editor")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"group": "g"}', "a group needs append or end, and not both"),
        ('{"group": "g", "append": "x", "end": true}', "a group needs append or end, and not both"),
        ('{"group": "g", "end": false}', "end must be true"),
        ('{"group": "g", "append": 1}', "append must be text"),
        ('{"group": 1, "append": "x"}', "group must be text"),
        ('{"group": "", "append": "x"}', "group must be 1 to 1024 bytes"),
        ('{"group": "g", "append": "x", "index": -1}', "index must be from 0"),
        ('{"group": "g", "append": "x", "tags": true}', "unknown key 'tags'"),
        ('{"group": "g", "end": true, "speed": 2}', "unknown key 'speed'"),
    ],
)
def test_what_is_wrong_with_a_piece_is_named(line: str, reason: str) -> None:
    assert refusal(line).message.startswith(reason)
    assert refusal(line).code is Code.USAGE

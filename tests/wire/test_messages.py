"""What the mesh says: every message is checked when it is made, on either side, and names the field that is wrong."""

import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ttsmesh import limits
from ttsmesh.errors import Code, InvalidField
from ttsmesh.wire import messages
from ttsmesh.wire.framing import HEADER, pack, unpack
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    AudioStart,
    End,
    Progress,
    Rejected,
    Say,
    Speak,
    Started,
    Status,
    Stop,
    VoiceEntry,
)
from ttsmesh.wire.schema import (
    ADVICE,
    PROTOCOL_VERSION,
    REGISTRY,
    Bytes,
    Flag,
    Maybe,
    Message,
    Number,
    OneOf,
    Request,
    Rule,
    Text,
    VersionMismatch,
    Whole,
    decode,
)

ALL = list(REGISTRY.values())


def valid(rule: Rule) -> st.SearchStrategy[Any]:
    """Every kind of value that ``rule`` lets through, small ones mostly."""
    match rule:
        case Maybe():
            return st.none() | valid(rule.rule)
        case Text():
            text = st.text(st.characters(codec="utf-8"), min_size=rule.least, max_size=8)
            return text.filter(lambda value: len(value.encode()) <= rule.most)
        case Whole():
            return st.integers(int(rule.least), int(rule.most))
        case Number():
            return st.floats(rule.least, rule.most)
        case Flag():
            return st.booleans()
        case Bytes():
            return st.binary(max_size=16)
        case OneOf():
            return st.sampled_from(rule.choices)
    raise NotImplementedError(rule)


def valid_message(cls: type[Message]) -> st.SearchStrategy[Message]:
    chosen = {name: valid(rule) for name, rule in cls.rules.items() if name != "version"}
    return st.builds(cls, **chosen)


def largest(rule: Rule) -> Any:
    """The value of ``rule`` that takes the most bytes."""
    match rule:
        case Maybe():
            return largest(rule.rule)
        case Text():
            return "x" * rule.most
        case Number():
            return int(rule.most)
        case Flag():
            return True
        case Bytes():
            return bytes(rule.most)
        case OneOf():
            return max(rule.choices, key=len)
    raise NotImplementedError(rule)


@given(st.sampled_from(ALL).flatmap(valid_message))
def test_every_message_survives_the_wire(message: Message) -> None:
    assert decode(unpack(pack(message.to_map())[HEADER.size :])) == message


@pytest.mark.parametrize("cls", ALL)
def test_the_largest_message_fits_in_a_frame(cls: type[Message]) -> None:
    fields = {name: largest(rule) for name, rule in cls.rules.items() if name != "version"}
    limit = limits.MAX_REQUEST if issubclass(cls, Request) else limits.MAX_REPLY
    assert len(pack(cls(**fields).to_map())) - HEADER.size <= limit


@pytest.mark.parametrize("cls", ALL)
def test_every_request_carries_the_version_and_nothing_else_does(cls: type[Message]) -> None:
    assert ("version" in cls.rules) is issubclass(cls, Request)


def test_messages_cannot_be_changed_or_filled_by_position() -> None:
    message: Any = Stop(id="a-1")
    for name in ("id", "new"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(message, name, "a-2")
    make: Any = Stop
    with pytest.raises(TypeError):
        make("a-1")


def test_messages_are_compared_by_type_and_value() -> None:
    one, other = AudioStart(rate=8000, channels=1), AudioStart(channels=1, rate=8000)
    assert one == other
    assert hash(one) == hash(other)
    assert one != AudioStart(rate=8000, channels=2)
    assert End() != AudioEnd()


def test_a_message_shown_in_a_log_does_not_show_its_text() -> None:
    assert "my diary" not in repr(Say(text="my diary")) + str(Say(text="my diary"))


def test_absent_optional_fields_stay_off_the_wire() -> None:
    assert "voice" not in Stop().to_map()
    assert decode({"type": "stop", "version": PROTOCOL_VERSION}) == Stop()


# --- fields: limit-1, limit, limit+1 -------------------------------------------------------------------------------

ENTRY = {"language": "en-us", "gender": "f"}


@pytest.mark.parametrize(
    ("cls", "others", "field", "most"),
    [
        (Say, {}, "text", limits.MAX_TEXT),
        (Say, {"text": "x"}, "voice", limits.MAX_NAME),
        (Say, {"text": "x"}, "language", limits.MAX_NAME),
        (Say, {"text": "x"}, "output", 4096),
        (Stop, {}, "id", 32),
        (Speak, {}, "id", 32),
        (VoiceEntry, ENTRY, "name", limits.MAX_NAME),
        (Rejected, {"code": Code.BUSY}, "message", 1024),
    ],
)
def test_text_may_have_as_many_bytes_as_its_limit(
    cls: type[Message], others: dict[str, Any], field: str, most: int
) -> None:
    for size in (most - 1, most):
        assert getattr(cls(**others, **{field: "x" * size}), field) == "x" * size
    for too_long in ("x" * (most + 1), "x" * (most - 1) + "ü"):
        with pytest.raises(InvalidField, match=f"{cls.type}: {field} must be [01] to {most} bytes"):
            cls(**others, **{field: too_long})


@pytest.mark.parametrize(("cls", "field"), [(Stop, "id"), (Speak, "id")])
def test_an_id_is_never_empty(cls: type[Message], field: str) -> None:
    with pytest.raises(InvalidField, match=field):
        cls(**{field: ""})


@pytest.mark.parametrize(
    ("field", "least", "most"), [("volume", 0, limits.VOLUME_MAX), ("pitch", limits.PITCH_MIN, limits.PITCH_MAX)]
)
def test_numbers_have_their_range(field: str, least: float, most: float) -> None:
    def say(number: Any) -> Say:
        return Say(text="x", **{field: number})

    for number in (least, math.nextafter(least, most), math.nextafter(most, least), most):
        assert getattr(say(number), field) == number
    for wrong in (math.nextafter(least, -math.inf), math.nextafter(most, math.inf)):
        with pytest.raises(InvalidField, match=f"say: {field} must be from"):
            say(wrong)


@pytest.mark.parametrize("speed", [limits.SPEED_MIN, 1, 1.0, limits.SPEED_MAX])
def test_c7_a_speed_in_the_range_is_taken(speed: float) -> None:
    assert Say(text="x", speed=speed).speed == speed


@pytest.mark.parametrize(
    "speed",
    [
        math.nextafter(limits.SPEED_MIN, 0),
        math.nextafter(limits.SPEED_MAX, 9),
        *(0, -1, 1e9, 1e-9, math.nan, math.inf, -math.inf, True, "fast", "1", b"1", [1.0]),
    ],
)
def test_b5_c7_any_other_speed_is_refused_by_name(speed: Any) -> None:
    with pytest.raises(InvalidField, match="say: speed must be"):
        Say(text="x", speed=speed)


@pytest.mark.parametrize(
    ("cls", "others", "field", "least", "most"),
    [
        (Say, {"text": "x"}, "umask", 0, 0o777),
        (Progress, {}, "heard", 0, 2**53),
        (Accepted, {}, "count", 0, 2**53),
        (AudioStart, {"channels": 1}, "rate", 8000, 192_000),
        (AudioStart, {"rate": 8000}, "channels", 1, 2),
    ],
)
def test_whole_numbers_have_their_range(
    cls: type[Message], others: dict[str, Any], field: str, least: int, most: int
) -> None:
    for number in (least, least + 1, most - 1, most):
        assert getattr(cls(**others, **{field: number}), field) == number
    for wrong in (least - 1, most + 1, 2**64 - 1, float(most), True, str(most)):
        with pytest.raises(InvalidField, match=f"{cls.type}: {field} must be"):
            cls(**others, **{field: wrong})


def test_pcm_may_fill_half_a_reply() -> None:
    most = limits.MAX_REPLY // 2
    for size in (0, most - 1, most):
        assert len(Audio(pcm=bytes(size)).pcm) == size
    for wrong in (bytes(most + 1), "text", None, bytearray(2)):
        with pytest.raises(InvalidField, match="audio: pcm must be"):
            Audio(pcm=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [0, 1, "true", None])
def test_b5_flags_are_true_or_false_and_nothing_like_it(wrong: Any) -> None:
    with pytest.raises(InvalidField, match="say: force must be true or false"):
        Say(text="x", force=wrong)


@pytest.mark.parametrize("wrong", ["", "no_such_code", 1, ["busy"], None])
def test_b5_a_code_is_one_of_ours(wrong: Any) -> None:
    with pytest.raises(InvalidField, match="rejected: code must be one of"):
        Rejected(code=wrong, message="x")


def test_lone_surrogates_are_not_text() -> None:
    with pytest.raises(InvalidField, match="say: text must be valid UTF-8"):
        Say(text="\udcff")


# --- decoding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [None, 1, True, ["say"], {"a": 1}, b"say", "", "Say", "no_such_type", "message"])
def test_b5_an_unknown_type_is_refused(kind: object) -> None:
    with pytest.raises(InvalidField, match="unknown message type"):
        decode({"type": kind})
    with pytest.raises(InvalidField, match="unknown message type"):
        decode({})


def test_b5_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(InvalidField, match="say: text is missing"):
        decode({"type": "say", "version": PROTOCOL_VERSION})
    with pytest.raises(InvalidField, match="stop: unknown field 'loud'"):
        decode({"type": "stop", "version": PROTOCOL_VERSION, "loud": 1})
    with pytest.raises(InvalidField, match="stop: unknown field 'self'"):
        decode({"type": "stop", "version": PROTOCOL_VERSION, "self": 1})
    with pytest.raises(InvalidField, match="started: unknown field 'version'"):
        decode({"type": "started", "version": PROTOCOL_VERSION})


@pytest.mark.parametrize("size", [limits.ECHO - 1, limits.ECHO, limits.ECHO + 1, 10_000])
def test_b5_a_refusal_repeats_a_few_printable_characters_at_most(size: int) -> None:
    name = "\x1b" + "x" * (size - 1)
    for body in ({"type": name}, {"type": "stop", "version": PROTOCOL_VERSION, name: 1}):
        with pytest.raises(InvalidField) as refusal:
            decode(body)
        shown = " " + "x" * (min(size, limits.ECHO) - 1) + ("..." if size > limits.ECHO else "")
        assert refusal.value.message.endswith(f" '{shown}'; {ADVICE}")


def test_a_refusal_names_the_field_and_never_its_value() -> None:
    with pytest.raises(InvalidField) as refusal:
        decode({"type": "say", "version": PROTOCOL_VERSION, "text": "my diary", "voice": 5})
    assert refusal.value.message == "say: voice must be text"
    assert refusal.value.code is Code.PROTOCOL


@pytest.mark.parametrize(("theirs", "shown"), [(3, "3"), (1, "1"), ("2", "unknown"), (None, "unknown")])
def test_b6_another_version_is_told_how_to_go_on(theirs: object, shown: str) -> None:
    with pytest.raises(VersionMismatch) as refusal:
        decode({"type": "status", "version": theirs})
    assert refusal.value.message == f"server speaks {PROTOCOL_VERSION}, this client {shown}; run ttsmesh restart"
    assert refusal.value.exit_status == 76


def test_b6_the_version_is_looked_at_before_anything_else() -> None:
    with pytest.raises(VersionMismatch):
        decode({"type": "say", "version": PROTOCOL_VERSION + 1, "tone": "a field of the future"})
    with pytest.raises(VersionMismatch):
        decode({"type": "a request of the future", "version": PROTOCOL_VERSION + 1})
    with pytest.raises(VersionMismatch):
        decode({"type": "status"})


def test_b5_true_is_no_version() -> None:
    with pytest.raises(VersionMismatch):
        decode({"type": "status", "version": True})


def test_the_registry_knows_every_message_of_the_module() -> None:
    defined = {
        cls
        for cls in vars(messages).values()
        if isinstance(cls, type) and issubclass(cls, Message) and cls not in (Message, Request)
    }
    assert set(ALL) == defined
    assert {Say, Status, Started} <= defined
    assert all(REGISTRY[cls.type] is cls for cls in defined)

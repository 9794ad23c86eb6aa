"""The settings: a small file in which every mistake is named."""

import math
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from ttsmesh import limits
from ttsmesh.config import DeviceSettings, ReadAs, Settings, VoiceProcessSettings, VoiceSettings, load
from ttsmesh.errors import ConfigError
from ttsmesh.model.text import passages
from ttsmesh.wire.client_messages import READ_AS


@pytest.fixture
def file(private: Path) -> Path:
    path = private / "config" / "ttsmesh" / "config.toml"
    path.parent.mkdir()
    return path


def test_without_a_file_the_defaults_hold(private: Path) -> None:
    assert load() == Settings()
    assert load(private / "nowhere") == Settings()


def test_an_empty_file_changes_nothing(file: Path) -> None:
    file.touch()
    assert load() == Settings()


def test_what_the_file_says_holds(file: Path) -> None:
    file.write_text('default_voice = "bf_emma"\nspeed = 1.5\nvoice_idle = 5\nprecision = "f32"\nidle_voices = 2')
    assert load() == Settings(default_voice="bf_emma", speed=1.5, voice_idle=5.0, precision="f32", idle_voices=2)


def test_one_voice_and_one_device_may_differ_and_the_rest_is_as_in_general(file: Path) -> None:
    file.write_text(
        'speed = 1.25\ndevice = "desk"\nprime = 0.1\n'
        '[voice.bf_emma]\nspeed = 0.8\n[voice.af_heart]\ndevice = "bed"\n[devices."bed"]\nprime = 0.5\n'
    )
    settings = load()
    assert [settings.speed_of(voice) for voice in ("bf_emma", "af_heart", "other")] == [0.8, 1.25, 1.25]
    assert [settings.device_of(voice) for voice in ("bf_emma", "af_heart", "other")] == ["desk", "bed", "desk"]
    assert [settings.prime_of(device) for device in ("bed", "desk", None)] == [0.5, 0.1, 0.1]
    assert Settings().device_of("other") is None


def test_a_switch_is_true_or_false(file: Path) -> None:
    file.write_text("prestart = false")
    assert (Settings().prestart, load().prestart) == (True, False)
    for wrong in ("1", "0.0", '"yes"', "[]"):
        file.write_text(f"prestart = {wrong}")
        with pytest.raises(ConfigError, match="prestart must be true or false"):
            load()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("speed", limits.SPEED_MIN, limits.SPEED_MAX),
        ("volume", 0.0, limits.VOLUME_MAX),
        ("pause_clause", 0.0, limits.PAUSE_MAX),
        ("prime", 0.0, 5.0),
        ("release", 0.0, 3600.0),
    ],
)
def test_numbers_have_their_range(file: Path, name: str, low: float, high: float) -> None:
    for value in (low, math.nextafter(low, high), math.nextafter(high, low), high):
        file.write_text(f"{name} = {value!r}")
        assert getattr(load(), name) == value
    for wrong in (math.nextafter(low, -1), math.nextafter(high, 2 * high), math.nan, math.inf):
        file.write_text(f"{name} = {wrong!r}")
        with pytest.raises(ConfigError, match=f"{name} must be from"):
            load()


@pytest.mark.parametrize(("name", "low", "high"), [("idle_voices", 0, 64), ("max_text", 1, limits.MAX_TEXT)])
def test_whole_numbers_have_their_range(file: Path, name: str, low: int, high: int) -> None:
    for value in (low, low + 1, high - 1, high):
        file.write_text(f"{name} = {value}")
        assert getattr(load(), name) == value
    for wrong in (low - 1, high + 1):
        file.write_text(f"{name} = {wrong}")
        with pytest.raises(ConfigError, match=f"{name} must be from"):
            load()


def test_never_is_a_time_to_wait_before_leaving(file: Path) -> None:
    file.write_text("voice_idle = inf")
    assert load().voice_idle == math.inf


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sped = 1", "unknown setting 'sped'"),
        ("[server]\nx = 1", "unknown setting 'server'"),
        ("[voice.emma]\npause = 1", "unknown setting 'voice.emma.pause'"),
        (f"{'x' * 99} = 1", f"unknown setting '{'x' * limits.ECHO}'$"),
        ("speed = true", "speed must be a number"),
        ('speed = "fast"', "speed must be a number"),
        ("idle_voices = 1.0", "idle_voices must be a whole number"),
        ("idle_voices = true", "idle_voices must be a whole number"),
        ("default_voice = 1", "default_voice must be text"),
        ('precision = "f16"', "precision must be one of auto, int8-bf16, bf16, int8, f32"),
        ("[voice.emma]\nspeed = 9", "voice.emma.speed must be from"),
        ("voice = 1", "voice must be a table of tables"),
        ("[voice]\nspeed = 1", "voice must be a table of tables"),
        ("speed = \n", "line 1"),
        ("speed = 1\nspeed = 1", "overwrite"),
        ("speed = " + "[" * 10_000, "nested too deeply"),
        ("speed = " + "9" * 10_000, "digits"),
        ("speed = " + "9" * 400, "speed must be from"),
        ("voice_idle = " + "9" * 400, "voice_idle must be from"),
        ("model_idle = " + "9" * 4300, "model_idle must be from"),
        ('voices_folder = "~no-such-user/voices"', "no user no-such-user"),
    ],
)
def test_every_mistake_names_the_file_and_the_setting_and_is_exit_78(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match=reason) as refusal:
        load()
    assert refusal.value.message.startswith(f"{file}: ")
    assert refusal.value.exit_status == 78


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.write_bytes(b"voice = '\xff'"), "not valid UTF-8 (byte 9)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(file: Path, make: Any, reason: str) -> None:
    make(file)
    with pytest.raises(ConfigError) as refusal:
        load()
    assert refusal.value.message == f"{file}: {reason}"


def test_a_byte_order_mark_at_the_beginning_is_no_setting(file: Path) -> None:
    file.write_bytes("\ufeffspeed = 1.5\r\nvolume = 50\r\n".encode())
    assert load() == Settings(speed=1.5, volume=50)


def test_one_voices_gain_pauses_and_language_are_its_own(file: Path) -> None:
    file.write_text('[voice.grandma]\ngain = -3.5\npauses = 1.5\nlanguage = "pt"\n[voice.af_heart]\nspeed = 1.1\n')
    settings = load()
    assert (settings.gain_of("grandma"), settings.gain_of("af_heart"), settings.gain_of("other")) == (-3.5, 0.0, 0.0)
    assert (settings.pauses_of("grandma"), settings.pauses_of("other")) == (1.5, 1.0)
    assert settings.languages() == {"grandma": "pt-br"}


@pytest.mark.parametrize("wrong", ["gain = 21", "gain = nan", "pauses = -1", 'language = "xx"', "language = 1"])
def test_one_voices_mistakes_are_named(file: Path, wrong: str) -> None:
    file.write_text(f"[voice.grandma]\n{wrong}")
    with pytest.raises(ConfigError, match=r"voice\.grandma\.(gain|pauses|language)"):
        load()


def test_what_a_voice_process_needs_goes_to_it_as_one_argument_and_nothing_else_does(file: Path) -> None:
    file.write_text("voice_idle = inf\nrelease = 0.5\nspeed = 2")
    handed_over = VoiceProcessSettings.from_argument(load().to_argument())
    assert handed_over == VoiceProcessSettings(voice_idle=math.inf, release=0.5)


@pytest.mark.parametrize("table", [Settings, VoiceSettings, DeviceSettings])
def test_every_number_has_a_range(table: type[Any]) -> None:
    for entry in fields(table):
        if entry.type in (int, float, float | None):
            least, most = entry.metadata["range"]
            assert least < most


def test_what_a_text_may_be_read_as_is_the_same_everywhere_but_only_single_texts_are_ssml_or_keys() -> None:
    assert get_args(passages.ReadAs) == READ_AS == (*get_args(ReadAs), "ssml", "key")

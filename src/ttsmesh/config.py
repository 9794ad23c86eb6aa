"""The settings: ``config.toml`` in the configuration directory, read when the model server starts."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from ttsmesh import limits, xdg
from ttsmesh.errors import ConfigError, RejectedError, reason
from ttsmesh.languages import language_code
from ttsmesh.paths import config_dir

_T = TypeVar("_T")

_BIG = 2**53
"""Seconds, at most, as a whole number: there is no float for one of 400 digits, and inf means for ever."""

Precision = Literal["auto", "int8-bf16", "bf16", "int8", "f32"]
"""What the model computes in; ``auto``: the quickest that the CPU offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """``[voice.NAME]``: what differs for one voice. None: as in general."""

    speed: float | None = None
    volume: float | None = None
    gain: float = 0.0
    pauses: float = 1.0
    device: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSettings:
    """``[devices."NAME"]``: what one audio device needs."""

    prime: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may set; the defaults are what most want. Times in seconds, pauses in
    milliseconds."""

    default_voice: str = "af_heart"
    speed: float = 1.0
    volume: float = 100.0
    pause_clause: float = 200.0
    pause_sentence: float = 500.0
    pause_list: float = 600.0
    pause_paragraph: float = 800.0
    device: str = ""
    prime: float = 0.0
    release: float = limits.DEVICE_RELEASE
    precision: Precision = "auto"
    voices_folder: str = ""
    language_idle: float = limits.LANGUAGE_IDLE
    voice_idle: float = limits.VOICE_IDLE
    model_idle: float = limits.MODEL_IDLE
    idle_voices: int = limits.MAX_IDLE_VOICES
    prestart: bool = True
    phrase_cache: int = limits.PHRASE_CACHE // limits.MIB
    max_text: int = limits.MAX_TEXT
    voice: Mapping[str, VoiceSettings] = field(default_factory=dict)
    devices: Mapping[str, DeviceSettings] = field(default_factory=dict)

    def speed_of(self, voice: str) -> float:
        """How fast ``voice`` speaks unless told otherwise."""
        own = self.voice.get(voice, VoiceSettings()).speed
        return own if own is not None else self.speed

    def volume_of(self, voice: str) -> float:
        """How loud ``voice`` is, in percent, unless told otherwise."""
        own = self.voice.get(voice, VoiceSettings()).volume
        return own if own is not None else self.volume

    def gain_of(self, voice: str) -> float:
        """How many dB louder than levelled ``voice`` is to be."""
        return self.voice.get(voice, VoiceSettings()).gain

    def pauses_of(self, voice: str) -> float:
        """How many times as long as in general the pauses of ``voice`` are."""
        return self.voice.get(voice, VoiceSettings()).pauses

    def languages(self) -> dict[str, str]:
        """The languages of voices whose names do not say it, or say it wrongly."""
        return {name: language_code(own.language) for name, own in self.voice.items() if own.language is not None}

    def device_of(self, voice: str) -> str | None:
        """Through which device ``voice`` speaks unless told otherwise; None: the system's default."""
        own = self.voice.get(voice, VoiceSettings()).device
        return (own if own is not None else self.device) or None

    def prime_of(self, device: str | None) -> float:
        """Seconds of silence that wake ``device``."""
        own = self.devices.get(device or "", DeviceSettings()).prime
        return own if own is not None else self.prime


_RANGES: Mapping[str, tuple[float, float]] = {
    "speed": (limits.SPEED_MIN, limits.SPEED_MAX),
    "volume": (0, limits.VOLUME_MAX),
    **dict.fromkeys(("pause_clause", "pause_sentence", "pause_list", "pause_paragraph"), (0, limits.PAUSE_MAX)),
    "prime": (0.0, 5.0),
    "release": (0.0, 3600.0),
    "gain": (-30.0, 20.0),
    "pauses": (0.0, 5.0),
    "language_idle": (0.0, math.inf),
    "voice_idle": (0.0, math.inf),
    "model_idle": (0.0, math.inf),
    "idle_voices": (0, 64),
    "phrase_cache": (0, 1024),
    "max_text": (1, limits.MAX_TEXT),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"precision": get_args(Precision)}
_TABLES: Mapping[str, type[Any]] = {"voice": VoiceSettings, "devices": DeviceSettings}
"""Tables of tables."""


def load(path: Path | None = None) -> Settings:
    """The settings in ``path`` (default: the user's ``config.toml``); the defaults where there is no such file.

    Raises:
        ConfigError: names the file and the key.
    """
    path = path or config_dir() / "config.toml"
    try:
        # Some editors put a byte order mark first, which TOML does not know.
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply") from None
    except OSError as error:
        raise ConfigError(f"{path}: {reason(error)}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not valid UTF-8 (byte {error.start})") from None
    except ValueError as error:  # malformed TOML, and numbers of thousands of digits
        raise ConfigError(f"{path}: {error}") from None
    try:
        tables: Any = {name: _tables(name, cls, values.pop(name, {})) for name, cls in _TABLES.items()}
        return _make(Settings, values, **tables)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}") from None


def _tables(name: str, cls: type[_T], values: object) -> dict[str, _T]:
    if not isinstance(values, dict) or not all(isinstance(table, dict) for table in values.values()):
        raise ConfigError(f"{name} must be a table of tables")
    return {key: _make(cls, table, f"{name}.{key}.") for key, table in values.items()}


def _make(cls: type[_T], values: Mapping[str, object], prefix: str = "", **tables: Any) -> _T:
    known = {entry.name: entry.type for entry in fields(cls)}  # type: ignore[arg-type]
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"unknown setting {(prefix + name)[: limits.ECHO]!r}")
        _check(prefix + name, name, value, known[name])
    return cls(**values, **tables)


def _check(shown: str, name: str, value: object, wanted: Any) -> None:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ConfigError(f"{shown} must be one of {', '.join(_CHOICES[name])}")
        return
    if wanted in (str, str | None):
        if not isinstance(value, str):
            raise ConfigError(f"{shown} must be text")
        if name == "language":
            try:
                language_code(value)
            except RejectedError as error:
                raise ConfigError(f"{shown}: {error.message}") from None
        if name == "voices_folder":
            xdg.expanded(value)
        return
    if wanted is bool:
        if not isinstance(value, bool):
            raise ConfigError(f"{shown} must be true or false")
        return
    kinds = (int,) if wanted is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise ConfigError(f"{shown} must be a {'whole ' if wanted is int else ''}number")
    low, high = _RANGES[name]
    if not low <= value <= high or (isinstance(value, int) and value > _BIG):
        raise ConfigError(f"{shown} must be from {low:g} to {high:g}")

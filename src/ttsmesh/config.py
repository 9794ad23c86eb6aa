"""The settings: ``config.toml`` in the configuration directory, read when the model server starts.

To add a setting, add a field here: its default and the values that it may have stand beside its name. A setting of the
voice processes is a field of ``VoiceProcessSettings``, and reaches them by itself.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, TypeVar, get_args, get_origin

from ttsmesh import limits
from ttsmesh.errors import ConfigError, TtsmeshError, os_reason
from ttsmesh.languages import language_code
from ttsmesh.paths import config_dir, expanded

_T = TypeVar("_T")

_BIG = 2**53
"""The largest whole number taken for a time: there is no float for one of 400 digits, and ``inf`` means for ever."""

Precision = Literal["auto", "int8-bf16", "bf16", "int8", "f32"]
"""What the model computes in; ``auto`` is the quickest that the CPU offers."""


def _number(default: float | None, least: float, most: float) -> Any:
    """A field for a number from ``least`` to ``most``."""
    return field(default=default, metadata={"range": (least, most)})


ReadAs = Literal["auto", "text", "markdown", "code", "diff", "log"]
"""What texts are read as that do not say it; "auto" finds out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """``[voice.NAME]``: what differs for one voice. None stands for the general setting."""

    speed: float | None = _number(None, limits.SPEED_MIN, limits.SPEED_MAX)
    volume: float | None = _number(None, 0, limits.VOLUME_MAX)
    gain: float = _number(0.0, -30, 20)
    pauses: float = _number(1.0, 0, 5)
    device: str | None = None
    language: str | None = field(default=None, metadata={"check": language_code})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSettings:
    """``[devices."NAME"]``: what one audio device needs."""

    prime: float | None = _number(None, 0, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceProcessSettings:
    """The settings that a voice process needs. The model server hands them over as one argument."""

    release: float = _number(limits.DEVICE_RELEASE, 0, 3600)
    voice_idle: float = _number(limits.VOICE_IDLE, 0, math.inf)

    def to_argument(self) -> str:
        """What ``from_argument`` makes them of again, in the voice process."""
        return json.dumps({entry.name: getattr(self, entry.name) for entry in fields(VoiceProcessSettings)})

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        return cls(**json.loads(argument))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(VoiceProcessSettings):
    """All that a user may set; the defaults are what most users want. Times are in seconds, pauses in milliseconds."""

    default_voice: str = "af_heart"
    speed: float = _number(1.0, limits.SPEED_MIN, limits.SPEED_MAX)
    volume: float = _number(100.0, 0, limits.VOLUME_MAX)
    read_as: ReadAs = "auto"
    pause_clause: float = _number(200.0, 0, limits.PAUSE_MAX)
    pause_sentence: float = _number(500.0, 0, limits.PAUSE_MAX)
    pause_list: float = _number(600.0, 0, limits.PAUSE_MAX)
    pause_paragraph: float = _number(800.0, 0, limits.PAUSE_MAX)
    device: str = ""
    prime: float = _number(0.0, 0, 5)
    engine: str = "auto"
    kokoro_weights: str = field(default="", metadata={"check": expanded})
    precision: Precision = "auto"
    voices_folder: str = field(default="", metadata={"check": expanded})
    language_idle: float = _number(limits.LANGUAGE_IDLE, 0, math.inf)
    model_idle: float = _number(limits.MODEL_IDLE, 0, math.inf)
    idle_voices: int = _number(limits.MAX_IDLE_VOICES, 0, 64)
    prestart: bool = True
    kept_sound: int = _number(limits.KEPT_SOUND // limits.MIB, 0, 1024)
    history_texts: int = _number(limits.HISTORY_TEXTS, 0, 10_000)
    history_size: int = _number(limits.HISTORY_SIZE // limits.MIB, 1, 1024)
    follow_stall: float = _number(limits.FOLLOW_STALL, 0.5, 3600)
    follow_idle: float = _number(limits.FOLLOW_IDLE, 1, math.inf)
    media_keys: bool = True
    max_text: int = _number(limits.MAX_TEXT, 1, limits.MAX_TEXT)
    voice: Mapping[str, VoiceSettings] = field(default_factory=dict, metadata={"table": VoiceSettings})
    devices: Mapping[str, DeviceSettings] = field(default_factory=dict, metadata={"table": DeviceSettings})

    def speed_of(self, voice: str) -> float:
        """The speaking rate of ``voice``, for texts that name none."""
        own = self.voice.get(voice, VoiceSettings()).speed
        return own if own is not None else self.speed

    def volume_of(self, voice: str) -> float:
        """The percentage of loudness of ``voice``, for texts that name none."""
        own = self.voice.get(voice, VoiceSettings()).volume
        return own if own is not None else self.volume

    def gain_of(self, voice: str) -> float:
        """The dB by which ``voice`` is louder than the others, which are all alike."""
        return self.voice.get(voice, VoiceSettings()).gain

    def pauses_of(self, voice: str) -> float:
        """The factor by which the pauses of ``voice`` are longer than those in the settings."""
        return self.voice.get(voice, VoiceSettings()).pauses

    def languages(self) -> dict[str, str]:
        """The languages that the settings give to voices, whose names say none, or another one."""
        return {name: language_code(own.language) for name, own in self.voice.items() if own.language is not None}

    def device_of(self, voice: str) -> str | None:
        """The device of ``voice``, for texts that name none. None is the system's default device."""
        own = self.voice.get(voice, VoiceSettings()).device
        return (own if own is not None else self.device) or None

    def prime_of(self, device: str | None) -> float:
        """Seconds of silence that ``device`` needs to wake up."""
        own = self.devices.get(device or "", DeviceSettings()).prime
        return own if own is not None else self.prime


def load(path: Path | None = None) -> Settings:
    """The settings in ``path``, by default in the user's ``config.toml``, or the defaults if there is no such file.

    Raises:
        ConfigError: names the file and the setting.
    """
    path = path or config_dir() / "config.toml"
    try:
        return _make(Settings, _read(path))
    except FileNotFoundError:
        return Settings()
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}") from None


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # reason: voice processes import this module and read no file

    try:
        # Some editors write a byte order mark first, which TOML does not allow.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise
    except RecursionError:
        raise ConfigError("nested too deeply") from None
    except OSError as error:
        raise ConfigError(os_reason(error)) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not valid UTF-8 (byte {error.start})") from None
    except ValueError as error:  # malformed TOML, and numbers of thousands of digits
        raise ConfigError(str(error)) from None


def _make(cls: type[_T], values: Mapping[str, Any], prefix: str = "") -> _T:
    """A ``cls`` of the ``values`` of one table, whose name is ``prefix``."""
    known = {entry.name: entry for entry in fields(cls)}  # type: ignore[arg-type]
    made = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"unknown setting {(prefix + name)[: limits.ECHO]!r}")
        made[name] = _value(prefix + name, value, known[name])
    return cls(**made)


def _value(name: str, value: Any, setting: "Field[Any]") -> Any:
    """The ``value`` of the setting called ``name``, if it may have it."""
    if table := setting.metadata.get("table"):
        if not isinstance(value, dict) or not all(isinstance(inner, dict) for inner in value.values()):
            raise ConfigError(f"{name} must be a table of tables")
        return {key: _make(table, inner, f"{name}.{key}.") for key, inner in value.items()}
    fault = _fault(value, setting.type, *setting.metadata.get("range", (-math.inf, math.inf)))
    if fault:
        raise ConfigError(f"{name} must be {fault}")
    try:
        setting.metadata.get("check", bool)(value)
    except TtsmeshError as error:
        raise ConfigError(f"{name}: {error.message}") from None
    return value


def _fault(value: object, wanted: Any, least: float, most: float) -> str | None:
    """What ``value`` must be, if it is not of the type ``wanted``, or not in the range of a number."""
    if get_origin(wanted) is Literal:
        return None if value in get_args(wanted) else f"one of {', '.join(get_args(wanted))}"
    if wanted in (str, str | None):
        return None if isinstance(value, str) else "text"
    if wanted is bool:
        return None if isinstance(value, bool) else "true or false"
    if isinstance(value, bool) or not isinstance(value, int if wanted is int else int | float):
        return "a whole number" if wanted is int else "a number"
    return (
        None
        if least <= value <= most and not (isinstance(value, int) and value > _BIG)
        else f"from {least:g} to {most:g}"
    )

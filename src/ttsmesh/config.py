"""The settings: ``config.toml`` in the configuration directory, read when the model server starts."""

import math
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ttsmesh import limits
from ttsmesh.errors import ConfigError
from ttsmesh.paths import config_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may set; the defaults are what most want. Times in seconds."""

    voice: str = "af_heart"
    speed: float = 1.0
    precision: str = "auto"
    voice_idle: float = limits.VOICE_IDLE
    model_idle: float = limits.MODEL_IDLE
    idle_voices: int = limits.MAX_IDLE_VOICES
    max_text: int = limits.MAX_TEXT

    def __post_init__(self) -> None:
        for name, low, high in (
            ("speed", limits.SPEED_MIN, limits.SPEED_MAX),
            ("voice_idle", 0.0, math.inf),
            ("model_idle", 0.0, math.inf),
            ("idle_voices", 0, 64),
            ("max_text", 1, limits.MAX_TEXT),
        ):
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"{name} must be from {low:g} to {high:g}")
        if self.precision not in ("auto", "bf16", "f32"):
            raise ConfigError("precision must be auto, bf16 or f32")


def load(path: Path | None = None) -> Settings:
    """The settings in ``path`` (default: the user's ``config.toml``); the defaults where there is no such file.

    Raises:
        ConfigError: names the file and the key.
    """
    path = path or config_dir() / "config.toml"
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError:
        return Settings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    try:
        return Settings(**{name: _typed(name, value) for name, value in values.items()})
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}") from None


def _typed(name: str, value: object) -> Any:
    wanted = {field.name: type(field.default) for field in fields(Settings)}.get(name)
    if wanted is None:
        raise ConfigError(f"unknown setting {name[: limits.ECHO]!r}")
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        raise ConfigError(f"{name} must be {'text' if wanted is str else 'a number'}")
    return value

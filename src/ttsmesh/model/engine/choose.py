"""Chooses the engine that this process renders with. Each engine is imported only when it is chosen."""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Settings
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.kind import EngineKind
from ttsmesh.model.engine.protocol import Engine

VARIABLE = "TTSMESH_ENGINE"
"""The environment variable that says more than the settings do."""

GROUP = "ttsmesh.engines"
"""The entry points by which other packages bring engines. Each names a module that is an ``EngineKind``."""

BUILT_IN = {
    "openvino": "ttsmesh.model.engine.openvino.kind",
    "kokoro": "ttsmesh.model.engine.kokoro.kind",
    "tone": "ttsmesh.model.engine.tone",
}

NAMES = ("make", "install", "CHECKS")
"""What an ``EngineKind`` has."""

AUTO = "auto"

DEFAULT = "openvino"
"""What ``auto`` stands for where there is no GPU, and what speaks in the place of an engine that it has chosen."""


def choose_engine(environment: Mapping[str, str], settings: Settings | None = None) -> Engine:
    """The engine that is asked for, not loaded. Raises ``ConfigError`` for an unknown name, or what is no engine."""
    settings = settings or Settings()
    name = asked_for(environment, settings)
    engine = kind(resolved(name)).make(environment, replace(settings, engine=name))
    if engine.sample_rate != SAMPLE_RATE:
        raise ConfigError(f"engine {name[:32]} makes {engine.sample_rate} samples a second, want {SAMPLE_RATE}")
    return engine


def asked_for(environment: Mapping[str, str], settings: Settings) -> str:
    """What ``TTSMESH_ENGINE`` says, or else the settings."""
    return environment.get(VARIABLE) or settings.engine


def resolved(name: str) -> str:
    """``name``, or what ``auto`` stands for: kokoro where there seem to be a GPU and its packages, else
    ``DEFAULT``.

    It takes a millisecond. Whether PyTorch can use the GPU is known when the engine is loaded.
    """
    if name != AUTO:
        return name
    from ttsmesh.model.engine.kokoro.device import promising

    return "kokoro" if promising() else DEFAULT


def kind(name: str) -> EngineKind:
    """The engine called ``name``, built in or from another package. Raises ``ConfigError`` if there is none."""
    if (built_in := BUILT_IN.get(name)) is not None:
        return cast(EngineKind, importlib.import_module(built_in))
    from importlib.metadata import entry_points  # reason: reads all installed packages, for other engines only

    for entry in entry_points(group=GROUP, name=name):
        try:
            module = entry.load()
        except Exception as error:  # reason: importing another package may raise anything
            raise ConfigError(f"engine {name[:32]} cannot be imported: {type(error).__name__}: {error}") from error
        if lacking := [each for each in NAMES if not hasattr(module, each)]:
            raise ConfigError(f"engine {name[:32]} lacks {' and '.join(lacking)}: {entry.value} is no kind of engine")
        return cast(EngineKind, module)
    known = sorted({AUTO, *BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))})
    raise ConfigError(f"unknown engine {name[:32]!r} (want {', '.join(known)})")

"""Chooses the engine that this process renders with. Each engine is imported only when it is chosen."""

from collections.abc import Mapping

from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.protocol import Engine

VARIABLE = "TTSMESH_ENGINE"


def choose_engine(environment: Mapping[str, str], precision: Precision = "auto") -> Engine:
    """The engine that ``TTSMESH_ENGINE`` names, not loaded: ``openvino`` (the default, in ``precision``) or ``tone``.

    Raises ``ConfigError`` for an unknown name.
    """
    name = environment.get(VARIABLE) or "openvino"
    if name == "openvino":
        from ttsmesh.model.engine.openvino.engine import OpenVinoEngine  # reason: needs the weights, a test does not

        return OpenVinoEngine(precision=precision)
    if name == "tone":
        from ttsmesh.model.engine.tone import ToneEngine

        return ToneEngine.from_environment(environment)
    raise ConfigError(f"{VARIABLE}={name[:32]!r}: unknown engine (want openvino or tone)")

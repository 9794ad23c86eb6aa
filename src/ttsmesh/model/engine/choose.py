"""Which engine this process renders with. Each is imported only when it is chosen."""

import math
from collections.abc import Mapping
from pathlib import Path

from ttsmesh.config import Precision
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.protocol import Engine

VARIABLE = "TTSMESH_ENGINE"


def choose_engine(environment: Mapping[str, str], precision: Precision = "auto") -> Engine:
    """The engine that ``TTSMESH_ENGINE`` names: ``openvino`` (the default, in ``precision``) or ``tone``. Not loaded.

    Of the tone engine (tests), ``TTSMESH_TONE_DELAY`` is its delay in seconds, ``TTSMESH_TONE_GATE`` its gate's path,
    and ``TTSMESH_TONE_DEAF=1`` makes it deaf. Raises ``ConfigError`` for an unknown name or a bad delay.
    """
    name = environment.get(VARIABLE) or "openvino"
    if name == "openvino":
        from ttsmesh.model.engine.openvino.engine import OpenVinoEngine  # reason: needs the weights, a test does not

        return OpenVinoEngine(precision=precision)
    if name == "tone":
        from ttsmesh.model.engine.tone import ToneEngine

        gate = environment.get("TTSMESH_TONE_GATE")
        return ToneEngine(
            delay_s=_seconds(environment.get("TTSMESH_TONE_DELAY", "0")),
            gate=Path(gate) if gate else None,
            deaf=environment.get("TTSMESH_TONE_DEAF") == "1",
        )
    raise ConfigError(f"{VARIABLE}={name[:32]!r}: unknown engine (want openvino or tone)")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ConfigError(f"TTSMESH_TONE_DELAY={text[:32]!r}: want seconds")
    return value

"""Blended voices: ``af_heart:0.6,bf_emma:0.4``. Pure."""

import math

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_NAME

MAX_VOICES = 8
"""Voices in one blend at most: a mean of more is nobody's voice."""

DIGITS = 4
"""Decimal places of a weight."""

Blend = tuple[tuple[str, float], ...]
"""Voices and their weights, which add up to 1, the heaviest first."""


def is_formula(name: str) -> bool:
    """Whether ``name`` is a blend, well-formed or not: the name of a voice has no such characters."""
    return "," in name or ":" in name


def parse(formula: str) -> Blend:
    """The blend that ``formula`` means. It does not check that the voices exist.

    A voice without a weight has 1, and a voice that is named twice has the sum. Then weights are normalised. Of equal
    weights the first named comes first. Raises ``RejectedError(Code.VOICE)``.
    """
    if len(formula.encode(errors="replace")) > MAX_NAME:
        raise _malformed("is too long")
    weights: dict[str, float] = {}
    for part in formula.split(","):
        name, colon, number = (piece.strip() for piece in part.partition(":"))
        try:
            weight = float(number) if colon else 1.0
        except ValueError:
            weight = math.nan
        if not name or not 0 < weight < 1e6:
            raise _malformed("needs voices and weights above 0")
        weights[name] = weights.get(name, 0.0) + weight
    if len(weights) > MAX_VOICES:
        raise _malformed(f"has more than {MAX_VOICES} voices")
    total = sum(weights.values())
    shares = {name: round(weight / total, DIGITS) for name, weight in weights.items()}
    kept = {name: share for name, share in shares.items() if share > 0}
    rest = sum(kept.values())
    return tuple(sorted(((name, share / rest) for name, share in kept.items()), key=lambda pair: -pair[1]))


def canonical(blend: Blend) -> str:
    """The one way to write ``blend``: the name under which its voice server is known."""
    if len(blend) == 1:
        return blend[0][0]
    return ",".join(f"{name}:{share:.{DIGITS}f}".rstrip("0").rstrip(".") for name, share in blend)


def canonical_name(voice: str) -> str:
    """``voice`` itself, or if it is a blend the one way to write it. Raises as ``parse`` does."""
    return canonical(parse(voice)) if is_formula(voice) else voice


def shares(name: str) -> frozenset[str]:
    """What the blend of a canonical ``name`` sounds like, which of equal weights is named first or last."""
    return frozenset(name.split(","))


def _malformed(reason: str) -> RejectedError:
    return RejectedError(f"a blend {reason}; it looks like af_heart:0.6,bf_emma:0.4", Code.VOICE)

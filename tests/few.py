"""How many tests of a kind are divided between ``make test`` and ``make test-long``."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def few(kept: Collection[Any], of: Iterable[Any]) -> list[Any]:
    """Divide the parameters ``of`` a test: ``make test`` takes ``kept``, and ``make test-long`` the rest.

    A test with several parameters has a tuple for each of its runs.
    """
    values = [value if isinstance(value, tuple) else (value,) for value in of]
    chosen = {value if isinstance(value, tuple) else (value,) for value in kept}
    assert chosen <= set(values), "what is kept is one of them"
    return [pytest.param(*value, marks=() if value in chosen else pytest.mark.long) for value in values]

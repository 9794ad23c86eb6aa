"""How long to wait before a crashed process is started again."""

import random

FIRST = 0.05
"""Seconds to wait after the first crash, which should cost almost nothing."""

MOST = 5.0
"""Seconds to wait, at most."""


def backoff(crashes: int) -> float:
    """Seconds to wait after this many recent crashes. They double up to a limit, and have a random part, so that
    processes that died of one cause do not come back in step.
    """
    return min(MOST, FIRST * 2.0 ** (crashes - 1)) * random.uniform(0.5, 1.0)

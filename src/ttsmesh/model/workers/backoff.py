"""How long to wait before a crashed process is started again. Pure but for the jitter."""

import random

FIRST = 0.05
MOST = 5.0


def backoff(crashes: int) -> float:
    """Seconds to wait after this many recent crashes: doubling, capped, with jitter so that several that died of one
    cause do not come back in step. The first restart is almost immediate: one crash must not cost a second.
    """
    return min(MOST, FIRST * 2.0 ** (crashes - 1)) * random.uniform(0.5, 1.0)

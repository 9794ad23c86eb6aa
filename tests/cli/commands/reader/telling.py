"""What the mesh tells, for tests that care about places only."""

from ttsmesh.wire.client_messages import WordHeard


def word(start: int, end: int) -> WordHeard:
    return WordHeard(start=start, end=end, start_s=0.0, end_s=0.5)
